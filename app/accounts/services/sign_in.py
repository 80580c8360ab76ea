"""Signing in and out, and the devices people are signed in on."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, exists, or_, select, update

from app.accounts import passwords, rules
from app.accounts.models import AuthSession, RoleAssignment, User
from app.accounts.queries import people, sign_ins
from app.accounts.states import STAFF_ROLES, AccountState
from app.audit import services as audit
from app.config import Settings
from app.core import throttle
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, atomic_statements, db
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.prepared import Prepared
from app.core.tokens import digest, new_secret

LIMITS = (("account and address", 8, 300), ("account", 40, 900), ("address", 30, 60))
"""How many wrong tries in how many seconds, counted per what; requirement S10 of the design."""

_signed_in = AuthSession.__table__
_TOUCH = Prepared(
    update(_signed_in)  # type: ignore[arg-type]  # a table is one
    .where(
        _signed_in.c.id == bindparam("session"),
        _signed_in.c.ended_at.is_(None),
        _signed_in.c.seen_at < bindparam("before"),
    )
    .values(seen_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in from: network address and the browser's own words."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a browser gets to keep, and how the person wants pages to be."""

    secret: str
    user_id: UUID
    locale: str
    single_keys: bool


def sign_in(email: str, password: str, *, place: Place, settings: Settings) -> SignIn:
    """Sign a person in on a device.

    Raises Invalid with the same words, after the same time, whether the address is unknown, the
    password wrong or the account not in use; raises TooMany.
    """
    keys = _keys(email, place.address)
    _count(keys)
    user = sign_ins.user_by_address(email)
    kept = user.password_hash if user and user.state == AccountState.ACTIVE else None
    if not passwords.is_right(password, kept) or user is None or kept is None:
        raise Invalid(_("Address and password do not go together, or the account is not in use."))
    fresh = passwords.hashed(password) if passwords.is_outdated(kept) else None
    with atomic():
        for key, _limit, seconds in keys:
            throttle.forgive(key, seconds=seconds)
        locked = people.locked(user.id)
        if locked.password_hash != kept:
            raise Invalid(_("The password was changed just now. Sign in with the new one."))
        if fresh:
            locked.password_hash = fresh
        return begin(locked, place=place, settings=settings)


@atomic()
def begin(user: User, *, place: Place, settings: Settings) -> SignIn:
    """Store a new sign-in of an active person, read under a lock; for `sign_in` and links."""
    if user.state != AccountState.ACTIVE:
        raise Invalid(_("Address and password do not go together, or the account is not in use."))
    secret, moment = new_secret(), now()
    is_staff = _is_staff(user.id)
    hours = settings.staff_session_hours if is_staff else settings.session_hours
    idle = settings.staff_idle_hours if is_staff else settings.idle_hours
    row = AuthSession(
        user_id=user.id,
        token_digest=digest(secret),
        seen_at=moment,
        expires_at=moment + timedelta(hours=hours),
        idle_minutes=idle * 60,
        device=rules.device_of(place.browser[:1000]),
        address=place.address[:45],
    )
    db.session.add(row)
    audit.record(
        Actor(user_id=user.id, session_id=row.id), "accounts.sign_in", user.id, kind="user"
    )
    return SignIn(secret, user.id, user.locale, user.single_keys)


@atomic()
def sign_out(actor: Actor) -> None:
    """End the sign-in the actor acts from."""
    if actor.session_id is None:
        return
    _end(AuthSession.id == actor.session_id)
    audit.record(actor, "accounts.sign_out", actor.user_id, kind="user")


@atomic()
def sign_out_everywhere(actor: Actor, *, but_here: bool = False) -> None:
    """End all sign-ins of the actor; all but the present one on request."""
    end_all(actor.user_id, but=actor.session_id if but_here else None)
    audit.record(actor, "accounts.sign_out_everywhere", actor.user_id, kind="user")


@atomic()
def end_device(actor: Actor, session_id: UUID) -> None:
    """End one of the actor's own sign-ins; raises NotFound."""
    row = sign_ins.own_device(actor, session_id)
    _end(AuthSession.id == row.id)
    audit.record(actor, "accounts.end_device", actor.user_id, kind="user")


@atomic()
def end_all(user_id: UUID, *, but: UUID | None = None) -> None:
    """End all sign-ins of a person, or all but one; part of changing passwords, roles, states."""
    found = AuthSession.user_id == user_id
    _end(found if but is None else and_(found, AuthSession.id != but))


@atomic()
def end_everybodys(actor: Actor) -> int:
    """End the sign-ins of everybody, such as after a break-in; return how many."""
    ended = db.session.execute(
        update(AuthSession)
        .where(AuthSession.ended_at.is_(None), AuthSession.expires_at > now())
        .values(ended_at=now())
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    audit.record(actor, "accounts.end_everybodys_sign_ins", actor.user_id, kind="user")
    return len(ended)


@atomic()
def forget_old() -> None:
    """Forget sign-ins that ended or ran out a month ago, and the tries of former days."""
    old = now() - timedelta(days=30)
    db.session.execute(
        delete(AuthSession).where(or_(AuthSession.ended_at < old, AuthSession.expires_at < old))
    )
    throttle.sweep()


def touch(session_id: UUID) -> None:
    """Note that a device was used, at most once a minute."""
    moment = now()
    seen = {"session": session_id, "moment": moment, "before": moment - timedelta(minutes=1)}
    with atomic_statements() as connection:
        _TOUCH.change(connection, seen)


def confirm_password(actor: Actor, password: str, *, field: str = "password") -> None:
    """Refuse (Invalid) unless this is the actor's present password; guesses are counted."""
    key = f"password:{actor.user_id}"
    throttle.hit(key, limit=8, seconds=300)
    kept = db.session.scalar(select(User.password_hash).where(User.id == actor.user_id))
    if not passwords.is_right(password, kept):
        raise Invalid(_("This is not your present password."), field=field)
    throttle.forgive(key, seconds=300)


def _keys(email: str, address: str) -> list[tuple[str, int, int]]:
    account = digest(rules.address_key(email))[:32]
    of = {
        "account and address": f"sign-in:{account}:{address}",
        "account": f"sign-in:{account}",
        "address": f"sign-in-from:{address}",
    }
    return [(of[what], limit, seconds) for what, limit, seconds in LIMITS]


def _count(keys: list[tuple[str, int, int]]) -> None:
    """Count a try under every key in one transaction; a refused try adds to none."""
    with atomic():
        for key, limit, seconds in keys:
            throttle.hit(key, limit=limit, seconds=seconds)


def _is_staff(user_id: UUID) -> bool:
    moment = now()
    held = exists().where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.role.in_(STAFF_ROLES),
        RoleAssignment.valid_from <= moment,
        or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until > moment),
    )
    return bool(db.session.scalar(select(held)))


def _end(which: object) -> None:
    db.session.execute(
        update(AuthSession)
        .where(which, AuthSession.ended_at.is_(None))  # type: ignore[arg-type]  # a condition
        .values(ended_at=now())
        .execution_options(synchronize_session=False)
    )
