"""What somebody keeps of the way they look at the desk."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model


class SavedView(Model):
    """One person's filters under a name."""

    __tablename__ = "exchange_saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, comment="show, call, q, sort")
    created_at: Mapped[CreatedAt]
