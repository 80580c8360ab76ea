"""Reading applications: one's own, one for its office, and what has happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, not_, or_, select
from sqlalchemy.orm import joinedload

from app.audit.models import StateChange
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.exchanges.models.applications import (
    Application,
    Consent,
    EligibilityFinding,
    Preference,
)
from app.exchanges.models.calls import Call, Destination, FormVersion, RuleSet
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.policies import applications as policies
from app.exchanges.states.applications import (
    ACTIVE,
    APPLICATION,
    DECIDED,
    OVER,
    ApplicationState,
    Conflict,
)
from app.exchanges.states.calls import RESULTS_KNOWN, CallState
from app.exchanges.states.mobilities import MobilityState
from app.institutions.models import Institution

OwnApplication = Row[*tuple[Any, ...]]

KIND = APPLICATION.kind
GROUPS = ("now", "over")
"""Filters of one's own list by the word in its address."""

_HIDDEN = DECIDED | {ApplicationState.RANKED}
SILENT = frozenset({"rank", "reopen_review", "select", "wait_list", "not_select", "unselect"})
"""Steps that nobody but the office learns of before results are released."""
_UNKNOWN_REFUSAL = and_(
    Application.state == ApplicationState.NOT_SELECTED, Call.state.not_in(RESULTS_KNOWN)
)


def application_for(actor: Actor, application_id: UUID) -> Application:
    """Return an application with its call, both institutions and its person.

    Raises NotFound, also when the actor is nothing to it.
    """
    query = (
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.call).joinedload(Call.institution),
            joinedload(Application.applicant),
            joinedload(Application.destination).joinedload(Destination.institution),
        )
    )
    return _seen_by(actor, db.session.scalars(query).one_or_none())


