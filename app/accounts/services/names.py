"""Names of people, one a script, exactly as their holders type them."""

from uuid import UUID

from sqlalchemy import delete, select

from app.accounts.models import PersonName, User
from app.accounts.queries import people
from app.accounts.states import NameOrder, Script
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.names import (
    InvalidName,
    check_script,
    clean_name,
    display_name,
    script_of,
    search_text,
    side_by_side,
    sort_key,
)

_MOST_SHOWN = 250
_MOST_SEARCHED = 1000


@atomic()
def save_name(
    actor: Actor, script: Script, given: str, family: str = "", order: NameOrder | None = None
) -> None:
    """Write the actor's own name in one script; one that changes has to be confirmed anew.

    Raises Invalid naming the field and the character that cannot stand in a name.
    """
    given, family = checked(script, given, family)
    user = people.locked(actor.user_id)
    before = set_name(user, script, given, family, order)
    audit.record(
        actor,
        "accounts.save_name",
        user.id,
        kind="user",
        institution_id=user.institution_id,
        changes={f"name_{script}": [before, display_name(given, family, order)]},
    )


@atomic()
def remove_name(actor: Actor, script: Script) -> None:
    """Take the actor's name in one script away; the last one stays."""
    user = people.locked(actor.user_id)
    names = people.names_of(user.id)
    if all(name.script == script for name in names):
        raise Invalid(_("One name has to stay."))
    db.session.execute(
        delete(PersonName).where(PersonName.user_id == user.id, PersonName.script == script)
    )
    _derive(user)
    audit.record(actor, "accounts.remove_name", user.id, kind="user")


@atomic()
def confirm_name(actor: Actor, script: Script) -> None:
    """Note that the actor has looked at the name in this script and it is to be printed so."""
    user = people.locked(actor.user_id)
    name = _name(user.id, script)
    if name is None:
        raise NotFound(_("There is no name in this script yet."))
    if name.confirmed_at is None:
        name.confirmed_at = now()
        shown = display_name(name.given, name.family, name.order)
        audit.record(
            actor,
            "accounts.confirm_name",
            user.id,
            kind="user",
            changes={f"name_{script}": [None, shown]},
        )


def checked(script: Script, given: str, family: str) -> tuple[str, str]:
    """Return both parts as they are kept; raises Invalid naming the field."""
    return (
        _cleaned(script, given, "given"),
        _cleaned(script, family, "family") if family.strip() else "",
    )


def script_by_letters(given: str, family: str) -> Script:
    """Return the script that both parts of a name are in; Latin where they are in several."""
    found = str(script_of(given + family))
    return Script(found) if found in set(map(str, Script)) else Script.LATIN


def set_name(
    user: User, script: Script, given: str, family: str, order: NameOrder | None
) -> str | None:
    """Store a cleaned name and what is derived from it; return how it was shown before."""
    name = _name(user.id, script)
    if order is None:
        order = NameOrder.FAMILY_FIRST if script == Script.HAN else NameOrder.GIVEN_FIRST
    before = display_name(name.given, name.family, name.order) if name else None
    if name is None:
        name = PersonName(user_id=user.id, script=script)
        db.session.add(name)
    elif (name.given, name.family, name.order) == (given, family, order):
        return before
    name.given, name.family, name.order, name.confirmed_at = given, family, order, None
    db.session.flush()
    _derive(user)
    return before


def _derive(user: User) -> None:
    """Make from all names what lists show, sort and search by."""
    names = {name.script: name for name in people.names_of(user.id)}
    shown = {s: display_name(n.given, n.family, n.order) for s, n in names.items()}
    latin = shown.get(Script.LATIN) or shown.get(Script.CYRILLIC, "")
    both = side_by_side((shown.get(Script.HAN, ""), latin))
    user.display_name = (both if len(both) <= _MOST_SHOWN else latin)[:_MOST_SHOWN]
    first = next(
        (names[s] for s in (Script.LATIN, Script.CYRILLIC, Script.HAN) if s in names), None
    )
    if first is not None:
        user.sort_name = sort_key(" ".join(filter(None, (first.family, first.given))))
    parts = [part for name in names.values() for part in (name.given, name.family)]
    user.search_text = search_text(*shown.values(), *parts, user.email)[:_MOST_SEARCHED]


def derive(user_id: UUID) -> None:
    """Make the derived columns anew, such as after the address changed."""
    _derive(people.locked(user_id))


def _name(user_id: UUID, script: Script) -> PersonName | None:
    return db.session.scalar(
        select(PersonName).where(PersonName.user_id == user_id, PersonName.script == script)
    )


def _cleaned(script: Script, text: str, field: str) -> str:
    try:
        return check_script(clean_name(text), script)
    except InvalidName as error:
        raise Invalid(error.message, field=field) from error
