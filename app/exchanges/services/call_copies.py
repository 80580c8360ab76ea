"""Writing a call like one that there is already."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import Text, atomic, db
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import Quota
from app.exchanges.models.calls import (
    Call,
    Criterion,
    Destination,
    FormVersion,
    Requirement,
    RuleSet,
)
from app.exchanges.queries import calls as queries
from app.exchanges.rules.periods import add_months
from app.exchanges.services import call_plans, calls

_SAME = (
    "institution_id",
    "title",
    "summary",
    "description",
    "kind",
    "audience",
    "term",
    "months",
    "timezone",
    "public_notice_days",
    "appeal_days",
    "offer_hours",
    "max_preferences",
    "chair_id",
    "isced_index",
)


@atomic()
def copy_call(actor: Actor, call_id: UUID, *, code: str, next_year: bool = False) -> UUID:
    """Write a new draft like a call, for the same academic year or the next one.

    Destinations come along where there are places for that year. Raises NotFound, Forbidden,
    Invalid.
    """
    former = calls.kept(actor, call_id)
    if queries.code_is_taken(former.institution_id, call_plans.code_of(code)):
        raise Invalid(_("Another call of the institution has this code."), field="code")
    call = Call(
        **{name: getattr(former, name) for name in _SAME},
        **_dates(former, next_year=next_year),
        code=code,
        created_by=actor.user_id,
    )
    for name in ("title", "summary", "description"):
        setattr(call, name, Text(getattr(former, name)))
    calls.begin(actor, call)
    _copy_parts(actor, former, call)
    call_plans.index(call)
    return call.id


def _dates(former: Call, *, next_year: bool) -> dict[str, Any]:
    def later(day: date) -> date:
        return add_months(day, 12 * next_year)

    def later_at(moment: datetime) -> datetime:
        # Whole weeks: a call that closed on a Friday closes on a Friday.
        return moment + timedelta(weeks=52) if next_year else moment

    return {
        "academic_year": former.academic_year + next_year,
        "stay_from": later(former.stay_from),
        "stay_until": later(former.stay_until),
        "opens_at": later_at(former.opens_at),
        "closes_at": later_at(former.closes_at),
        "release_at": later_at(former.release_at),
    }


def _copy_parts(actor: Actor, former: Call, call: Call) -> None:
    made: dict[str, Any] = {"call_id": call.id, "number": 1, "created_by": actor.user_id}
    form = queries.current_form(former.id)
    db.session.add(FormVersion(fields=list(form.fields), steps=list(form.steps), **made))
    db.session.add(RuleSet(rules=list(queries.current_rules(former.id).rules), **made))
    for requirement in queries.requirements(former.id):
        db.session.add(Requirement(call_id=call.id, **_columns(requirement)))
    criteria: Mapping[str, Criterion] = {
        str(one.id): Criterion(call_id=call.id, **_columns(one))
        for one in queries.criteria(former.id)
    }
    db.session.add_all(criteria.values())
    call.tie_break = [str(criteria[key].id) for key in former.tie_break if key in criteria]
    for place in queries.destinations(former.id):
        quota = _quota(place.quota, call.academic_year)
        if quota is not None:
            destination = Destination(
                call_id=call.id,
                quota_id=quota.id,
                institution_id=quota.receiving_institution_id,
                position=place.destination.position,
                note=Text(place.destination.note),
            )
            db.session.add(destination)
    db.session.flush()


def _columns(part: Requirement | Criterion) -> dict[str, Any]:
    names = [column.key for column in part.__table__.columns if column.key not in ("id", "call_id")]
    values = {name: getattr(part, name) for name in names}
    return values | {"title": Text(part.title), "note": Text(part.note)}


def _quota(former: Quota, academic_year: int) -> Quota | None:
    """Return the places of the same promise in that year."""
    if former.academic_year == academic_year:
        return former
    query = select(Quota).where(
        Quota.line_id == former.line_id, Quota.academic_year == academic_year
    )
    return db.session.scalars(query).one_or_none()
