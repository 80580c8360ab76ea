"""Reading offers, the wait list, and whom the clock owes a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import Text, db, read_rows
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import Quota
from app.exchanges.models.applications import Application, Preference
from app.exchanges.models.calls import Call, Destination
from app.exchanges.models.reviews import Appeal
from app.exchanges.policies import applications as policies
from app.exchanges.queries import allocation
from app.exchanges.queries import applications as queries
from app.exchanges.rules.allocation import Contender
from app.exchanges.rules.appeals import appeal_until
from app.exchanges.states.applications import OVER, ApplicationState
from app.exchanges.states.calls import RESULTS_KNOWN, CallState
from app.exchanges.words.selection import reason_of

_S = ApplicationState
FILLING = frozenset(
    {CallState.EMBARGOED, CallState.RELEASED, CallState.NOTICE, CallState.FINALISED}
)
"""States of a call in which a seat that becomes free goes to the wait list."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an applicant may know of the result, the offer, the waiting list and appeals."""

    application_id: UUID
    state: ApplicationState
    zone: str
    host: Text | None
    expires_at: datetime | None
    is_over: bool
    number: int
    reason: str
    appeal_until: datetime | None
    may_appeal: bool
    appeals: Sequence[Appeal]


def locked_for(actor: Actor, application_id: UUID) -> tuple[Call, Application]:
    """Lock the call and its kin, then the application; NotFound unless the actor may see it."""
    call_id = db.session.scalar(select(Application.call_id).where(Application.id == application_id))
    if call_id is None:
        raise NotFound(_("There is no such application."))
    call = allocation.lock_family(call_id)
    application = queries.locked(application_id)
    if not policies.may_see(actor, application):
        raise NotFound(_("There is no such application."))
    return call, application


def waiting_in(call_id: UUID) -> Sequence[Application]:
    """Return who waits in a locked call, under locks, first in line first."""
    found = allocation.locked_applications(call_id, {_S.WAIT_LISTED})
    return sorted(found, key=lambda one: (one.place or 0, one.id))


def as_contenders(call_id: UUID, waiting: Sequence[Application]) -> list[Contender]:
    """Return those who wait with where they want to go."""
    if not waiting:
        return []
    wishes = allocation.wishes_of(call_id)
    return [
        Contender(one.id, one.place or 0, one.score_milli or 0, wishes.get(one.id, ()))
        for one in waiting
    ]


