"""Ranking: what the system does once all mandatory scores are locked, and drawing lots once."""

from secrets import token_hex
from uuid import UUID

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.database import db
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.reviews import Draw
from app.exchanges.policies.parties import in_call
from app.exchanges.queries import allocation as queries
from app.exchanges.queries import reviews
from app.exchanges.rules.ranking import Line, marks_of
from app.exchanges.services.steps import take
from app.exchanges.states.applications import APPLICATION, ApplicationState, Conflict


def settle(application: Application, call: Call) -> bool:
    """Rank a locked application whose mandatory scores are all locked; tell whether it was.

    A mandatory reviewer with a conflict of interest holds it up until the office replaces them.
    """
    if application.state != ApplicationState.UNDER_REVIEW:
        return False
    sheets = [one for one in reviews.standing_of(application.id) if one.is_mandatory]
    if not sheets or any(one.locked_at is None or one.conflict != Conflict.NONE for one in sheets):
        return False
    lines = [Line(str(one.id), one.weight, one.max_points) for one in queries.criteria_of(call.id)]
    points = reviews.points_of([one.id for one in sheets])
    application.score_milli = marks_of(lines, [points[one.id] for one in sheets]).total
    take(
        SYSTEM,
        application,
        APPLICATION,
        "rank",
        parties=in_call(SYSTEM, call),
        institution_id=call.institution_id,
    )
    return True


def draw(actor: Actor, call: Call) -> str:
    """Return the seed of a locked call's lots; drawn and recorded when first asked for."""
    found = queries.draw_of(call.id)
    if found is not None:
        return found.seed
    seed = token_hex(16)
    row = Draw(call_id=call.id, seed=seed, drawn_by=actor.user_id)
    db.session.add(row)
    audit.record(
        actor,
        "exchanges.draw_lots",
        row.id,
        kind="exchange_draw",
        institution_id=call.institution_id,
        changes={"seed": [None, seed]},
    )
    db.session.flush()
    return seed


def give_places(call: Call, seed: str) -> dict[UUID, int]:
    """Write down the place of everybody who was ranked in a locked call."""
    placed = queries.ranked(call, seed)
    places = {one.id: one.place for one in placed}
    for application in queries.locked_applications(call.id, queries.RANKED_ONCE):
        application.place = places.get(application.id)
    return places
