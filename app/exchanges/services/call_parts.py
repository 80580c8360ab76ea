"""What a call offers and weighs: destinations, documents, the rubric and its tie-break."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import Text, atomic, db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.applications import Document
from app.exchanges.models.calls import Call, Criterion, Destination, Requirement
from app.exchanges.queries import calls as queries
from app.exchanges.rules.phases import RUBRIC_OPEN, TAKES_CHANGES
from app.exchanges.services import call_plans
from app.exchanges.services.calls import changing, record

MOST_PARTS = 60
_MODELS = {"destination": Destination, "requirement": Requirement, "criterion": Criterion}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementPlan:
    """A document that is asked for."""

    title: Mapping[str, str]
    note: Mapping[str, str]
    media_types: Sequence[str]
    max_bytes: int
    is_required: bool = True
    needs_expiry: bool = False
    translation_language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionPlan:
    """A line of the rubric."""

    title: Mapping[str, str]
    note: Mapping[str, str]
    max_points: int
    weight: int


@atomic()
def add_destination(actor: Actor, call_id: UUID, quota_id: UUID, note: Mapping[str, str]) -> UUID:
    """Offer the places of a quota. Raises NotFound, Forbidden, WrongState, Invalid."""
    call = changing(actor, call_id, TAKES_CHANGES)
    offered = {quota.id: quota for quota, _host in queries.quotas_on_offer(call)}
    quota = offered.get(quota_id)
    if quota is None:
        raise Invalid(_("These places are not on offer for this call."), field="quota_id")
    destination = Destination(
        call_id=call.id,
        quota_id=quota.id,
        institution_id=quota.receiving_institution_id,
        position=_next(place.destination for place in queries.destinations(call.id)),
        note=Text(note),
    )
    db.session.add(destination)
    db.session.flush()
    call_plans.index(call)
    record(actor, call, "add_destination", {str(quota_id): [None, "offered"]})
    return destination.id


@atomic()
def remove_destination(actor: Actor, call_id: UUID, destination_id: UUID) -> None:
    """Offer a destination no more, as long as nobody wants to go there.

    Raises NotFound, Forbidden, WrongState.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    destination = _part(Destination, call, destination_id)
    if queries.is_wanted(destination.id):
        raise WrongState(_("Somebody has chosen this destination; it cannot be taken away."))
    db.session.delete(destination)
    db.session.flush()
    call_plans.index(call)
    record(actor, call, "remove_destination", {str(destination.quota_id): ["offered", None]})


@atomic()
def move_part(actor: Actor, call_id: UUID, kind: str, part_id: UUID, by: int) -> None:
    """Move a destination, requirement or criterion up (-1) or down (1).

    Raises NotFound, Forbidden, WrongState.
    """
    model: Any = _MODELS[kind]
    call = changing(actor, call_id, RUBRIC_OPEN if kind == "criterion" else TAKES_CHANGES)
    part = _part(model, call, part_id)
    parts = db.session.scalars(
        select(model).where(model.call_id == call.id).order_by(model.position)
    ).all()
    index = [one.id for one in parts].index(part_id)
    if not 0 <= index + by < len(parts):
        return
    other = parts[index + by]
    mine, theirs = part.position, other.position
    for one, position in ((part, -1), (other, mine), (part, theirs)):
        one.position = position  # one at a time: no two share a position even for a moment
        db.session.flush()
    record(actor, call, f"move_{kind}", {str(part_id): [mine, theirs]})


@atomic()
def put_requirement(
    actor: Actor, call_id: UUID, plan: RequirementPlan, *, requirement_id: UUID | None = None
) -> None:
    """Ask for a document, or change what is asked.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    if not plan.title.get("en"):
        raise Invalid(_("Write the title in English at least."), field="title")
    if not plan.media_types:
        raise Invalid(_("Choose at least one type of file."), field="media_types")
    _put(call, Requirement, queries.requirements(call.id), asdict(plan), requirement_id)
    record(actor, call, "put_requirement", {"title": [None, dict(plan.title)]})


@atomic()
def remove_requirement(actor: Actor, call_id: UUID, requirement_id: UUID) -> None:
    """Ask for a document no more, as long as nobody handed it in.

    Raises NotFound, Forbidden, WrongState.
    """
    call = changing(actor, call_id, TAKES_CHANGES)
    requirement = _part(Requirement, call, requirement_id)
    handed_in = select(Document.id).where(Document.requirement_id == requirement.id)
    if db.session.scalars(handed_in.limit(1)).first():
        raise WrongState(_("Somebody has handed this document in; it cannot be taken away."))
    db.session.delete(requirement)
    record(actor, call, "remove_requirement", {"title": [dict(requirement.title), None]})


@atomic()
def put_criterion(
    actor: Actor, call_id: UUID, plan: CriterionPlan, *, criterion_id: UUID | None = None
) -> None:
    """Add a line to the rubric, or change one, before the call opens.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = changing(actor, call_id, RUBRIC_OPEN)
    if not plan.title.get("en"):
        raise Invalid(_("Write the title in English at least."), field="title")
    _put(call, Criterion, queries.criteria(call.id), asdict(plan), criterion_id)
    record(actor, call, "put_criterion", {"title": [None, dict(plan.title)]})


@atomic()
def remove_criterion(actor: Actor, call_id: UUID, criterion_id: UUID) -> None:
    """Take a line out of the rubric, before the call opens.

    Raises NotFound, Forbidden, WrongState.
    """
    call = changing(actor, call_id, RUBRIC_OPEN)
    criterion = _part(Criterion, call, criterion_id)
    call.tie_break = [one for one in call.tie_break if one != str(criterion_id)]
    db.session.delete(criterion)
    record(actor, call, "remove_criterion", {"title": [dict(criterion.title), None]})


@atomic()
def set_tie_break(actor: Actor, call_id: UUID, criterion_ids: Sequence[str]) -> None:
    """Say by which criteria equal scores are told apart, before the draw.

    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = changing(actor, call_id, RUBRIC_OPEN)
    known = {str(one.id) for one in queries.criteria(call.id)}
    if not set(criterion_ids) <= known or len(set(criterion_ids)) < len(criterion_ids):
        raise Invalid(_("Name each criterion of the rubric at most once."))
    before, call.tie_break = call.tie_break, list(criterion_ids)
    record(actor, call, "set_tie_break", {"tie_break": [before, call.tie_break]})


def _put(
    call: Call,
    model: Any,
    parts: Sequence[Any],
    values: dict[str, Any],
    part_id: UUID | None,
) -> None:
    values |= {"title": Text(values["title"]), "note": Text(values["note"])}
    if part_id is None:
        if len(parts) >= MOST_PARTS:
            raise Invalid(_("There are too many already."))
        db.session.add(model(call_id=call.id, position=_next(parts), **values))
    else:
        part = _part(model, call, part_id)
        for name, value in values.items():
            setattr(part, name, value)


def _part(model: Any, call: Call, part_id: UUID) -> Any:
    found = db.session.get(model, part_id)
    if found is None or found.call_id != call.id:
        raise NotFound(_("There is no such thing in this call."))
    return found


def _next(parts: Any) -> int:
    return max((part.position for part in parts), default=0) + 1