def locked(application_id: UUID) -> Application:
    """Return an application with its call, as it is now, for a change; raises NotFound.

    Whoever locks several locks them in the order of their ids.
    """
    query = (
        select(Application)
        .where(Application.id == application_id)
        .options(joinedload(Application.call))
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    application = db.session.scalars(query).one_or_none()
    if application is None:
        raise NotFound(_("There is no such application."))
    return application


def locked_for(actor: Actor, application_id: UUID) -> Application:
    """Return an application under its lock; NotFound, also when the actor may not see it."""
    return _seen_by(actor, locked(application_id))


def is_reviewer(actor: Actor, application_id: UUID) -> bool:
    """Tell whether an application was given to the actor to judge, who is free to.

    Of one that was withdrawn a reviewer learns that, and reads nothing of it any more.
    """
    query = (
        select(ReviewAssignment.id)
        .join(Application, Application.id == ReviewAssignment.application_id)
        .where(
            ReviewAssignment.application_id == application_id,
            ReviewAssignment.reviewer_id == actor.user_id,
            ReviewAssignment.removed_at.is_(None),
            ReviewAssignment.conflict == Conflict.NONE,
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    return db.session.scalar(query) is not None


def _seen_by(actor: Actor, application: Application | None) -> Application:
    if application is None or not (
        policies.may_see(actor, application) or is_reviewer(actor, application.id)
    ):
        raise NotFound(_("There is no such application."))
    return application


def shown_state(application: Any, call: Any) -> ApplicationState:
    """Return the state that its applicant may know: results stay unknown until released.

    Takes rows as well as objects; only `state` of both is read.
    """
    if call.state not in RESULTS_KNOWN and application.state in _HIDDEN:
        return ApplicationState.UNDER_REVIEW
    return ApplicationState(application.state)


def active_one(call_id: UUID, applicant_id: UUID) -> Application | None:
    """Return the person's application to a call that is not over, if there is one."""
    query = (
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.applicant_id == applicant_id,
            Application.state.in_(ACTIVE),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def latest_one(call_id: UUID, applicant_id: UUID) -> UUID | None:
    """Return the person's newest application to a call, whatever became of it."""
    query = select(Application.id).where(
        Application.call_id == call_id, Application.applicant_id == applicant_id
    )
    return db.session.scalars(query.order_by(Application.id.desc()).limit(1)).first()


def own(
    actor: Actor, *, text: str = "", group: str = "", cursor: str | None = None, size: int = 25
) -> Page[OwnApplication]:
    """Return one page of the actor's applications, the newest first; one query.

    Rows carry the call, the destination once it is decided, and the stay that came of it. Show
    their state by `shown_state(row, row.call)`.
    """
    query: Select[*tuple[Any, ...]] = (
        select(
            Application.id,
            Application.number,
            Application.state,
            Application.due_at,
            Application.offer_expires_at,
            Application.submitted_at,
            Call,
            Institution.name.label("institution"),
            Mobility.id.label("mobility_id"),
            Mobility.state.label("mobility_state"),
        )
        .join(Call, Call.id == Application.call_id)
        .join(Institution, Institution.id == Call.institution_id)
        .outerjoin(Mobility, Mobility.application_id == Application.id)
        .where(Application.applicant_id == actor.user_id)
    )
    if group in GROUPS:
        over = and_(Application.state.in_(OVER), not_(_UNKNOWN_REFUSAL))
        query = query.where(over if group == "over" else not_(over))
    for term in search_terms(text)[:8]:
        query = query.where(Call.search_text.like(f"%{term}%"))
    return paged(
        lambda found: db.session.execute(found).all(),
        query,
        Application.id,
        cursor=cursor,
        key_of=lambda row: (row.id,),
        descending=True,
        size=size,
    )


def steps_of(application: Application, call: Call, *, to_applicant: bool) -> list[StateChange]:
    """Return what has happened to an application, oldest first.

    An applicant does not learn what was decided before results are released.
    """
    query = (
        select(StateChange)
        .where(StateChange.subject_id == application.id, StateChange.kind == APPLICATION.kind)
        .order_by(StateChange.at, StateChange.id)
    )
    steps = list(db.session.scalars(query))
    if to_applicant and call.state not in RESULTS_KNOWN:
        steps = [step for step in steps if step.action not in SILENT]
    return steps


@dataclass(frozen=True, slots=True)
class Wish:
    """One preferred destination."""

    position: int
    destination_id: UUID
    institution: dict[str, str]
    city: dict[str, str]
    country: str


def named(name: dict[str, str], locale: str) -> str:
    """Return the name of an institution in the reader's language."""
    return Text(name).in_(locale)


def preferences_of(application_id: UUID) -> list[Wish]:
    """Return where somebody wants to go, in their order."""
    query = (
        select(
            Preference.position,
            Preference.destination_id,
            Institution.name,
            Institution.city,
            Institution.country,
        )
        .join(Destination, Destination.id == Preference.destination_id)
        .join(Institution, Institution.id == Destination.institution_id)
        .where(Preference.application_id == application_id)
        .order_by(Preference.position)
    )
    return [Wish(*row) for row in db.session.execute(query)]


def consents_of(application_id: UUID) -> Sequence[Consent]:
    """Return every declaration and consent of an application, the latest of a purpose last."""
    query = (
        select(Consent)
        .where(Consent.application_id == application_id)
        .order_by(Consent.given_at, Consent.id)
    )
    return db.session.scalars(query).all()


def findings_of(application_id: UUID) -> Sequence[EligibilityFinding]:
    """Return what the rules said when the application was last sent or checked."""
    query = (
        select(EligibilityFinding)
        .where(EligibilityFinding.application_id == application_id)
        .order_by(EligibilityFinding.at, EligibilityFinding.id)
    )
    return db.session.scalars(query).all()


def next_number(call_id: UUID) -> int:
    """Return the next number of a call's applications; the call must be locked."""
    query = select(func.max(Application.number)).where(Application.call_id == call_id)
    return (db.session.scalar(query) or 0) + 1


def call_id_of(application_id: UUID) -> UUID:
    """Return which call an application is to; that never changes. Raises NotFound."""
    query = select(Application.call_id).where(Application.id == application_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such application."))
    return found


def overdue(moment: datetime, *, most: int = 500) -> Sequence[UUID]:
    """Return applications that were returned and not sent again in time, oldest first."""
    query = (
        select(Application.id)
        .where(
            Application.state == ApplicationState.RETURNED,
            Application.due_at <= moment,
        )
        .order_by(Application.due_at, Application.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def drafts_closing(moment: datetime, within: timedelta, *, most: int = 1000) -> Sequence[UUID]:
    """Return what cannot be sent any more this time from now: drafts, and what was given back."""
    returned = and_(
        Application.state == ApplicationState.RETURNED,
        Application.due_at > moment,
        Application.due_at <= moment + within,
    )
    draft = and_(
        Application.state == ApplicationState.DRAFT,
        Call.state.in_((CallState.PUBLISHED, CallState.OPEN)),
        Call.opens_at <= moment,
        Call.closes_at > moment,
        Call.closes_at <= moment + within,
    )
    query = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(or_(draft, returned))
        .order_by(Call.closes_at, Application.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def other_stays(actor_id: UUID, *, except_application: UUID | None) -> list[dict[str, str]]:
    """Return the days of a person's other stays, for the rule that two may not overlap."""
    query = select(Mobility.planned_from, Mobility.planned_until).where(
        Mobility.person_id == actor_id,
        Mobility.state.not_in((MobilityState.CANCELLED, MobilityState.NO_SHOW)),
        or_(
            Mobility.application_id.is_(None),
            Mobility.application_id != except_application,
        ),
    )
    return [
        {"from": row.planned_from.isoformat(), "until": row.planned_until.isoformat()}
        for row in db.session.execute(query)
    ]


def form_of(application: Application) -> FormVersion:
    """Return the version of the form that the answers were given to."""
    return db.session.get_one(FormVersion, application.form_version_id)


def stay_of(application_id: UUID) -> Mobility | None:
    """Return the stay that came of an application, if there is one."""
    query = select(Mobility).where(Mobility.application_id == application_id)
    return db.session.scalars(query).one_or_none()


def rule_sets(ids: set[UUID]) -> dict[UUID, RuleSet]:
    """Return versions of rules by their ids."""
    query = select(RuleSet).where(RuleSet.id.in_(ids))
    return {one.id: one for one in db.session.scalars(query)}
