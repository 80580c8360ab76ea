"""Who acts, in which roles, and whom we tell."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from app.accounts.models import AuthSession, RoleAssignment, User
from app.accounts.states import AccountState
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import db, read_at_once
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.prepared import Prepared
from app.core.tokens import digest
from app.notifications.models import Notice
from app.notifications.recipients import Recipient

_UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.user_id == User.id, Notice.read_at.is_(None))
    .scalar_subquery()
)
_ROLES_NOW = and_(
    RoleAssignment.user_id == User.id,
    RoleAssignment.valid_from <= bindparam("moment"),
    or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > bindparam("moment")),
)
_DUTIES: dict[str, ColumnElement[bool]] = {}
_PERSON = (
    User.id,
    User.display_name,
    User.email,
    User.locale,
    User.timezone,
    User.theme,
    User.institution_id,
    RoleAssignment.role,
    RoleAssignment.institution_id.label("role_at"),
)
_BY_ID = (
    select(*_PERSON).outerjoin(RoleAssignment, _ROLES_NOW).where(User.id == bindparam("user_id"))
)


def add_duty(name: str, is_asked: ColumnElement[bool]) -> None:
    """Let actors know whether they were asked to do something beside their roles.

    `is_asked` is about the person whose row of `User` is read; every request asks it, so an index
    has to answer it.
    """
    _DUTIES[name] = is_asked
    _by_session.cache_clear()


@cache
def _by_session() -> Prepared:
    """Return the statement of every request, made once."""
    return Prepared(
        select(
            *_PERSON,
            _UNREAD.label("unread"),
            AuthSession.id.label("session_id"),
            AuthSession.seen_at,
            AuthSession.idle_minutes,
            AuthSession.expires_at,
            *(is_asked.label(_label(name)) for name, is_asked in _DUTIES.items()),
        )
        .join(User, User.id == AuthSession.user_id)
        .outerjoin(RoleAssignment, _ROLES_NOW)
        .where(
            AuthSession.token_digest == bindparam("digest"),
            AuthSession.ended_at.is_(None),
            AuthSession.expires_at > bindparam("moment"),
            User.state == AccountState.ACTIVE,
        )
    )


def _label(duty: str) -> str:
    return f"duty_{duty}"


def actor_of_sign_in(secret: str) -> Actor | None:
    """Return who is signed in with this secret, in all roles valid now; None when it has ended.

    One query.
    """
    found = sign_in_with(secret)
    return found.actor if found else None


class Found(NamedTuple):
    """A sign-in that has not ended: whose, when it was used last, and when it ends."""

    actor: Actor
    seen_at: datetime
    idle: timedelta
    expires_at: datetime


def sign_in_with(secret: str) -> Found | None:
    """Return the sign-in with this secret; None when it has ended.

    One query.
    """
    moment = now()
    rows = read_at_once(_by_session(), {"digest": digest(secret), "moment": moment})
    if not rows or rows[0].seen_at + timedelta(minutes=rows[0].idle_minutes) < moment:
        return None
    first = rows[0]
    actor = Actor(
        user_id=first.id,
        roles=frozenset((str(row.role), row.role_at) for row in rows if row.role),
        session_id=first.session_id,
        name=first.display_name,
        email=first.email,
        locale=first.locale,
        timezone=first.timezone,
        theme=first.theme,
        institution_id=first.institution_id,
        unread=first.unread,
        duties=frozenset(name for name in _DUTIES if getattr(first, _label(name))),
    )
    return Found(actor, first.seen_at, timedelta(minutes=first.idle_minutes), first.expires_at)


def actor_for(user_id: UUID) -> Actor:
    """Return the person as an actor in all roles valid now, for jobs done in their name."""
    rows = db.session.execute(_BY_ID, {"user_id": user_id, "moment": now()}).all()
    if not rows:
        raise NotFound(_("There is no such person."))
    first = rows[0]
    return Actor(
        user_id=first.id,
        roles=frozenset((str(row.role), row.role_at) for row in rows if row.role),
        name=first.display_name,
        email=first.email,
        locale=first.locale,
        timezone=first.timezone,
        theme=first.theme,
        institution_id=first.institution_id,
    )


def recipient_for(user_id: UUID) -> Recipient:
    """Return the person as one whom we tell."""
    row = db.session.execute(
        select(User.id, User.email, User.display_name, User.locale, User.timezone).where(
            User.id == user_id
        )
    ).one()
    return Recipient(row.id, row.email, row.display_name, row.locale, row.timezone)
