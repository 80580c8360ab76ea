"""Where the bytes of this installation lie."""

from functools import cache
from pathlib import Path

from flask import current_app

from app.config import Settings
from app.core.storage import FolderStore, Store


def store() -> Store:
    """Return the store in use."""
    settings: Settings = current_app.config["SETTINGS"]
    return _folder(settings.var / "files")


@cache
def _folder(path: Path) -> Store:
    return FolderStore(path)
