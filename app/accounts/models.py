"""People, their names, roles and sign-ins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.states import AccountState, LinkPurpose, NameOrder, Role, Script
from app.core.database import CreatedAt, Key, Model


class User(Model):
    """A person with a sign-in; `display_name` is made from the names when those are saved."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(
            "state <> 'active' or password_hash is not null", name="active_has_password"
        ),
    )

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), comment="as typed")
    email_key: Mapped[str] = mapped_column(String(254), unique=True, comment="folded")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[AccountState]
    display_name: Mapped[str] = mapped_column(String(250))
    sort_name: Mapped[str] = mapped_column(String(500), default="", index=True)
    search_text: Mapped[str] = mapped_column(String(1000), default="")
    locale: Mapped[str] = mapped_column(String(12), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Sarajevo")
    theme: Mapped[str] = mapped_column(
        String(8),
        default="",
        server_default="",
        comment="empty: not said; the device's cookie counts",
    )
    institution_id: Mapped[UUID | None] = mapped_column(index=True, comment="home institution")
    unit_id: Mapped[UUID | None] = mapped_column(
        comment="faculty or department at the home institution"
    )
    supervisor_email: Mapped[str] = mapped_column(
        String(254),
        default="",
        server_default="",
        comment="of their own thesis, folded; empty: none",
    )
    single_keys: Mapped[bool] = mapped_column(default=True, comment="single-key shortcuts")
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PersonName(Model):
    """A person's name in one script, exactly as its holder typed it."""

    __tablename__ = "person_name"
    __table_args__ = (UniqueConstraint("user_id", "script"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    script: Mapped[Script]
    given: Mapped[str] = mapped_column(String(120))
    family: Mapped[str] = mapped_column(String(120), default="")
    order: Mapped[NameOrder] = mapped_column("name_order")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="by its holder, for printing")


class RoleAssignment(Model):
    """One role of one person, everywhere or at one institution, for a time."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        CheckConstraint("valid_until is null or valid_until > valid_from", name="validity"),
        CheckConstraint(
            "(role = 'centre_administrator') = (institution_id is null)", name="role_has_its_scope"
        ),
        Index("ix_role_assignment_user_id", "user_id"),
        Index("ix_role_assignment_institution_id_role", "institution_id", "role"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    role: Mapped[Role]
    institution_id: Mapped[UUID | None] = mapped_column(comment="empty: everywhere")
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    granted_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class AuthSession(Model):
    """One sign-in on one device; ended here, it is ended everywhere at once."""

    __tablename__ = "auth_session"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(comment="in any case")
    idle_minutes: Mapped[int] = mapped_column(comment="without a request")
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(200), default="", comment="from the browser's words")
    address: Mapped[str] = mapped_column(String(45), default="")


class Link(Model):
    """A link sent by mail: for one purpose, once, for a while; only its hash is kept."""

    __tablename__ = "account_link"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), index=True)
    purpose: Mapped[LinkPurpose]
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[str] = mapped_column(String(300), default="", comment="such as the new address")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
