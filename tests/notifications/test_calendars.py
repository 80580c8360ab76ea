"""Calendars: what others' programs read, and what hostile words cannot do to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.core.database import atomic, db
from app.courses.models.timetable import Session
from app.courses.services import enrolments
from app.courses.states import SessionState
from app.notifications import calendars
from app.notifications.calendars import CalendarEvent
from app.notifications.recipients import Recipient
from tests.factories.accounts import a_trainee
from tests.factories.courses import a_run, a_session, a_teacher_of

pytestmark = [pytest.mark.database]

START = datetime(2027, 3, 27, 9, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    id=UUID(int=7),
    sequence=3,
    starts_at=START,
    ends_at=START + timedelta(minutes=90),
    timezone="Europe/Sarajevo",
    title="Patents",
    changed_at=START,
    text="Line one\nline two",
    place="Room 1",
    path="/runs/1",
)
KNOWN = """
BEGIN END PRODID VERSION CALSCALE METHOD UID SEQUENCE DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION
LOCATION URL STATUS TRANSP ORGANIZER ATTENDEE TZID RDATE RRULE TZNAME TZOFFSETFROM TZOFFSETTO
COMMENT
"""
ANA = Recipient(UUID(int=1), "ana@example.org", "Ана Анић")


def only_event(data: bytes):
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    return event


def test_an_invitation_names_the_meeting_its_version_and_its_zone(app):
    with app.app_context():
        data = calendars.as_invitation(EVENT, "REQUEST", ANA)

    event = only_event(data)
    assert Calendar.from_ical(data)["METHOD"] == "REQUEST"
    assert event["UID"].startswith(str(EVENT.id))
    assert event["SEQUENCE"] == 3
    assert event["DTSTART"].params["TZID"] == "Europe/Sarajevo"
    assert event["DTSTART"].dt == START
    assert event["ATTENDEE"] == "mailto:ana@example.org"
    assert b"BEGIN:VTIMEZONE" in data


def test_a_cancelled_meeting_says_so(app):
    with app.app_context():
        data = calendars.as_invitation(replace(EVENT, is_cancelled=True), "CANCEL", ANA)

    assert only_event(data)["STATUS"] == "CANCELLED"


@given(
    words=st.text(max_size=300),
    path=st.text(max_size=80),
    name=st.text(max_size=80),
)
def test_no_words_can_end_a_line_and_begin_another(app, words, path, name):
    event = replace(EVENT, title=words, text=words, place=words, path=path and f"/{path}")
    with app.app_context():
        data = calendars.as_invitation(event, "REQUEST", replace(ANA, name=name, address=name))

    unfolded = data.replace(b"\r\n ", b"").split(b"\r\n")
    names = [line.partition(b":")[0].partition(b";")[0] for line in unfolded if line]
    assert {one.decode() for one in names} <= set(KNOWN.split())
    assert unfolded.count(b"BEGIN:VEVENT") == 1


def test_a_feed_holds_what_one_learns_and_teaches_and_follows_changes(session):
    run, trainee = a_run(), a_trainee()
    meeting = a_session(run, starts_at=START)
    meeting_id = meeting.id
    teacher = a_teacher_of(run)
    enrolments.enrol(trainee, run.id)
    before = only_event(calendars.feed_for(trainee.user_id))

    with atomic():
        moved = db.session.get_one(Session, meeting_id)
        moved.ical_sequence += 1
        moved.state = SessionState.CANCELLED
    after = only_event(calendars.feed_for(trainee.user_id))

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert only_event(calendars.feed_for(teacher.user_id))["UID"] == after["UID"]
    assert Calendar.from_ical(calendars.feed_for(a_trainee().user_id)).walk("VEVENT") == []
