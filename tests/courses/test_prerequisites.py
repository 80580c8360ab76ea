"""Courses to have completed before another: written, shown, and held to by every way in."""

import pytest

from app.core.database import db
from app.core.errors import Invalid, WrongState
from app.courses.models.catalogue import Prerequisite
from app.courses.models.enrolments import Enrolment
from app.courses.services import additions, applications, catalogue, enrolments, imports
from app.courses.services.catalogue import CourseContent
from app.courses.states import Delivery, EnrolmentMode, EnrolmentState, Track
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.courses import a_course, a_run, an_enrolment

pytestmark = [
    pytest.mark.database,
    pytest.mark.one_engine,
    pytest.mark.usefixtures("session"),
]


@pytest.fixture
def basics():
    return a_course(title="Basics")


@pytest.fixture
def course(basics):
    course = a_course(title="Advanced")
    db.session.add(Prerequisite(course_id=course.id, required_id=basics.id))
    db.session.commit()
    return course


def who_completed(basics):
    person = a_trainee()
    an_enrolment(a_run(course=basics), person.user_id, state=EnrolmentState.COMPLETED)
    return person


def content(**values):
    return CourseContent(
        code=values.pop("code"),
        title={"en": "A course"},
        track=Track.TEACHING,
        delivery=Delivery.ONLINE,
        languages=["en"],
        **values,
    )


def test_only_who_completed_the_courses_before_enrols(basics, course, browse_as):
    run, new = a_run(course=course), a_trainee()

    with pytest.raises(WrongState, match="Basics"):
        enrolments.enrol(new, run.id)

    assert "Complete these courses first" in browse_as(new).get(f"/runs/{run.id}/enrol").text
    assert enrolments.enrol(who_completed(basics), run.id).state == EnrolmentState.ACTIVE
    for page in (f"/runs/{run.id}", f"/courses/{course.id}"):
        assert "To have completed before" in browse_as(None).get(page).text


def test_an_application_says_why_and_the_office_lets_in_with_a_reason(course, browse_as):
    run, new = a_run(course=course, mode=EnrolmentMode.APPROVAL), a_trainee()
    office = an_actor("registrar", run.institution_id)
    browser = browse_as(office)
    with pytest.raises(Invalid) as silent:
        enrolments.enrol(new, run.id)
    assert silent.value.field == "message"
    place = enrolments.enrol(new, run.id, message="I taught it.")

    assert applications.approve_all(office, run.id, [place.id]) == 0
    address = f"/places/{place.id}/approve"
    refused = browser.post(address, data={})
    assert (refused.status_code, "Not completed before: Basics" in refused.text) == (422, True)
    assert browser.post(address, data={"reason": "Taught it for years."}).status_code == 303

    assert db.session.get_one(Enrolment, place.id).state == EnrolmentState.ACTIVE
    assert browser.get(f"/places/{place.id}").text.count("Taught it for years.") > 1


def test_the_office_adds_people_with_a_reason_singly_and_by_list(course):
    run, one, other = a_run(course=course), a_user(), a_user()
    office = an_actor("registrar", run.institution_id)
    with pytest.raises(Invalid):
        additions.add_person(office, run.id, one.email)
    added = additions.add_person(office, run.id, one.email, reason="Agreed.")

    listed = imports.upload(office, run.id, f"E-mail\n{other.email}\n".encode(), "a.csv")
    with pytest.raises(Invalid) as silent:
        imports.apply(office, listed)
    done = imports.apply(office, listed, reason="Agreed too.")

    assert (added.let_in_because, silent.value.field, done.enrolled) == ("Agreed.", "reason", 1)


def test_the_queue_passes_over_who_lost_what_must_come_before(basics, course):
    run = a_run(course=course, capacity=1)
    first, second, third = (who_completed(basics) for _each in range(3))
    seated, lost, after = (enrolments.enrol(one, run.id) for one in (first, second, third))
    before = db.session.query(Enrolment).filter_by(trainee_id=second.user_id)
    before.filter(Enrolment.run_id != run.id).one().state = EnrolmentState.NOT_COMPLETED
    db.session.commit()

    enrolments.withdraw(first, seated.id)

    assert (lost.state, after.state) == (EnrolmentState.WAITLISTED, EnrolmentState.ACTIVE)


def test_courses_to_come_before_are_written_and_never_in_a_circle(basics, course, browse_as):
    writer = an_actor("administrator", basics.institution_id)
    with pytest.raises(Invalid) as circle:
        catalogue.edit_course(
            writer, basics.id, content(code=basics.code, prerequisites=frozenset({course.id}))
        )
    assert circle.value.field == "prerequisites"

    made = catalogue.create_course(
        writer,
        basics.institution_id,
        content(code="NEW-1", prerequisites=frozenset({course.id, basics.id})),
    )

    form = browse_as(writer).get(f"/courses/{made}/edit").text
    assert form.count("checked") >= 2
    assert f'value="{made}"' not in form
