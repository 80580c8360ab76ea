"""Sessions as entries of people's calendars."""

from uuid import UUID

from app.accounts.models import User
from app.accounts.states import AccountState
from app.core.database import db
from app.core.i18n import gettext as _
from app.core.i18n import in_language
from app.courses.models.runs import Run
from app.courses.models.timetable import Session
from app.courses.queries.learning import sessions_of_person
from app.courses.queries.timetable import place_of
from app.courses.states import RunState, SessionState
from app.notifications.calendars import CalendarEvent


def events_of(user_id: UUID) -> list[CalendarEvent]:
    """Return the sessions in which a person learns or teaches, in the person's language."""
    person = db.session.get(User, user_id)
    if person is None or person.state != AccountState.ACTIVE:
        return []
    return [as_event(session, run, person.locale) for session, run in sessions_of_person(user_id)]


def as_event(session: Session, run: Run, locale: str, *, place: str | None = None) -> CalendarEvent:
    """Return one session as its entry, in a language; `place` spares looking for it again."""
    title = session.title.in_(locale)
    run_title = run.title.in_(locale)
    is_cancelled = session.state == SessionState.CANCELLED or run.state == RunState.CANCELLED
    with in_language(locale):
        lines = [f"{run_title} ({run.code})"]
        if session.meeting_url or run.meeting_url:
            lines.append(_("Join online: %(url)s", url=session.meeting_url or run.meeting_url))
    return CalendarEvent(
        id=session.id,
        sequence=session.ical_sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        timezone=session.timezone,
        title=f"{title} ({run_title})" if title and title != run_title else run_title,
        changed_at=session.changed_at or session.created_at,
        text="\n".join(lines),
        place=place_of(session, run) if place is None else place,
        path=f"/runs/{run.id}",
        is_cancelled=is_cancelled,
    )
