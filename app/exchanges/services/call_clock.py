"""What the clock does to calls: opens, closes, releases, posts the notice and finalises them.

Every step is taken from the state that is stored, under a lock; running twice does nothing more.
"""

from uuid import UUID

from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic
from app.core.events import announce
from app.exchanges.events import CallClosed, CallFinalised, ResultsReleased
from app.exchanges.models.calls import Call
from app.exchanges.policies import parties
from app.exchanges.queries import calls as queries
from app.exchanges.rules.phases import due
from app.exchanges.rules.publication import over_at
from app.exchanges.services import steps
from app.exchanges.states.applications import UNSETTLED
from app.exchanges.states.calls import CALL, CallState


def turn_calls() -> int:
    """Take every call as far as the time has come; return how many moved.

    One that fails keeps none of the others back; what failed is raised at the end.
    """
    moved, failed = 0, list[Exception]()
    for call_id in queries.due_ids(now()):
        try:
            moved += advance(call_id)
        except Exception as error:  # noqa: BLE001 -- raised below, with the others
            failed.append(error)
    if failed:
        raise ExceptionGroup("calls that could not be taken further", failed)
    return moved


@atomic()
def advance(call_id: UUID) -> bool:
    """Take one call as far as the time has come; tell whether it moved. Raises NotFound."""
    call = queries.locked(call_id)
    before = call.state
    catch_up(call)
    _follow_results(call)
    return call.state != before


def catch_up(call: Call) -> None:
    """Open, close and release a call that is locked, as the time has come."""
    while action := due(call, now()):
        _take(call, action)
        if action == "close":
            closed(call)
        elif action == "release":
            call.released_at = now()
            announce(ResultsReleased(call.id))


def closed(call: Call) -> None:
    """Say that a call takes no more applications."""
    announce(CallClosed(call.id))


def _follow_results(call: Call) -> None:
    """Post the public notice of known results, and end the call after notice and appeals."""
    if call.state == CallState.RELEASED and call.public_notice_days:
        _take(call, "post_notice")
    if call.state not in (CallState.RELEASED, CallState.NOTICE) or call.released_at is None:
        return
    if now() < over_at(call.released_at, call.public_notice_days, call.appeal_days):
        return
    if not UNSETTLED.intersection(queries.applications_by_state(call.id)):
        _take(call, "finalise")
        announce(CallFinalised(call.id))


def _take(call: Call, action: str) -> None:
    steps.take(
        SYSTEM,
        call,
        CALL,
        action,
        parties=parties.in_call(SYSTEM, call),
        institution_id=call.institution_id,
    )
    call.version += 1
