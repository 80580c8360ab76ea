"""Institutions, their units and the people to write to."""

from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CreatedAt, Key, Model, Text, Translated
from app.files.models import StoredFile


class Institution(Model):
    """A university or centre: its names, place, colours and the short code of its documents."""

    __tablename__ = "institution"
    __table_args__ = (CheckConstraint("length(code) between 2 and 10", name="code_length"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True, comment="in certificate numbers")
    name: Mapped[Text] = mapped_column(Translated)
    city: Mapped[Text] = mapped_column(Translated)
    country: Mapped[str] = mapped_column(String(2), comment="ISO 3166-1")
    subdivision: Mapped[str] = mapped_column(String(6), default="", comment="for holidays: RS, BRC")
    timezone: Mapped[str] = mapped_column(String(64))
    website: Mapped[str] = mapped_column(String(300), default="")
    brand_colour: Mapped[str] = mapped_column(String(7), default="#0c665d")
    logo_id: Mapped[UUID | None] = mapped_column(ForeignKey(StoredFile.id))
    is_centre: Mapped[bool] = mapped_column(default=False, comment="runs the product")
    is_partner: Mapped[bool] = mapped_column(
        default=False, comment="of exchanges alone: nobody here has an account; offices keep it"
    )
    added_by_id: Mapped[UUID | None] = mapped_column(
        comment="whose office added this partner and keeps it, agreed or not"
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class OrgUnit(Model):
    """A faculty, department or school of an institution; units stand in a tree."""

    __tablename__ = "org_unit"
    __table_args__ = (
        UniqueConstraint("institution_id", "code"),
        CheckConstraint("parent_id is null or parent_id <> id", name="not_within_itself"),
    )

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Text] = mapped_column(Translated)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Contact(Model):
    """Somebody to write to about exchanges; needs no account."""

    __tablename__ = "contact"

    id: Mapped[Key]
    institution_id: Mapped[UUID] = mapped_column(ForeignKey(Institution.id), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey(OrgUnit.id))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, comment="of letters to them")
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
