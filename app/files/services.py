"""Keeping files and reading them back."""

from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.files import rules
from app.files.models import StoredFile
from app.files.queries import content
from app.files.vault import store

__all__ = ["content", "keep"]

MAX_BYTES = 50_000_000
"""Largest file we keep, whoever made it."""


@atomic()
def keep(
    actor: Actor,
    data: bytes,
    *,
    name: str,
    media_type: str,
    purpose: str,
    owner_id: UUID | None = None,
    institution_id: UUID | None = None,
) -> StoredFile:
    """Keep a file; its bytes are on the disk before its row is written.

    Raises Invalid when content, name and type do not agree, or when the type is not one we keep.
    Who may read it again is what the purpose's package registered with `policies.readable_by`.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(_("This file is too large."), field="file")
    safe = rules.safe_name(name, media_type)
    if rules.media_type_of(data, safe) != media_type:
        raise Invalid(_("This file is not what its name says, or of a kind we do not take."))
    stored = StoredFile(
        name=safe,
        media_type=media_type,
        size=len(data),
        sha256=store().put(data),
        purpose=purpose,
        owner_id=owner_id,
        institution_id=institution_id,
    )
    db.session.add(stored)
    db.session.flush()
    audit.record(
        actor,
        "files.keep",
        stored.id,
        kind="file",
        institution_id=institution_id,
        changes={"sha256": [None, stored.sha256], "purpose": [None, purpose]},
    )
    return stored
