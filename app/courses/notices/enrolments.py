"""What people are told about their places; times travel as ISO text with the run's zone."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient_for
from app.core.database import db
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import Run
from app.courses.queries.enrolments import trainee_ids
from app.courses.states import EnrolmentState, RunState
from app.notifications.recipients import Recipient
from app.notifications.services import tell


def application_received(enrolment: Enrolment, run: Run) -> None:
    """Confirm that an application has arrived."""
    _tell(enrolment, run, "application-received")


def application_declined(enrolment: Enrolment, run: Run) -> None:
    """Tell that an application was declined, and why."""
    _tell(enrolment, run, "application-declined", reason=enrolment.reason)


def place_confirmed(enrolment: Enrolment, run: Run) -> None:
    """Tell that a person has a place."""
    _tell(enrolment, run, "place-confirmed")


def place_in_queue(enrolment: Enrolment, run: Run) -> None:
    """Tell that a person has a number in the queue."""
    _tell(enrolment, run, "place-in-queue", offer_hours=run.offer_hours)


def place_offered(enrolment: Enrolment, run: Run) -> None:
    """Offer a place to the first in line, with the moment until which it is held."""
    expires_at = enrolment.offer_expires_at
    _tell(enrolment, run, "place-offered", expires_at=expires_at.isoformat() if expires_at else "")


def offer_lapsed(enrolment: Enrolment, run: Run) -> None:
    """Tell that an offer was passed on, or ended with the run."""
    _tell(enrolment, run, "offer-lapsed", is_over=run.state != RunState.PUBLISHED)


def place_withdrawn(enrolment: Enrolment, run: Run, *, by_office: bool) -> None:
    """Confirm that a place, or the wish for one, was given up."""
    _tell(enrolment, run, "place-withdrawn", by_office=by_office, reason=enrolment.reason)


def place_removed(enrolment: Enrolment, run: Run) -> None:
    """Tell that a place was taken away, and why."""
    _tell(enrolment, run, "place-removed", reason=enrolment.reason)


def place_transferred(enrolment: Enrolment, run: Run, target: Run, moved: Enrolment) -> None:
    """Tell that a place is in another run now, and why."""
    _tell(
        enrolment,
        run,
        "place-transferred",
        path=f"/places/{moved.id}",
        target=dict(target.title),
        target_code=target.code,
        target_starts_on=target.starts_on.isoformat(),
        reason=enrolment.reason,
    )


def invited(address: str, run: Run, *, language: str) -> None:
    """Tell an address that it may enrol in a run that is by invitation."""
    query = select(User.id).where(User.email_key == address)
    user_id = db.session.scalar(query)
    person = recipient_for(user_id) if user_id else Recipient(None, address, address, language)
    tell(
        person,
        "courses/run-invitation",
        _values(run),
        path=f"/runs/{run.id}",
        key=f"run-invitation:{run.id}:{address}",
    )


def everyone_of_run(
    run_id: UUID, states: Iterable[EnrolmentState] = (EnrolmentState.ACTIVE,)
) -> list[Recipient]:
    """Return the people of a run in these states, to be told something about it; one query."""
    ids = list(trainee_ids(run_id, states))
    if not ids:
        return []
    query = select(User.id, User.email, User.display_name, User.locale, User.timezone).where(
        User.id.in_(ids)
    )
    return [Recipient(*row) for row in db.session.execute(query.order_by(User.sort_name, User.id))]


def _values(run: Run) -> dict[str, Any]:
    return {
        "run": dict(run.title),
        "code": run.code,
        "zone": run.timezone,
        "starts_on": run.starts_on.isoformat(),
    }


def _tell(enrolment: Enrolment, run: Run, name: str, *, path: str = "", **values: Any) -> None:
    """Each thing happens to one attempt at most once, so its name and the attempt are the key."""
    tell(
        recipient_for(enrolment.trainee_id),
        f"courses/{name}",
        _values(run) | values,
        path=path or f"/places/{enrolment.id}",
        key=f"place:{enrolment.id}:{name}",
    )
