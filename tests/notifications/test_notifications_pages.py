"""Notices, wishes, calendar addresses, background work and kept mail, as people use them."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from icalendar import Calendar

from app.core.clock import now
from app.core.database import atomic, db
from app.core.jobs import Job, JobState, PendingJob
from app.core.jobs.embedded import do_all
from app.core.mail import Message
from app.core.mail.folder import Folder
from app.notifications import channels
from app.notifications.models import Delivery, Notice
from app.notifications.recipients import Recipient
from app.notifications.services import deliver, tell
from app.notifications.states import DeliveryState
from tests.factories.accounts import a_centre_administrator, a_trainee

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]

RUN = {"run": {"en": "Patents", "zh_Hans_CN": "专利"}, "code": "P-1", "starts_on": "2027-03-01"}

FAIL: Job[[]] = Job("tests.fail", attempts=2)


@FAIL.done_by
def fail() -> None:
    raise ValueError("no such luck")


def told(actor, *, key: str = "") -> Notice:
    whom = Recipient(actor.user_id, actor.email, actor.name, actor.locale, actor.timezone)
    tell(whom, "courses/place-confirmed", RUN, path="/learning", key=key)
    return db.session.query(Notice).order_by(Notice.id.desc()).first()


def test_the_same_event_tells_a_person_once(mail):
    person = a_trainee()

    told(person, key="once")
    told(person, key="once")
    do_all()

    assert [one.subject for one in mail] == ["You have a place in Patents"]


def test_notices_are_read_one_by_one_or_all_at_once(browse_as):
    person = a_trainee()
    first = told(person).id
    told(person)
    browser = browse_as(person)

    assert "You have a place in Patents" in browser.get("/notices?show=unread").text
    assert browser.post(f"/notices/{first}/open").location == "/learning"
    assert browser.get("/notices?show=unread").text.count("You have a place in Patents</a>") == 1
    assert browser.post("/notices/read").status_code == 303
    assert "You have read everything." in browser.get("/notices?show=unread").text


def test_a_notice_of_somebody_else_does_not_exist(browse_as):
    notice = told(a_trainee()).id

    assert browse_as(a_trainee()).post(f"/notices/{notice}/open").status_code == 404
    assert db.session.get(Notice, notice).read_at is None


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_inbox_asks_as_often_for_many_notices_as_for_one(browse_as, statements, number):
    person = a_trainee()
    for _ in range(number):
        told(person)
    browser = browse_as(person)
    statements.clear()

    assert browser.get("/notices").status_code == 200

    assert len(statements) == _counts.setdefault("inbox", len(statements)) <= 12


_counts: dict[str, int] = {}


def test_whoever_wants_no_mail_about_courses_gets_none_but_the_notice(browse_as, mail):
    person = a_trainee()
    browser = browse_as(person)
    assert browser.get("/notices/preferences").status_code == 200

    sent = browser.post("/notices/preferences", data={"mail_attendance": "y"})
    told(person)
    do_all()

    assert sent.status_code == 303
    assert mail == []
    assert db.session.query(Notice).filter_by(user_id=person.user_id).count() == 1


def test_a_calendar_has_a_secret_address_that_can_be_renewed_and_ended(browse_as):
    person = a_trainee()
    browser = browse_as(person)

    def address() -> str:
        text = browser.get("/notices/calendar").text
        return re.search(r"/calendar/[\w-]{43}\.ics", text).group()

    assert browser.get("/notices/calendar").status_code == 200
    browser.post("/notices/calendar/renew")
    first = address()
    browser.post("/notices/calendar/renew")
    second = address()

    stranger = browse_as(None)
    assert stranger.get(first).status_code == 404
    answer = stranger.get(second)
    assert answer.mimetype == "text/calendar"
    assert Calendar.from_ical(answer.data)["REFRESH-INTERVAL"].to_ical() == b"PT1H"
    again = stranger.get(second, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    browser.post("/notices/calendar/end")
    assert stranger.get(second).status_code == 404


def test_what_failed_is_seen_and_tried_again_by_the_centre(browse_as, monkeypatch):
    admin = a_centre_administrator()
    with atomic():
        job_id = FAIL.put()
    for _ in range(2):
        do_all()
        with atomic():
            db.session.get_one(PendingJob, job_id).due_at = now()
    browser = browse_as(admin)

    page = browser.get("/operations/jobs?state=failed")
    assert "ValueError: no such luck" in page.text
    assert browser.post(f"/operations/jobs/{job_id}/retry").status_code == 303
    assert browser.post(f"/operations/jobs/{job_id}/retry").status_code == 409
    assert browser.post(f"/operations/jobs/{uuid4()}/retry").status_code == 404

    db.session.expire_all()
    assert db.session.get_one(PendingJob, job_id).state == JobState.WAITING


def test_background_work_is_for_the_centre_only(browse_as):
    browser = browse_as(a_trainee())

    assert browser.get("/operations/jobs").status_code == 403
    assert browser.post(f"/operations/jobs/{uuid4()}/retry").status_code == 403


class Broken:
    """A mail server that is away."""

    def send(self, message: Message) -> None:
        raise OSError("connection refused")


def test_mail_that_cannot_be_sent_is_tried_again_and_fails_at_last(monkeypatch, mail, browse_as):
    told(a_trainee())
    delivery = db.session.query(Delivery).one()
    job = db.session.query(PendingJob).filter_by(name="notifications.deliver").one()
    delivery_id, job_id = delivery.id, job.id
    with monkeypatch.context() as patched:
        patched.setattr(channels, "mailer", Broken)
        for _ in range(20):
            do_all()
            with atomic():
                db.session.get_one(PendingJob, job_id).due_at = now()
    db.session.expire_all()
    assert db.session.get_one(Delivery, delivery_id).state == DeliveryState.FAILED
    assert db.session.get_one(PendingJob, job_id).state == JobState.FAILED

    browse_as(a_centre_administrator()).post(f"/operations/jobs/{job_id}/retry")
    do_all()

    db.session.expire_all()
    assert db.session.get_one(Delivery, delivery_id).state == DeliveryState.SENT
    assert len(mail) == 1


def test_delivering_twice_sends_once(mail):
    told(a_trainee())
    delivery_id = db.session.query(Delivery).one().id

    deliver(delivery_id)
    deliver(delivery_id)

    assert len(mail) == 1


def test_kept_mail_is_shown_as_text_with_links_to_follow(app, browse_as):
    folder = app.config["SETTINGS"].var / "mail"
    mail_id = uuid4()
    Folder(folder, "Most <most@localhost>", "localhost").send(
        Message(
            id=str(mail_id),
            to="ana@example.org",
            name="Ана Анић",
            subject="<b>Patents</b>",
            text="See http://127.0.0.1:8000/link/abc.\n<script>alert(1)</script>",
        )
    )
    browser = browse_as(None)

    assert "&lt;b&gt;Patents&lt;/b&gt;" in browser.get("/mail").text
    shown = browser.get(f"/mail/{mail_id}").text
    assert 'href="http://127.0.0.1:8000/link/abc"' in shown
    assert "<script>alert" not in shown
    assert browser.get(f"/mail/{uuid4()}").status_code == 404


def test_kept_mail_is_not_shown_outside_a_demo(app, browse_as, monkeypatch):
    settings = app.config["SETTINGS"]
    for changes in ({"demo": False}, {"public_url": "https://most.example.org"}):
        monkeypatch.setitem(app.config, "SETTINGS", replace(settings, **changes))
        assert browse_as(None).get("/mail").status_code == 404
