"""Every state, party and action of applications and documents: refused ones leave no trace."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.queries import actor_for
from app.accounts.states import Role
from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import DomainError
from app.exchanges.models.applications import Application, Document
from app.exchanges.models.reviews import ReviewAssignment
from app.exchanges.policies.applications import parties_of
from app.exchanges.queries.applications import is_reviewer
from app.exchanges.services import applications, documents
from app.exchanges.states.applications import (
    APPLICATION,
    DOCUMENT,
    ApplicationState,
    DocumentState,
)
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_applications import (
    PDF,
    a_document,
    a_ready_draft,
    a_requirement,
    an_application,
    declare_all,
)
from tests.factories.exchanges_calls import an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

ACTS = {
    "submit": lambda actor, one: applications.submit(actor, one.id),
    "return": lambda actor, one: applications.return_(
        actor, one.id, reason="Say more.", due_at=now() + timedelta(days=3)
    ),
    "refuse": lambda actor, one: applications.refuse_as_ineligible(actor, one.id, message="No."),
    "withdraw": lambda actor, one: applications.withdraw(actor, one.id),
}
"""Services of this file; those of the selection are asked in theirs, `lapse` takes no person."""

NOT_SHOWN = 404


def status_of(act, *given):
    try:
        act(*given)
    except DomainError as refusal:
        return refusal.status
    return 0


def trail():
    return tuple(
        db.session.scalar(select(func.count()).select_from(table))
        for table in (StateChange, AuditEntry)
    )


def cast(call, application):
    """One actor for each party to an application; parties it does not know are strangers."""
    home, reviewer = call.institution_id, a_trainee("Rada Recenzent")
    with atomic():
        db.session.add(
            ReviewAssignment(
                application_id=application.id,
                reviewer_id=reviewer.user_id,
                due_at=now(),
                assigned_by=reviewer.user_id,
            )
        )
    host = an_institution().id
    return {
        Party.APPLICANT: actor_for(application.applicant_id),
        Party.HOME_OFFICER: an_actor(Role.OFFICER, home),
        Party.LEGAL_REPRESENTATIVE: an_actor(Role.ADMINISTRATOR, home),
        Party.REGISTRAR: an_actor(Role.REGISTRAR, home),
        Party.CHAIR: actor_for(call.chair_id),
        Party.REVIEWER: reviewer,
        Party.HOST_OFFICER: an_actor(Role.OFFICER, host),
        Party.HOME_COORDINATOR: a_trainee(),
        Party.HOST_COORDINATOR: a_trainee(),
        Party.FOR_HOST: a_trainee(),
        Party.SYSTEM: SYSTEM,
    }


def expected(workflow, actor, application, state, action):
    parties = parties_of(actor, application)
    if not parties - {Party.REGISTRAR} and not is_reviewer(actor, application.id):
        return NOT_SHOWN
    if not workflow.allows(parties, action):
        return 403
    return 0 if action in workflow.machine.actions(state) else 409


@pytest.mark.parametrize("state", list(ApplicationState))
def test_every_step_of_an_application_is_for_whom_the_table_says(session, state):
    call = an_open_call(chair_id=a_trainee("Chair Person").user_id, places=20)
    application = one_in(call, state)
    actors = cast(call, application)
    wrong = []
    for at, party, action, _answer in questions(APPLICATION):
        if at != state or action not in ACTS:
            continue
        actor = actors[party]
        answer = expected(APPLICATION, actor, application, state, action)
        subject = application if answer else one_in(call, state)
        before = trail()
        found = status_of(ACTS[action], actor_of(actors, party, subject), subject)
        db.session.expire_all()
        now_in = db.session.get_one(Application, subject.id).state
        target = APPLICATION.machine.after(state, action) if not answer else state
        if found != answer or now_in != target or (found and trail() != before):
            wrong.append((party, action, answer, found, now_in))

    assert wrong == []


def actor_of(actors, party, subject):
    return actor_for(subject.applicant_id) if party == Party.APPLICANT else actors[party]


def one_in(call, state):
    """Return an application in this state that could be sent, if its state allowed that."""
    if state == ApplicationState.DRAFT:
        return a_ready_draft(call)
    application = an_application(
        call, state=state, answers={"motivation": "I want to learn the protocol."}
    )
    if state == ApplicationState.RETURNED:
        declare_all(application)
    return application


@pytest.mark.parametrize("state", list(DocumentState))
def test_every_step_of_a_document_is_for_whom_the_table_says(session, state):
    call = an_open_call(chair_id=a_trainee("Chair Person").user_id)
    requirement = a_requirement(call.id)
    application = one_in(call, ApplicationState.RETURNED)
    actors = cast(call, application)
    acts = {
        "accept": lambda actor, one: documents.accept(actor, one.id),
        "refuse": lambda actor, one: documents.refuse(actor, one.id, reason="Blurred."),
        "replace": lambda actor, one: documents.hand_in(
            actor,
            application.id,
            requirement.id,
            documents.Upload("new.pdf", PDF, replaces=one.id),
        ),
    }
    shared = a_document(application, requirement=requirement, state=state)
    wrong = []
    for at, party, action, _answer in questions(DOCUMENT):
        if at != state:
            continue
        answer = expected(DOCUMENT, actors[party], application, state, action)
        document = (
            shared if answer else a_document(application, requirement=requirement, state=state)
        )
        before = trail()
        found = status_of(acts[action], actors[party], document)
        db.session.expire_all()
        now_in = db.session.get_one(Document, document.id).state
        target = DOCUMENT.machine.after(state, action) if not answer else state
        if found != answer or now_in != target or (found and trail() != before):
            wrong.append((party, action, answer, found, now_in))

    assert wrong == []
