"""Keeping files."""

from uuid import UUID

from app.core.database import atomic, db
from app.files.models import StoredFile
from app.files.vault import store


@atomic()
def keep(
    data: bytes,
    *,
    name: str,
    media_type: str,
    purpose: str,
    owner_id: UUID | None = None,
    institution_id: UUID | None = None,
) -> StoredFile:
    """Keep the bytes and note what they are; they are on the disk before the note commits."""
    file = StoredFile(
        name=name[:200],
        media_type=media_type,
        size=len(data),
        sha256=store().put(data),
        purpose=purpose,
        owner_id=owner_id,
        institution_id=institution_id,
    )
    db.session.add(file)
    return file
