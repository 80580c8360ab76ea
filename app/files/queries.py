"""Reading files; who may, the package that keeps them decides."""

from uuid import UUID

from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.files.models import StoredFile
from app.files.vault import store


def file_of(file_id: UUID | None) -> StoredFile:
    """Return what is known of a file; raises NotFound."""
    found = db.session.get(StoredFile, file_id) if file_id else None
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def content(file: StoredFile) -> bytes:
    """Return the bytes of a file; raises NotFound when they are not in the store."""
    try:
        return store().get(file.sha256)
    except FileNotFoundError as error:
        raise NotFound(_("There is no such file.")) from error
