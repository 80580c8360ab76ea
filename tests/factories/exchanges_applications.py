"""Applications to test with, in any state and with the history that leads there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.exchanges.models.agreements import Agreement, Allocation, Quota
from app.exchanges.models.applications import Application, Document, Preference
from app.exchanges.models.calls import Call, Destination, FormVersion, Requirement
from app.exchanges.queries import readiness
from app.exchanges.queries.applications import next_number, preferences_of
from app.exchanges.services import consents
from app.exchanges.states.agreements import ALLOCATION
from app.exchanges.states.applications import (
    APPLICATION,
    DOCUMENT,
    SEAT_HOLDING,
    ApplicationState,
    DocumentState,
)
from app.exchanges.states.parties import Party
from app.files import services as files
from tests.factories.accounts import a_user
from tests.factories.institutions import an_institution

_S = ApplicationState
_TO_RANKED = ("submit", "review", "rank")
HISTORIES: dict[ApplicationState, tuple[str, ...]] = {
    _S.DRAFT: (),
    _S.SUBMITTED: ("submit",),
    _S.RETURNED: ("submit", "return"),
    _S.INELIGIBLE: ("submit", "refuse"),
    _S.UNDER_REVIEW: ("submit", "review"),
    _S.RANKED: _TO_RANKED,
    _S.SELECTED: (*_TO_RANKED, "select"),
    _S.WAIT_LISTED: (*_TO_RANKED, "wait_list"),
    _S.NOT_SELECTED: (*_TO_RANKED, "not_select"),
    _S.CONFIRMED: (*_TO_RANKED, "select", "confirm"),
    _S.NOMINATED: (*_TO_RANKED, "select", "confirm", "nominate"),
    _S.DECLINED: (*_TO_RANKED, "select", "decline"),
    _S.OFFER_EXPIRED: (*_TO_RANKED, "select", "expire"),
    _S.UNDER_APPEAL: (*_TO_RANKED, "not_select", "appeal"),
    _S.DISMISSED: (*_TO_RANKED, "not_select", "appeal", "dismiss"),
    _S.WITHDRAWN: ("submit", "withdraw"),
}
"""How an application comes into each state."""

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"

FACTS: dict[str, Any] = {
    "eqf_level": 6,
    "isced": "0912",
    "ects_done": 180,
    "months_abroad": 0,
    "languages": [{"language": "en", "level": "C1"}],
    "passport_until": "2034-08-14",
    "citizenship": ["BA"],
    "supervisor_email": "",
}
"""About an applicant whom no ordinary rule keeps out."""


def an_application(
    call: Call,
    *,
    applicant: Actor | UUID | None = None,
    state: ApplicationState = ApplicationState.DRAFT,
    preferences: list[Destination] | None = None,
    name: str = "Milijana Radić",
    **values: Any,
) -> Application:
    """Return a stored application in this state; each step before it stands in the trail.

    Who is selected, confirmed or nominated holds a place of a quota, and never more than that.
    `preferences` are destinations of the call, by default all; `values` are columns, such as
    `score_milli`, `facts`, `unit_id` or `destination_id`.
    """
    person = _person(applicant, call, name)
    wanted = destinations_of(call) if preferences is None else preferences
    with atomic():
        application = Application(
            call_id=call.id,
            applicant_id=person.id,
            institution_id=call.institution_id,
            form_version_id=_form(call).id,
            answers=values.pop("answers", {}),
            facts=FACTS | values.pop("facts", {}),
            search_text=f"{person.search_text} {call.code.lower()}",
        )
        audit.begin(
            actor_for(person.id),
            application,
            APPLICATION.machine,
            kind=APPLICATION.kind,
            institution_id=call.institution_id,
        )
        db.session.add(application)
        db.session.flush()
        for position, destination in enumerate(wanted[: call.max_preferences], start=1):
            db.session.add(
                Preference(
                    application_id=application.id,
                    position=position,
                    destination_id=destination.id,
                )
            )
        for action in HISTORIES[state]:
            _step(application, call, action, wanted, values)
        for column, value in values.items():
            setattr(application, column, value)
    return application


def owner(application: Application) -> Actor:
    """Return whose application it is."""
    return actor_for(application.applicant_id)


def turn(thing: Any, **values: Any) -> None:
    """Change columns of a stored thing, as the time that passes would."""
    with atomic():
        for name, value in values.items():
            setattr(db.session.get_one(type(thing), thing.id), name, value)


MOTIVATION = "I want to learn how they validate early markers of kidney damage."


def a_ready_draft(call: Call, *, applicant: Actor | None = None, **values: Any) -> Application:
    """Return a stored draft to which nothing is missing but its documents: declared, answered."""
    answers = {"motivation": MOTIVATION} | values.pop("answers", {})
    application = an_application(call, applicant=applicant, answers=answers, **values)
    declare_all(application)
    return application


def declare_all(application: Application) -> None:
    """Agree to everything an application asks its person to declare."""
    person = actor_for(application.applicant_id)
    texts = readiness.declarations_for(application, preferences_of(application.id))
    consents.declare(
        person,
        application.id,
        {one.purpose: one.is_mandatory for one in texts},
        shown={one.purpose: one.sha256 for one in texts},
    )


def a_document(
    application: Application,
    *,
    requirement: Requirement | None = None,
    state: DocumentState = DocumentState.HANDED_IN,
    data: bytes = PDF,
    **values: Any,
) -> Document:
    """Return a document that was handed in with an application."""
    requirement = requirement or a_requirement(application.call_id)
    person, officer = actor_for(application.applicant_id), _officer(application.institution_id)
    with atomic():
        stored = files.keep(
            person,
            data,
            name="passport.pdf",
            media_type="application/pdf",
            purpose="exchange.document",
            owner_id=application.id,
            institution_id=application.institution_id,
        )
        document = Document(
            application_id=application.id,
            requirement_id=requirement.id,
            file_id=stored.id,
            reason="It cannot be read." if state == DocumentState.REFUSED else "",
            **values,
        )
        where: dict[str, Any] = {
            "kind": DOCUMENT.kind,
            "institution_id": application.institution_id,
        }
        audit.begin(person, document, DOCUMENT.machine, **where)
        db.session.add(document)
        ways = {
            DocumentState.HANDED_IN: (),
            DocumentState.ACCEPTED: ((officer, "accept"),),
            DocumentState.REFUSED: ((officer, "refuse"),),
            DocumentState.REPLACED: ((person, "replace"),),
        }
        for somebody, action in ways[state]:
            audit.move(somebody, document, DOCUMENT.machine, action, **where)
    return document


def a_requirement(call_id: UUID, *, title: str = "Passport", **values: Any) -> Requirement:
    """Return a stored document that a call asks for."""
    query = select(func.max(Requirement.position)).where(Requirement.call_id == call_id)
    with atomic():
        requirement = Requirement(
            call_id=call_id,
            position=(db.session.scalar(query) or 0) + 1,
            title=Text(en=title),
            note=Text(),
            media_types=values.pop("media_types", ["application/pdf"]),
            **values,
        )
        db.session.add(requirement)
    return requirement


def destinations_of(call: Call, *, places: int = 3) -> list[Destination]:
    """Return where a call offers to go; a call that offers nothing gets one destination."""
    query = select(Destination).where(Destination.call_id == call.id).order_by(Destination.position)
    return list(db.session.scalars(query)) or [_a_destination(call, places)]


def _a_destination(call: Call, places: int) -> Destination:
    host = an_institution(
        name="Shanghai University of Medicine and Health Sciences",
        timezone="Asia/Shanghai",
        country="CN",
    )
    with atomic():
        agreement = Agreement(
            institution_id=call.institution_id,
            partner_id=host.id,
            code=f"IIA-{host.code}",
            title="Exchange of students",
            created_by=call.created_by,
        )
        db.session.add(agreement)
        db.session.flush()
        quota = Quota(
            agreement_id=agreement.id,
            line_id=agreement.id,
            kind=call.kind,
            academic_year=call.academic_year,
            sending_institution_id=call.institution_id,
            receiving_institution_id=host.id,
            capacity_persons=places,
        )
        db.session.add(quota)
        db.session.flush()
        destination = Destination(
            call_id=call.id, quota_id=quota.id, institution_id=host.id, position=1, note=Text()
        )
        db.session.add(destination)
    return destination


def _person(applicant: Actor | UUID | None, call: Call, name: str) -> User:
    if applicant is None:
        return a_user(name=name, institution_id=call.institution_id)
    return db.session.get_one(User, applicant if isinstance(applicant, UUID) else applicant.user_id)


def _officer(institution_id: UUID) -> Actor:
    return Actor(
        user_id=institution_id, roles=frozenset({("officer", institution_id)}), name="Jelena Marić"
    )


def _form(call: Call) -> FormVersion:
    query = select(FormVersion).where(FormVersion.call_id == call.id)
    found = db.session.scalars(query.order_by(FormVersion.number.desc())).first()
    if found is None:
        found = FormVersion(call_id=call.id, number=1, fields=[], created_by=call.created_by)
        db.session.add(found)
        db.session.flush()
    return found


def _actor_of(action: str, application: Application, call: Call) -> Actor:
    who = APPLICATION.who[action]
    if Party.APPLICANT in who:
        return actor_for(application.applicant_id)
    if Party.HOME_OFFICER in who:
        return _officer(call.institution_id)
    return actor_for(call.chair_id) if Party.CHAIR in who and call.chair_id else SYSTEM


def _step(
    application: Application,
    call: Call,
    action: str,
    wanted: list[Destination],
    values: dict[str, Any],
) -> None:
    moment = now()
    if action == "submit":
        application.number = application.number or next_number(call.id)
        application.submitted_at = moment
    elif action == "return":
        application.due_at = moment + timedelta(days=7)
    elif action == "rank":
        application.score_milli, application.place = 80_000, application.number
    elif action == "select":
        chosen = values.get("destination_id")
        application.destination_id = chosen or wanted[0].id
        application.offer_expires_at = moment + timedelta(hours=call.offer_hours)
    if action in {"select", "wait_list", "not_select", "refuse"}:
        application.decided_at = moment
    reason = {"return": "Please add a clearer copy.", "refuse": "Too few credits."}.get(action, "")
    application.reason = reason or application.reason
    held = application.state in SEAT_HOLDING
    audit.move(
        _actor_of(action, application, call),
        application,
        APPLICATION.machine,
        action,
        kind=APPLICATION.kind,
        institution_id=call.institution_id,
        reason=reason,
    )
    db.session.flush()  # one moment each: the trail is read in the order of time
    if (application.state in SEAT_HOLDING) != held:
        (_give_back if held else _take)(application, call)


def _take(application: Application, call: Call) -> None:
    destination = db.session.get_one(Destination, application.destination_id)
    quota = db.session.get_one(Quota, destination.quota_id)
    quota.used_persons += 1
    quota.used_months += call.months
    allocation = Allocation(
        quota_id=quota.id, application_id=application.id, months=call.months, taken_at=now()
    )
    _note(SYSTEM, allocation, call)
    db.session.add(allocation)
    db.session.flush()


def _give_back(application: Application, call: Call) -> None:
    query = select(Allocation).where(Allocation.application_id == application.id)
    allocation = db.session.scalars(query).one()
    quota = db.session.get_one(Quota, allocation.quota_id)
    quota.used_persons -= 1
    quota.used_months -= allocation.months
    allocation.released_at = now()
    audit.move(
        SYSTEM,
        allocation,
        ALLOCATION.machine,
        "release",
        kind=ALLOCATION.kind,
        institution_id=call.institution_id,
    )


def _note(actor: Actor, allocation: Allocation, call: Call) -> None:
    audit.begin(
        actor,
        allocation,
        ALLOCATION.machine,
        kind=ALLOCATION.kind,
        institution_id=call.institution_id,
    )
