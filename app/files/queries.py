"""Finding stored files and reading them."""

import hashlib
from uuid import UUID

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.files import policies
from app.files.models import StoredFile
from app.files.vault import store


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


def file_of(file_id: UUID | None) -> StoredFile:
    """Return what is known of a file, whoever asks; raises NotFound."""
    found = db.session.get(StoredFile, file_id) if file_id else None
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def content(stored: StoredFile | UUID) -> bytes:
    """Return the bytes of a file, checked against its hash; raises NotFound."""
    file = file_of(stored) if isinstance(stored, UUID) else stored
    try:
        data = store().get(file.sha256)
    except FileNotFoundError as error:
        raise NotFound(_("This file is missing from the store.")) from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise NotFound(_("This file was damaged in the store."))
    return data
