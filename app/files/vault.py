"""Where the bytes of files are kept in this installation."""

from flask import current_app

from app.config import Settings
from app.core.storage import FolderStore, Store


def store() -> Store:
    """Return the store of this installation: the folder `files` in VAR_FOLDER."""
    settings: Settings = current_app.config["SETTINGS"]
    return FolderStore(settings.var / "files")
