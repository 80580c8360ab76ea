"""Where the bytes of files are kept in this installation."""

from flask import Flask, current_app

from app.config import BadSetting, Settings
from app.core.storage import Store
from app.core.storage.folder import FolderStore

_PLACE = "most.files"


def init_app(app: Flask) -> None:
    """Open the store at the start, so that a setting which makes no sense is known then."""
    app.extensions[_PLACE] = opened(app.config["SETTINGS"])


def store() -> Store:
    """Return the store of this installation."""
    found: Store = current_app.extensions[_PLACE]
    return found


def opened(settings: Settings) -> Store:
    """Return the store that the settings name; raises BadSetting."""
    if settings.files == "folder":
        return FolderStore(settings.var / "files")
    if settings.files != "s3":
        raise BadSetting(f"FILES must be folder or s3, not {settings.files!r}")
    given = {
        "endpoint": settings.s3_endpoint,
        "bucket": settings.s3_bucket,
        "access_key": settings.s3_access_key,
        "secret_key": settings.s3_secret_key,
        "region": settings.s3_region,
    }
    for name, value in given.items():
        if not value:
            raise BadSetting(f"S3_{name.upper()} must be set with FILES=s3")
    from app.core.storage.s3 import S3Store  # noqa: PLC0415 -- boto3 is an optional package

    try:
        return S3Store(**given)
    except ValueError as error:
        raise BadSetting(f"S3_ENDPOINT cannot be used: {error}") from error
