"""The public pages of the catalogue."""

import pytest

from app.core.database import Text, atomic, db
from app.courses.models.catalogue import Course
from app.courses.services.catalogue import index
from app.courses.states import CourseState, Delivery, RunState, Track
from app.institutions import services as institutions
from app.institutions.models import Institution
from app.institutions.services import Details
from tests.factories.accounts import a_centre_administrator, a_trainee, an_actor
from tests.factories.courses import a_course, a_run, a_session, a_teacher_of
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


def indexed(course: Course) -> Course:
    with atomic():
        stored = db.session.get_one(Course, course.id)
        index(stored, db.session.get_one(Institution, stored.institution_id))
    return course


@pytest.fixture
def law(session):
    course = a_course(title="Intellectual property")
    with atomic():
        stored = db.session.get_one(Course, course.id)
        stored.title = Text(
            en="Intellectual property", sr_Cyrl="Интелектуална својина", zh_Hans_CN="知识产权"
        )
        stored.tags = ["patents"]
    return indexed(course)


@pytest.mark.parametrize(
    "words",
    ["svojina", "СВОЈИНА", "Intelektualna  svojina", "zhishi chanquan", "知识产权", "patents prop"],
)
def test_search_forgives_case_diacritics_and_script(browse_as, law, words):
    indexed(a_course(title="Bedside manners"))

    answer = browse_as(None).get("/catalogue", query_string={"q": words})

    assert answer.status_code == 200
    assert f"/courses/{law.id}" in answer.text
    assert "Bedside manners" not in answer.text


@pytest.mark.parametrize("words", ["100%", "_", "svojina nobody", "\\", "'; drop table"])
def test_search_takes_signs_of_patterns_literally(browse_as, law, words):
    answer = browse_as(None).get("/catalogue", query_string={"q": words})

    assert answer.status_code == 200


def test_every_term_must_occur(browse_as, law):
    answer = browse_as(None).get("/catalogue", query_string={"q": "svojina nobody"})

    assert f"/courses/{law.id}" not in answer.text


def test_filters_narrow_the_catalogue(browse_as, session):
    centre = an_institution(name="Shanghai Centre")
    wanted = a_course(
        institution_id=centre.id, track=Track.TEACHING, delivery=Delivery.HYBRID, title="Teach"
    )
    other = a_course(title="Other")
    a_run(course=wanted)
    browser = browse_as(None)

    for filters in (
        {"track": "teaching"},
        {"delivery": "hybrid"},
        {"place": str(centre.id)},
        {"open": "1"},
    ):
        page = browser.get("/catalogue", query_string=filters).text
        assert f"/courses/{wanted.id}" in page
        assert f"/courses/{other.id}" not in page


def test_nonsense_in_filters_is_ignored(browse_as, session):
    course = a_course()

    answer = browse_as(None).get(
        "/catalogue?track=x&delivery=y&place=z&language=q&sort=w&cursor=zz"
    )

    assert answer.status_code == 200
    assert f"/courses/{course.id}" in answer.text


def test_a_search_without_letters_finds_nothing(browse_as, session):
    course = a_course()

    answer = browse_as(None).get("/catalogue", query_string={"q": "🌉"})

    assert f"/courses/{course.id}" not in answer.text


def test_drafts_and_retired_courses_are_not_listed(browse_as, session):
    for state in (CourseState.DRAFT, CourseState.IN_REVIEW, CourseState.RETIRED):
        a_course(state=state, title=f"Hidden {state}")

    assert "Hidden" not in browse_as(None).get("/catalogue").text


@pytest.mark.parametrize("sort", ["start", "title", "newest"])
def test_pages_follow_one_another_without_gap_or_double(browse_as, session, sort):
    made = {str(indexed(a_course(title=f"Course {number}")).id) for number in range(30)}
    browser = browse_as(None)

    first = browser.get("/catalogue", query_string={"sort": sort}).text
    cursor = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(cursor).text

    on_first = {key for key in made if f"/courses/{key}" in first}
    on_second = {key for key in made if f"/courses/{key}" in second}
    assert (len(on_first), len(on_second)) == (25, 5)
    assert on_first | on_second == made


def test_live_search_answers_with_the_list_alone(browse_as, law):
    answer = browse_as(None).get("/catalogue?q=svojina", headers={"HX-Request": "true"})

    assert f"/courses/{law.id}" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("path", ["/", "/catalogue"])
def test_the_number_of_queries_does_not_grow(browse_as, session, statements, path):
    counts = set()
    total = 0
    browser = browse_as(a_trainee())
    for rows in (1, 3, 50):
        while total < rows:
            a_run(course=a_course())
            total += 1
        statements.clear()
        assert browser.get(path).status_code == 200
        counts.add(len(statements))

    assert len(counts) == 1
    assert counts.pop() <= 12


def test_a_course_shows_its_runs_to_come_first(browse_as, session):
    course = a_course()
    run = a_run(course=course)
    draft = a_run(course=course, state=RunState.DRAFT)

    page = browse_as(None).get(f"/courses/{course.id}").text

    assert f"/runs/{run.id}" in page
    assert f"/runs/{draft.id}" not in page


def test_a_run_shows_each_session_on_two_clocks(browse_as, session):
    run = a_run(capacity=10)
    a_session(run)

    page = browse_as(None).get(f"/runs/{run.id}").text

    assert "Sarajevo" in page
    assert "Shanghai" in page
    assert "10 of 10 seats left" in page


def test_what_may_not_be_seen_is_not_found(browse_as, session):
    run = a_run(state=RunState.DRAFT)
    course = a_course(state=CourseState.DRAFT)
    stranger = an_actor("administrator", an_institution().id)

    for browser in (browse_as(None), browse_as(a_trainee()), browse_as(stranger)):
        assert browser.get(f"/runs/{run.id}").status_code == 404
        assert browser.get(f"/courses/{course.id}").status_code == 404


def test_staff_see_their_draft_run(browse_as, session):
    run = a_run(state=RunState.DRAFT)

    assert browse_as(a_teacher_of(run)).get(f"/runs/{run.id}").status_code == 200


def test_courses_are_found_by_the_new_name_of_their_institution(browse_as, law):
    administrator = a_centre_administrator()
    home = db.session.get_one(Institution, law.institution_id)
    details = Details(
        name={"en": "Vrbas University"},
        city=dict(home.city),
        country=home.country,
        timezone=home.timezone,
    )

    institutions.edit(administrator, home.id, details, version=home.version)

    assert f"/courses/{law.id}" in browse_as(None).get("/catalogue?q=vrbas").text
    assert f"/courses/{law.id}" not in browse_as(None).get("/catalogue?q=univerzitet").text
