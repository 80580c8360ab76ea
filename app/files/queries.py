"""Finding stored files."""

from uuid import UUID

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.files import policies
from app.files.models import StoredFile


def file_for(actor: Actor, file_id: UUID) -> StoredFile:
    """Return a file that the actor may read; raises NotFound, also when they may not."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None or not policies.may_read(actor, stored):
        raise NotFound(_("There is no such file, or it is not for you."))
    return stored


def public_picture(file_id: UUID) -> StoredFile:
    """Return a picture that stands on public pages, such as a logo; raises NotFound."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None or stored.purpose not in policies.PUBLIC_PICTURES:
        raise NotFound(_("There is no such picture."))
    return stored
