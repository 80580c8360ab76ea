"""Writing the promises of a draft: adding, changing, removing and ordering them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.exchanges.models.agreements import Agreement, AgreementVersion, Condition
from app.exchanges.queries import agreements as queries
from app.exchanges.rules.conditions import (
    Fault,
    fault_of_amounts,
    fault_of_subjects,
    fault_of_years,
)
from app.exchanges.services import agreements
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.words.agreements import FAULTS
from app.institutions.queries import units_of

MOST = 100
"""Promises in one version."""

_LONGEST_SUBJECT = 100


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise as it is written; languages are (language, CEFR level, subject)."""

    kind: ExchangeKind
    goes_out: bool
    first_year: int
    last_year: int
    places: int
    months: int | None = None
    days: int | None = None
    blended: bool = False
    our_unit_id: UUID | None = None
    their_unit_id: UUID | None = None
    isced_codes: Sequence[str] = ()
    eqf_levels: Sequence[int] = ()
    languages: Sequence[tuple[str, str, str]] = ()


@atomic()
def add(actor: Actor, version_id: UUID, promise: Promise) -> Condition:
    """Add a promise at the end of a draft; raises Invalid naming the field."""
    agreement, version = agreements.draft(actor, version_id)
    others = queries.conditions_of(version.id)
    if len(others) >= MOST:
        raise Invalid(_("An agreement holds at most %(max)s conditions.", max=MOST))
    condition = Condition(
        version_id=version.id,
        line_id=new_id(),
        position=_after_last(others),
        **_values(agreement, promise),
    )
    db.session.add(condition)
    db.session.flush()
    changes = _changes({}, queries.line_of(condition))
    agreements.changed(actor, agreement, version, "exchanges.add_condition", changes)
    return condition


@atomic()
def edit(actor: Actor, condition_id: UUID, promise: Promise, *, revision: int) -> None:
    """Change a promise of a draft; of another kind or way it is another promise.

    Raises Conflict when somebody saved the draft since it was shown.
    """
    agreement, version, condition = _of_draft(actor, condition_id, revision=revision)
    before = queries.line_of(condition)
    values = _values(agreement, promise)
    is_other = any(
        values[name] != getattr(condition, name) for name in ("kind", "sending_institution_id")
    )
    if is_other:
        condition.line_id = new_id()
    for name, value in values.items():
        setattr(condition, name, value)
    changes = _changes(before, queries.line_of(condition))
    agreements.changed(actor, agreement, version, "exchanges.edit_condition", changes)


@atomic()
def remove(actor: Actor, condition_id: UUID) -> UUID:
    """Take a promise out of a draft; return the version."""
    agreement, version, condition = _of_draft(actor, condition_id)
    changes = _changes(queries.line_of(condition), {})
    db.session.delete(condition)
    agreements.changed(actor, agreement, version, "exchanges.remove_condition", changes)
    return version.id


@atomic()
def move(actor: Actor, condition_id: UUID, *, up: bool) -> UUID:
    """Put a promise before the one above it, or after the one below; return the version."""
    agreement, version, condition = _of_draft(actor, condition_id)
    order = list(queries.conditions_of(version.id))
    at = order.index(condition)
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        other = order[to]
        places = condition.position, other.position
        condition.position = _after_last(order)  # the order is unique at every moment
        db.session.flush()
        other.position = places[0]
        db.session.flush()
        condition.position = places[1]
        changes = {"position": list(places)}
        agreements.changed(actor, agreement, version, "exchanges.move_condition", changes)
    return version.id


def _of_draft(
    actor: Actor, condition_id: UUID, *, revision: int | None = None
) -> tuple[Agreement, AgreementVersion, Condition]:
    condition = db.session.get(Condition, condition_id)
    if condition is None:
        raise NotFound(_("There is no such condition."))
    agreement, version = agreements.draft(actor, condition.version_id, revision=revision)
    found = db.session.get(Condition, condition_id, populate_existing=True)
    if found is None:
        raise NotFound(_("There is no such condition."))
    return agreement, version, found


def _values(agreement: Agreement, promise: Promise) -> dict[str, Any]:
    languages = [(code, level) for code, level, _subject in promise.languages]
    fault = (
        fault_of_years(promise.first_year, promise.last_year)
        or fault_of_amounts(promise.kind, promise.places, promise.months, promise.days)
        or fault_of_subjects(promise.isced_codes, promise.eqf_levels, languages)
    )
    if fault is not None:
        _refuse(fault)
    ours = (agreement.institution_id, _unit(agreement.institution_id, promise.our_unit_id, "our"))
    theirs = (agreement.partner_id, _unit(agreement.partner_id, promise.their_unit_id, "their"))
    sending, receiving = (ours, theirs) if promise.goes_out else (theirs, ours)
    return {
        "kind": promise.kind,
        "sending_institution_id": sending[0],
        "sending_unit_id": sending[1],
        "receiving_institution_id": receiving[0],
        "receiving_unit_id": receiving[1],
        "first_year": promise.first_year,
        "last_year": promise.last_year,
        "places_per_year": promise.places,
        "months_per_year": promise.months,
        "days_per_person": promise.days,
        "blended": promise.blended,
        "isced_codes": sorted(set(promise.isced_codes)),
        "eqf_levels": sorted(set(promise.eqf_levels)),
        "languages": [
            {"language": code, "level": level, "subject": subject.strip()[:_LONGEST_SUBJECT]}
            for code, level, subject in promise.languages
        ],
    }


def _refuse(fault: Fault) -> None:
    raise Invalid(str(FAULTS[fault]), field=fault.value)


def _unit(institution_id: UUID, unit_id: UUID | None, whose: str) -> UUID | None:
    if unit_id is None or unit_id in {unit.id for unit, _depth in units_of([institution_id])}:
        return unit_id
    raise Invalid(_("Choose a unit of the same institution."), field=f"{whose}_unit_id")


def _after_last(conditions: Sequence[Condition]) -> int:
    return max((one.position for one in conditions), default=0) + 1


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [before.get(name), after.get(name)] for name in (after or before)}