def lapsed_in(call_id: UUID, moment: datetime) -> Sequence[Application]:
    """Return the offers of a locked call that nobody answered in time, under locks."""
    query = (
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.state == _S.SELECTED,
            Application.offer_expires_at <= moment,
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def calls_to_settle(moment: datetime) -> Sequence[UUID]:
    """Return calls with an offer that lapsed, or with a free seat that somebody waits for."""
    lapsed = select(Application.call_id).where(
        Application.state == _S.SELECTED, Application.offer_expires_at <= moment
    )
    wanted = (
        select(Application.call_id)
        .join(Preference, Preference.application_id == Application.id)
        .join(Destination, Destination.id == Preference.destination_id)
        .join(Quota, Quota.id == Destination.quota_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.state == _S.WAIT_LISTED,
            Quota.used_persons < Quota.capacity_persons,
            or_(
                Quota.capacity_months.is_(None),
                Quota.used_months + Call.months <= Quota.capacity_months,
            ),
        )
    )
    query = select(Call.id).where(
        Call.state.in_(FILLING), or_(Call.id.in_(lapsed), Call.id.in_(wanted))
    )
    return db.session.scalars(query.order_by(Call.id)).all()


def calls_to_release(moment: datetime) -> Sequence[UUID]:
    """Return calls whose embargo is over."""
    query = select(Call.id).where(Call.state == CallState.EMBARGOED, Call.release_at <= moment)
    return db.session.scalars(query.order_by(Call.release_at, Call.id)).all()


def calls_after_release() -> Sequence[Call]:
    """Return calls whose results are known and not final yet."""
    query = select(Call).where(Call.state.in_((CallState.RELEASED, CallState.NOTICE)))
    return db.session.scalars(query.order_by(Call.id)).all()


def calls_begun(moment: datetime) -> Sequence[UUID]:
    """Return calls in which somebody still waits though the stay has begun."""
    query = (
        select(Call.id)
        .where(
            Call.state.in_(FILLING),
            Call.stay_from <= moment.date(),
            select(Application.id)
            .where(Application.call_id == Call.id, Application.state == _S.WAIT_LISTED)
            .exists(),
        )
        .order_by(Call.id)
    )
    return db.session.scalars(query).all()


def number_in_list(application: Application) -> int:
    """Return how many wait before this application, itself counted."""
    query = select(func.count()).where(
        Application.call_id == application.call_id,
        Application.state == _S.WAIT_LISTED,
        Application.place <= (application.place or 0),
    )
    return int(db.session.scalar(query) or 0)


def appeal_ends(call: Call, application: Application) -> datetime | None:
    """Return until when an application can be appealed; None when it cannot."""
    released_at = call.released_at if call.state in RESULTS_KNOWN else None
    return appeal_until(application.state, application.decided_at, released_at, call.appeal_days)


def standing(application: Application) -> Standing:
    """Return what its applicant may know of an application with call and destination loaded."""
    call = application.call
    state = queries.shown_state(application, call)
    known = state == application.state
    host = application.destination.institution if known and application.destination else None
    until = appeal_ends(call, application) if known else None
    return Standing(
        application_id=application.id,
        state=state,
        zone=call.timezone,
        host=host.name if host else None,
        expires_at=application.offer_expires_at if state == _S.SELECTED else None,
        is_over=bool(
            state == _S.SELECTED
            and application.offer_expires_at
            and application.offer_expires_at <= now()
        ),
        number=number_in_list(application) if state == _S.WAIT_LISTED else 0,
        reason=reason_of(application.reason) if state in OVER else "",
        appeal_until=until,
        may_appeal=until is not None and until > now(),
        appeals=appeals_of(application.id) if known else (),
    )


def appeals_of(application_id: UUID) -> Sequence[Appeal]:
    """Return the appeals of an application, the newest first."""
    query = (
        select(Appeal)
        .where(Appeal.application_id == application_id)
        .order_by(Appeal.made_at.desc(), Appeal.id.desc())
    )
    return db.session.scalars(query).all()


def open_appeal(application_id: UUID) -> Appeal | None:
    """Return the appeal that waits for the chair, under a lock."""
    query = (
        select(Appeal)
        .where(Appeal.application_id == application_id, Appeal.decided_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def has_open_appeals(call_id: UUID) -> bool:
    """Tell whether the chair of a call still has an appeal to decide."""
    query = (
        select(Application.id)
        .where(Application.call_id == call_id, Application.state == _S.UNDER_APPEAL)
        .limit(1)
    )
    return db.session.scalar(query) is not None


def is_on_notice(call: Call) -> bool:
    """Tell whether results are posted for everyone, which ends as promised even with appeals."""
    known = call.released_at
    if call.state != CallState.NOTICE or known is None:
        return False
    return now() < known + timedelta(days=call.public_notice_days)


def published_results(call_id: UUID) -> tuple[Call, list[dict[str, object]]]:
    """Return a call and the public notice of its results: numbers and destinations, no names.

    Raises NotFound when the call gives no public notice now.
    """
    query = select(Call).where(Call.id == call_id).options(joinedload(Call.institution))
    call = db.session.scalars(query).one_or_none()
    if call is None or not is_on_notice(call):
        raise NotFound(_("There is no public notice of results here."))
    shown = {_S.SELECTED, _S.CONFIRMED, _S.NOMINATED, _S.WAIT_LISTED}
    rows = read_rows(
        select(Application.number, Application.state, Application.destination_id, Application.place)
        .where(Application.call_id == call_id, Application.state.in_(shown))
        .order_by(Application.number)
    )
    hosts = allocation.hosts_of(call_id)
    return call, [
        {
            "number": row.number,
            "place": row.place or 0,
            "waits": row.state == _S.WAIT_LISTED,
            "host": hosts[row.destination_id].name
            if row.destination_id and row.state != _S.WAIT_LISTED
            else None,
        }
        for row in rows
    ]
