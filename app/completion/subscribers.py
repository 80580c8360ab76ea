"""What this package does when courses and attendance announce something."""

from app.attendance.events import RegisterLocked, SessionHeld
from app.completion import services
from app.core.actor import SYSTEM
from app.core.events import listen
from app.courses.events import (
    PlaceConfirmed,
    RunClosed,
    RunPublished,
    SessionCancelled,
    SessionRestored,
)


@listen(RunPublished)
def freeze_when_published(event: RunPublished) -> None:
    """Freeze the policy that people enrol under."""
    services.policies.freeze(event.run_id)


@listen(SessionHeld)
def freeze_when_held(event: SessionHeld) -> None:
    """Freeze the policy at the first session, if nobody did before."""
    services.policies.freeze(event.run_id)


@listen(RegisterLocked)
def decide_when_locked(event: RegisterLocked) -> None:
    """Decide anew when a register is closed."""
    services.decisions.decide_run(SYSTEM, event.run_id)


@listen(RunClosed)
def decide_when_closed(event: RunClosed) -> None:
    """Decide about everyone when teaching is over."""
    services.policies.freeze(event.run_id)
    services.decisions.decide_run(SYSTEM, event.run_id)


@listen(PlaceConfirmed)
def decide_when_confirmed(event: PlaceConfirmed) -> None:
    """Write the first decision about somebody who joins; it is open."""
    services.decisions.decide(SYSTEM, [event.enrolment_id])


@listen(SessionCancelled)
def decide_when_cancelled(event: SessionCancelled) -> None:
    """Decide anew without the session, which counts for nobody."""
    services.decisions.decide_run(SYSTEM, event.run_id)


@listen(SessionRestored)
def decide_when_restored(event: SessionRestored) -> None:
    """Decide anew with the session, which counts again."""
    services.decisions.decide_run(SYSTEM, event.run_id)
