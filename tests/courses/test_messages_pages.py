"""Writing to people of a run: ticked on the roster or the board, one notice and mail each."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.states import AccountState
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.database import db
from app.core.jobs.embedded import do_all
from app.courses.models.enrolments import Enrolment
from app.courses.services import messages
from app.courses.states import EnrolmentState
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment
from tests.factories.institutions import an_institution

pytestmark = [pytest.mark.database]

WORDS = {"subject": "Room 12", "words": "Come to room 12.\n\n<b>Not</b> to room 11."}


@pytest.fixture
def taught(session):
    run = a_run()
    a_session(run, starts_at=now())
    people = [a_trainee(name) for name in ("Ana Anić", "Ben Benić", "Ceca Cecić")]
    return run, a_teacher_of(run), people, [an_enrolment(run, one.user_id).id for one in people]


def written() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == "courses/message")))


def test_those_who_were_ticked_on_the_board_get_a_notice_and_a_mail_each(taught, browse_as, mail):
    run, teacher, people, places = taught
    run_id, browser = run.id, browse_as(teacher)
    address = f"/runs/{run_id}/people/write"
    board = browser.get(f"/runs/{run_id}/attendance").text
    assert f'value="{places[0]}" form="write-form"' in board
    assert "Write to them" in browser.get(f"/runs/{run_id}/people").text

    form = browser.get(address, query_string={"ids": places[:2]}).text
    assert "Ben Benić" in form
    assert "Ceca Cecić" not in form
    sent = {**WORDS, "ids": [str(one) for one in places[:2]], "once": "this showing"}
    for _ in range(2):  # a double click
        assert browser.post(address, data=sent).status_code == 303
    do_all()

    assert len(mail) == 2
    assert {one.subject for one in mail} == {"Room 12 (Technology transfer essentials)"}
    assert "Come to room 12." in mail[0].text
    assert "<b>Not</b>" not in mail[0].html
    assert teacher.name in mail[0].text
    notices = {one.user_id: one.id for one in written()}
    assert set(notices) == {people[0].user_id, people[1].user_id}
    own, foreign = notices[people[0].user_id], notices[people[1].user_id]
    reader = browse_as(people[0])
    assert f"/notices/{own}" in reader.get("/notices").text
    shown = reader.get(f"/notices/{own}").text
    assert "Come to room 12." in shown
    assert "&lt;b&gt;" in shown
    assert reader.get(f"/notices/{foreign}").status_code == 404
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "courses.write")).one()
    assert noted.changes == {"people": [0, 2], "subject": [None, "Room 12"]}


@pytest.mark.parametrize(
    "values",
    [{"subject": " "}, {"words": "\n \n"}, {"words": "x" * 5001}, {"subject": "a\u202eb"}],
)
def test_what_cannot_be_sent_is_kept_in_the_form(taught, browse_as, values):
    run, teacher, _people, places = taught
    data = {**WORDS, **values, "ids": [str(places[0])]}

    answer = browse_as(teacher).post(f"/runs/{run.id}/people/write", data=data)

    assert answer.status_code == 422
    assert f'name="ids" value="{places[0]}"' in answer.text
    assert written() == []


def test_people_of_another_run_or_who_left_are_out_of_reach(taught, browse_as, mail):
    run, teacher, people, places = taught
    elsewhere = an_enrolment(a_run()).id
    left = an_enrolment(run, a_trainee().user_id, state=EnrolmentState.WITHDRAWN).id
    browser = browse_as(teacher)

    for one in (elsewhere, left):
        data = {**WORDS, "ids": [str(places[0]), str(one)]}
        assert browser.post(f"/runs/{run.id}/people/write", data=data).status_code == 404
    db.session.get_one(User, people[0].user_id).state = AccountState.SUSPENDED
    db.session.commit()
    data = {**WORDS, "ids": [str(places[0])]}
    assert browser.post(f"/runs/{run.id}/people/write", data=data).status_code == 404

    assert written() == []


def test_only_those_who_teach_the_run_write_and_not_without_end(taught, browse_as):
    run, teacher, people, places = taught
    address, data = f"/runs/{run.id}/people/write", {**WORDS, "ids": [str(places[0])]}
    assert browse_as(people[0]).post(address, data=data).status_code == 403
    stranger = an_actor("faculty", an_institution().id)
    assert browse_as(stranger).post(address, data=data).status_code == 403

    answers = [
        browse_as(teacher).post(address, data=data).status_code for _ in range(messages.AN_HOUR + 1)
    ]

    assert answers == [303] * messages.AN_HOUR + [429]
    assert len(written()) == messages.AN_HOUR


@pytest.mark.parametrize("number", [1, 30])
def test_writing_asks_the_database_as_often_for_many(session, browse_as, statements, number):
    run = a_run(capacity=None)
    ids = [an_enrolment(run).id for _ in range(number)]
    browser = browse_as(a_teacher_of(run))
    statements.clear()

    browser.get(f"/runs/{run.id}/people/write", query_string={"ids": ids})

    asked = [one for one in statements if one.lower().startswith("select")]
    assert len(asked) == 7
    assert session.scalar(select(func.count()).select_from(Enrolment)) == number
