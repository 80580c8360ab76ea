"""What is known of each stored file; the bytes lie in the store under their hash."""

from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CreatedAt, Key, Model


class StoredFile(Model):
    """One file: its name and type as served, its size in bytes, and whose it is."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size >= 0", name="size_not_negative"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200), comment="for the person who saves it")
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(comment="bytes")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    purpose: Mapped[str] = mapped_column(String(40), comment="logo, signature, certificate ...")
    owner_id: Mapped[UUID | None] = mapped_column(comment="the person or thing it belongs to")
    institution_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
