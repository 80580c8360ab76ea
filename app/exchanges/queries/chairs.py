"""Whom the chair of a committee is tied to: they are warned, and do not decide their appeals."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select

from app.accounts.models import User
from app.core.actor import Actor
from app.core.database import read_rows
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.queries import reviews
from app.exchanges.rules.conflicts import Tie, ties
from app.exchanges.states.applications import OVER

BARRING = frozenset({Tie.OWN_APPLICATION, Tie.OWN_STUDENT, Tie.SAME_SUPERVISOR})
"""Ties with which the chair does not decide an appeal; of others they are warned."""

MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Tied:
    """An applicant of a call whom its chair is tied to."""

    application_id: UUID
    number: int
    name: str
    tie: Tie


def tie_of(actor: Actor, application: Application) -> Tie | None:
    """Return what ties somebody who decides to an applicant, the gravest first."""
    judge = reviews.judges([actor.user_id]).get(actor.user_id)
    found = ties(judge, reviews.judged(application)) if judge else []
    return found[0] if found else None


def tied_in(call: Call) -> list[Tied]:
    """Return the applicants of a call whom its chair supervises or shares a unit with."""
    if (
        call.chair_id is None
        or (chair := reviews.judges([call.chair_id]).get(call.chair_id)) is None
    ):
        return []
    mail = func.lower(Application.facts["supervisor_email"].as_string())
    query = (
        select(Application.id, Application.number, User.display_name, Application.unit_id)
        .join(User, User.id == Application.applicant_id)
        .where(
            Application.call_id == call.id,
            Application.submitted_at.is_not(None),
            Application.state.not_in(OVER),
        )
        .order_by(Application.number)
        .limit(MOST_NAMED)
    )
    taught = query.where(or_(Application.supervisor_id == chair.id, mail == chair.email))
    found = [
        Tied(row.id, row.number or 0, row.display_name, Tie.OWN_STUDENT)
        for row in read_rows(taught)
    ]
    if chair.unit_ids:
        known = {one.application_id for one in found}
        beside = query.where(Application.unit_id.in_(list(chair.unit_ids)))
        found += [
            Tied(row.id, row.number or 0, row.display_name, Tie.SAME_UNIT)
            for row in read_rows(beside)
            if row.id not in known
        ]
    return found
