"""Changing the units of institutions and whom to write to there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import Text, atomic, db
from app.core.errors import Conflict, Invalid
from app.core.i18n import LOCALES
from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_line, clean_name
from app.institutions import queries
from app.institutions.models import Contact, Institution, OrgUnit

_ADDRESS_PARTS = 2
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class UnitDetails:
    """What is known of a unit."""

    code: str
    name: Mapping[str, str]
    parent_id: UUID | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What is known of somebody to write to."""

    name: str
    email: str
    position: str = ""
    phone: str = ""
    unit_id: UUID | None = None
    languages: Sequence[str] = ()


@atomic()
def add_unit(actor: Actor, institution_id: UUID, details: UnitDetails) -> UUID:
    """Add a unit; raises NotFound, Invalid naming the field."""
    institution = _locked(actor, institution_id)
    unit = OrgUnit(institution_id=institution.id, name=Text())
    changes = _write_unit(unit, details)
    db.session.add(unit)
    _note(actor, "institutions.add_unit", institution, changes)
    return unit.id


@atomic()
def edit_unit(actor: Actor, unit_id: UUID, details: UnitDetails, *, version: int) -> None:
    """Change a unit, or use it no more; agreements that name it keep it.

    Raises Conflict when somebody changed it since it was shown.
    """
    unit = queries.unit_for(actor, unit_id)
    institution = _locked(actor, unit.institution_id)
    _require_shown(unit, version, _("Somebody else changed this unit in the meantime."))
    if changes := _write_unit(unit, details):
        _note(actor, "institutions.edit_unit", institution, changes)


@atomic()
def add_contact(actor: Actor, institution_id: UUID, details: ContactDetails) -> UUID:
    """Add somebody to write to; raises NotFound, Invalid naming the field."""
    institution = _locked(actor, institution_id)
    contact = Contact(institution_id=institution.id)
    changes = _write_contact(contact, details)
    db.session.add(contact)
    _note(actor, "institutions.add_contact", institution, changes)
    return contact.id


@atomic()
def edit_contact(actor: Actor, contact_id: UUID, details: ContactDetails, *, version: int) -> None:
    """Change somebody to write to; raises Conflict when somebody did since they were shown."""
    contact = queries.contact_for(actor, contact_id)
    institution = _locked(actor, contact.institution_id)
    _require_shown(contact, version, _("Somebody else changed this contact in the meantime."))
    if changes := _write_contact(contact, details):
        _note(actor, "institutions.edit_contact", institution, changes)


@atomic()
def remove_contact(actor: Actor, contact_id: UUID) -> None:
    """Forget somebody to write to."""
    contact = queries.contact_for(actor, contact_id)
    institution = _locked(actor, contact.institution_id)
    db.session.delete(contact)
    _note(actor, "institutions.remove_contact", institution, {"name": [contact.name, None]})


def _locked(actor: Actor, institution_id: UUID) -> Institution:
    queries.locked(institution_id)
    return queries.kept_by(actor, institution_id)


def _require_shown(thing: OrgUnit | Contact, version: int, message: str) -> None:
    """Refuse to change what is no longer as it was shown; the institution is locked."""
    db.session.refresh(thing)
    if thing.version != version:
        raise Conflict(message)


def _write_unit(unit: OrgUnit, details: UnitDetails) -> dict[str, list[Any]]:
    units = [one for one, _depth in queries.units_of([unit.institution_id])]
    code = _line(details.code, "code", longest=40)
    if any(one.code.casefold() == code.casefold() and one.id != unit.id for one in units):
        raise Invalid(_("Another unit has this code."), field="code")
    values = {
        "code": code,
        "name": _text(details.name),
        "parent_id": _parent(unit, units, details.parent_id),
        "is_active": details.is_active,
    }
    return _write(unit, values)


def _parent(unit: OrgUnit, units: Sequence[OrgUnit], parent_id: UUID | None) -> UUID | None:
    above = {one.id: one.parent_id for one in units}
    if parent_id is not None and parent_id not in above:
        raise Invalid(_("Choose a unit of the same institution."), field="parent_id")
    step = parent_id
    while step is not None:
        if step == unit.id:
            raise Invalid(_("A unit cannot stand within itself."), field="parent_id")
        step = above[step]
    return parent_id


def _write_contact(contact: Contact, details: ContactDetails) -> dict[str, list[Any]]:
    units = {one.id for one, _depth in queries.units_of([contact.institution_id])}
    if details.unit_id is not None and details.unit_id not in units:
        raise Invalid(_("Choose a unit of the same institution."), field="unit_id")
    values = asdict(details) | {
        "name": _name(details.name),
        "email": _email(details.email),
        "position": _line(details.position, "position", needed=False),
        "phone": _line(details.phone, "phone", longest=40, needed=False),
        "languages": [code for code in LOCALES if code in details.languages],
    }
    return _write(contact, values)


def _write(thing: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    changes = {}
    for name, value in values.items():
        before = getattr(thing, name)
        if before != value:
            changes[name] = [before, value]
            setattr(thing, name, value)
    return changes


def _text(given: Mapping[str, str]) -> Text:
    kept = Text()
    for locale, text in given.items():
        if locale in LOCALES and text.strip():
            kept[locale] = _line(text, "name")
    if not kept.get("en"):
        raise Invalid(_("Write this in English at least."), field="name")
    return kept


def _line(typed: str, field: str, *, longest: int = 200, needed: bool = True) -> str:
    if not typed.strip() and not needed:
        return ""
    try:
        return clean_line(typed, longest=longest)
    except InvalidName as error:
        raise Invalid(error.message, field=field) from error


def _name(typed: str) -> str:
    try:
        return clean_name(typed, longest=200)
    except InvalidName as error:
        raise Invalid(error.message, field="name") from error


def _email(typed: str) -> str:
    address = typed.strip()
    parts = address.split("@")
    if len(parts) != _ADDRESS_PARTS or not all(parts) or " " in address:
        raise Invalid(_("Write an e-mail address."), field="email")
    return address[:_LONGEST_ADDRESS]


def _note(
    actor: Actor, action: str, institution: Institution, changes: dict[str, list[Any]]
) -> None:
    audit.record(
        actor,
        action,
        institution.id,
        kind="institution",
        institution_id=institution.id,
        changes=changes,
    )
