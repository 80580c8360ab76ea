"""Things in the trail: their names and pages, for those who may see them."""

from uuid import uuid4

import pytest

from app.accounts.states import Role
from app.audit import directory, services, words
from app.core.database import atomic
from app.core.errors import NotFound
from app.courses import policies as course_policies
from app.courses.queries import trail as courses
from app.courses.services.runs import cancel_run
from app.courses.states import CourseState, RunState
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import mobilities
from app.exchanges.queries import trail as exchanges
from app.exchanges.states.mobilities import NominationState
from tests.factories.accounts import a_centre_administrator, a_trainee, an_actor
from tests.factories.courses import a_course, a_run, a_session, a_teacher_of, an_enrolment
from tests.factories.exchanges_mobilities import a_mobility, traveller
from tests.factories.institutions import an_institution

WITHOUT_A_PAGE = {"delivery", "equivalence", "file", "job"}
"""Kinds that are shown by their kind alone: nothing but themselves could be opened."""


def noted(actor, *things: tuple[str, object]) -> None:
    with atomic():
        for kind, thing in things:
            services.record(actor, "institutions.edit", thing.id, kind=kind)


def test_every_kind_that_has_a_page_leads_there(app):
    assert set(words.KINDS) - directory.kinds() == WITHOUT_A_PAGE
    assert directory.kinds() - set(words.KINDS) == set()


def test_a_thing_is_named_and_linked_for_who_may_see_it_and_by_its_kind_for_others(
    session, browse_as
):
    course = a_course(state=CourseState.DRAFT)
    person, planner = a_trainee(), an_actor(Role.ADMINISTRATOR, course.institution_id)
    title = course.title["en"]
    for reader in (person, planner):
        noted(reader, ("course", course))

    theirs, ours = browse_as(person).get("/audit").text, browse_as(planner).get("/audit").text

    assert f'href="/courses/{course.id}"' in ours
    assert title in ours
    assert f'href="/courses/{course.id}"' not in theirs
    assert title not in theirs
    assert "<td>Course " in theirs
    assert title not in browse_as(person).get("/audit/export.csv").text


@pytest.mark.parametrize("state", list(RunState))
def test_a_run_is_named_to_whom_its_page_opens(session, state):
    run, draft = a_run(state=state), a_run(state=RunState.DRAFT)
    at = run.institution_id
    readers = [a_trainee(), an_actor(Role.REGISTRAR, at), an_actor(Role.FACULTY, at)]
    readers += [a_teacher_of(run), a_centre_administrator(), an_actor(Role.REGISTRAR, uuid4())]
    cancel_run(a_centre_administrator(), draft.id, reason="Nobody came")

    for reader in readers:
        found = courses.runs(reader, {run.id, draft.id})
        for one in (run, draft):
            assert (one.id in found) is course_policies.may_see_run(reader, one)


@pytest.mark.parametrize("state", list(NominationState))
def test_a_stay_is_named_to_whom_its_page_opens(session, state):
    home, host = an_institution(), an_institution()
    stay = a_mobility(home, host, nomination=state)
    readers = [traveller(stay), a_trainee(), a_centre_administrator()]
    readers += [
        an_actor(role, at.id) for role in (Role.OFFICER, Role.REGISTRAR) for at in (home, host)
    ]

    for reader in readers:
        assert (stay.id in exchanges.stays(reader, {stay.id})) is _opens(reader, stay)


def _opens(reader, stay: Mobility) -> bool:
    try:
        mobilities.mobility_for(reader, stay.id)
    except NotFound:
        return False
    return True


def test_the_page_asks_as_often_for_many_things_as_for_one(session, browse_as, statements):
    reader = a_centre_administrator()
    browser = browse_as(reader)

    def asked(number: int) -> int:
        for _ in range(number):
            run = a_run()
            noted(
                reader,
                ("run", run),
                ("course", a_course()),
                ("session", a_session(run)),
                ("enrolment", an_enrolment(run)),
                ("mobility", a_mobility(an_institution(), an_institution())),
            )
        statements.clear()
        assert browser.get("/audit").status_code == 200
        return len([one for one in statements if one.startswith("SELECT")])

    assert asked(1) == asked(3)


def test_oneself_leads_to_ones_profile(session, browse_as):
    person = a_trainee("Milijana Radić")
    with atomic():
        services.record(person, "accounts.save_settings", person.user_id, kind="user")

    assert '<a href="/profile">Milijana Radić</a>' in browse_as(person).get("/audit").text
    assert directory.things(a_trainee(), {"user": {person.user_id}}) == {}


def test_nothing_is_found_of_what_is_gone(session):
    gone = {kind: {uuid4()} for kind in directory.kinds()}

    assert directory.things(a_centre_administrator(), gone) == {}
