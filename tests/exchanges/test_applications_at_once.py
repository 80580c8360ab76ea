"""Many at once: one draft for one person, one number for one application, one last window."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import DomainError
from app.exchanges.invariants import applications as invariants
from app.exchanges.models.applications import Application
from app.exchanges.services import applications as services
from app.exchanges.states.applications import ApplicationState
from tests.factories.accounts import a_user
from tests.factories.exchanges_applications import a_ready_draft, an_application
from tests.factories.exchanges_calls import an_officer, an_open_call

pytestmark = pytest.mark.database

PEOPLE = 12


def at_once(app, acts):
    """Start every act at the same moment on a thread of its own; return what each answered."""
    ready = threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            try:
                ready.wait(60)
                found = act()
                return found.id if isinstance(found, Application) else found
            except DomainError as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_people_who_send_at_once_get_numbers_without_a_gap(world):
    call = an_open_call()
    drafts = [a_ready_draft(call) for _ in range(PEOPLE)]
    acts = [partial(services.submit, Actor(user_id=d.applicant_id), d.id) for d in drafts]

    answers = at_once(world, acts)

    assert all(isinstance(one, UUID) for one in answers)
    db.session.rollback()  # what was read before is not what is there now
    numbers = db.session.scalars(select(Application.number).order_by(Application.number))
    assert list(numbers) == list(range(1, PEOPLE + 1))
    assert list(invariants.sent_content()) == []


def test_somebody_who_begins_in_many_windows_has_one_draft(world):
    call_id, person = an_open_call().id, Actor(user_id=a_user().id)

    answers = at_once(world, [partial(services.start, person, call_id)] * PEOPLE)

    assert len(set(answers)) == 1


def test_of_windows_that_save_at_once_one_wins_and_the_others_are_told(world):
    application = an_application(an_open_call())
    person, shown = Actor(user_id=application.applicant_id), application.revision
    acts = [
        partial(
            services.save_step,
            person,
            application.id,
            "form-2",
            {"motivation": f"Window {number}"},
            revision=shown,
        )
        for number in range(PEOPLE)
    ]

    answers = at_once(world, acts)

    assert sum(isinstance(one, services.Saved) for one in answers) == 1
    assert sum(isinstance(one, services.StaleStep) for one in answers) == PEOPLE - 1


def test_of_withdrawing_and_refusing_at_once_one_happens(world):
    application = an_application(an_open_call(), state=ApplicationState.SUBMITTED)
    person, officer = (
        Actor(user_id=application.applicant_id),
        an_officer(application.institution_id),
    )
    acts = [
        partial(services.withdraw, person, application.id),
        partial(services.refuse_as_ineligible, officer, application.id, message="No."),
    ]

    answers = at_once(world, acts)

    assert sum(one is None for one in answers) == 1
    db.session.rollback()
    assert list(invariants.histories()) == []
