"""The start page of everyone who is signed in."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.attendance import checkin, passes
from app.completion.queries.standing import shares
from app.core.actor import Actor
from app.core.clock import now
from app.courses.states import SEAT_HOLDING, EnrolmentState
from app.courses.words import ENROLMENT_CHIPS, ENROLMENT_LABELS
from app.reports import rules
from app.reports.queries import desk, exchanges, learning, sessions
from app.reports.words import EXCHANGE_TASKS, GREETINGS
from app.web.access import actor, signed_in
from app.web.pages import page
from app.web.templating import address
from app.web.zones import beside

bp = Blueprint("reports", __name__)
RECENT = timedelta(days=30)
"""How long a certificate is new."""

_TASK_PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "returned": ("my_exchanges", {}),
    "offers": ("my_exchanges", {}),
    "papers": ("my_stays", {}),
    "coming": ("my_stays", {}),
    "agreements": ("learning_agreements_list", {"show": "waiting"}),
    "reviews": ("my_reviews", {}),
    "desk": ("desk", {}),
    "appeals": ("my_reviews", {}),
    "nominations": ("nominations_list", {"side": "in", "state": "pending"}),
    "admissions": ("stays_list", {"side": "in", "state": "planned"}),
    "refused": ("stays_list", {"side": "out", "state": "planned"}),
    "for_host": ("stays_list", {"side": "out", "sort": "from"}),
    "letters": ("stays_list", {"side": "in", "state": "pre_departure"}),
    "arrivals": ("stays_list", {"side": "in", "sort": "from"}),
    "records": ("stays_list", {"side": "in", "state": "departed"}),
    "overdue": ("stays_list", {"side": "in", "overdue": "1"}),
    "recognition": ("stays_list", {"side": "out", "state": "records_received"}),
    "signatures": ("agreements_list", {}),
}
"""Where what waits in exchanges is done: the page, and what it shows of it."""

_ATTENDING = SEAT_HOLDING - {EnrolmentState.OFFERED}


@bp.get("/today")
@signed_in
def today() -> ResponseReturnValue:
    """Show what comes next, and what waits for the person."""
    acting, moment = actor(), now()
    zone = ZoneInfo(acting.timezone)
    first, end = rules.week_of(moment, zone)
    coming = sessions.of_days(acting.user_id, first, max(end, moment + timedelta(days=2)))
    following = sessions.next_of(coming, moment)
    return page(
        greeting=GREETINGS[rules.part_of_day(moment, zone)],
        moment=moment,
        next_session=following,
        zones=beside(following.timezone) if following else (),
        own=passes.shown_to(acting, moment) if _learns(following) else None,
        step=checkin.PASS_SECONDS,
        tasks=_exchange_tasks(exchanges.waiting_for(acting, moment.astimezone(zone).date())),
        week=rules.days_of(coming, moment, zone),
        **_learning(acting),
        **_work(acting),
    )


def _exchange_tasks(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        (label, address(f"exchanges.{page_name}", **shown), counts[key])
        for key, label in EXCHANGE_TASKS.items()
        if key in counts
        for page_name, shown in (_TASK_PAGES[key],)
    ]


def _learns(session: Any) -> bool:
    return session is not None and not session.teaches


def _learning(acting: Actor) -> dict[str, Any]:
    places = learning.places_of(acting.user_id)
    stands = shares([place.id for place in places if place.state in _ATTENDING])

    def low(place: Any) -> bool:
        found = stands.get(place.id)
        return found is not None and rules.is_low(found.so_far_bp, found.threshold_bp)

    return {
        "places": places,
        "beside": beside,
        "standings": stands,
        "low": low,
        "labels": ENROLMENT_LABELS,
        "chips": ENROLMENT_CHIPS,
        "certificate": learning.newest_certificate(acting.user_id, now() - RECENT),
    }


def _work(acting: Actor) -> dict[str, Any]:
    planner = acting.holds(*desk.PLANNERS)
    return {
        "taught": desk.taught_by(acting.user_id, now()),
        "waiting": desk.waiting_for(acting) if planner else None,
        "in_office": acting.holds(*desk.OFFICE),
    }
