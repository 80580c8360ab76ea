"""Forms about sessions and rooms."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)

from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import CheckboxesField, id_choices, id_of, in_reach, option
from app.courses.forms.runs import A_LINK
from app.courses.models.timetable import Session
from app.courses.rules.recurrence import MOST_MINUTES, MOST_SESSIONS, WeeklyPattern
from app.courses.services.timetable import Details, When
from app.courses.words import WEEKDAY_LABELS
from app.web.fields import TranslatedField
from app.web.forms import Form, ValidationError, at_most, between, optional, required

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_SKIPPED = 100


class DetailsForm(Form):
    """What sessions have besides their time."""

    title = TranslatedField(
        _("Title"),
        max_length=200,
        description=_("Leave empty to have the sessions numbered."),
    )
    minutes = IntegerField(_("Length in minutes"), [required(), between(1, MOST_MINUTES)])
    room_id = SelectField(_("Room"), default="")
    venue = StringField(
        _("Other place"), [optional(), at_most(200)], description=_("Empty: the place of the run.")
    )
    meeting_url = URLField(
        _("Link to the meeting"),
        [optional(), at_most(500), A_LINK],
        description=_("Empty: the link of the run."),
    )
    teacher_id = SelectField(_("Teacher"), default="")
    counts = BooleanField(_("Counts for attendance"), default=True)
    checkin_opens_minutes = IntegerField(
        _("Check-in opens, minutes before the start"), [required(), between(0, 240)], default=15
    )
    late_after_minutes = IntegerField(
        _("Late after, minutes from the start"), [required(), between(0, 600)], default=10
    )
    absent_after_minutes = IntegerField(
        _("Absent after, minutes from the start"),
        [required(), between(0, 600)],
        default=45,
        description=_("Who comes later is marked as absent; check-in stays open to the end."),
    )

    def offer(
        self, rooms: Iterable[tuple[UUID, str]], teachers: Iterable[tuple[UUID, str]]
    ) -> None:
        """Say which rooms and teachers can be chosen."""
        self.room_id.choices = id_choices(rooms, none=gettext("No room"))
        self.teacher_id.choices = id_choices(teachers, none=gettext("Nobody yet"))

    def details(self) -> Details:
        """Return what was written."""
        values = self.data
        return Details(
            title=self.title.data,
            room_id=id_of(self.room_id.data),
            venue=(self.venue.data or "").strip(),
            meeting_url=(self.meeting_url.data or "").strip(),
            teacher_id=id_of(self.teacher_id.data),
            required=bool(values["counts"]),
            checkin_opens_minutes=values["checkin_opens_minutes"],
            late_after_minutes=values["late_after_minutes"],
            absent_after_minutes=values["absent_after_minutes"],
        )


class WeeklyForm(DetailsForm):
    """Sessions that come again every week, on the run's clock."""

    first_on = DateField(_("From"), [required(), in_reach])
    last_on = DateField(
        _("Until"),
        [optional(), in_reach],
        description=_("The last day on which there may be a session, or else say how many."),
    )
    count = IntegerField(_("Number of sessions"), [optional(), between(1, MOST_SESSIONS)])
    weekdays = CheckboxesField(
        _("Weekdays"),
        [required()],
        choices=[option(str(day), label) for day, label in WEEKDAY_LABELS.items()],
    )
    start = TimeField(_("Start"), [required()])
    weeks_between = IntegerField(_("Every so many weeks"), [required(), between(1, 8)], default=1)
    skipped = TextAreaField(
        _("Not on these days"),
        [optional(), at_most(2000)],
        description=_("Dates such as 2027-01-07, separated by spaces or commas."),
        render_kw={"rows": 2},
    )

    def validate_skipped(self, field: TextAreaField) -> None:
        """Refuse what is no date."""
        words = re.split(r"[\s,;]+", (field.data or "").strip())
        for word in filter(None, words):
            if _date(word) is None:
                raise ValidationError(gettext("“%(word)s” is no date.", word=word[:40]))
        if len(words) > MOST_SKIPPED:
            raise ValidationError(gettext("These are too many days."))

    def pattern(self, zone: str, sent: MultiDict[str, str]) -> WeeklyPattern:
        """Return the pattern; `sent` holds what was settled for single days."""
        words = re.split(r"[\s,;]+", (self.skipped.data or "").strip())
        values = self.data
        return WeeklyPattern(
            first_on=values["first_on"],
            last_on=values["last_on"],
            count=values["count"],
            weekdays=frozenset(int(day) for day in self.weekdays.data or ()),
            start=values["start"],
            minutes=values["minutes"],
            zone=zone,
            weeks_between=self.weeks_between.data or 1,
            skipped=frozenset(day for day in map(_date, words) if day),
            moved=_settled(sent, "moved-", _time),
            folds=_settled(sent, "fold-", {"0": 0, "1": 1}.get),
        )


class SessionForm(DetailsForm):
    """One session, on the run's clock."""

    day = DateField(_("Day"), [required(), in_reach])
    start = TimeField(_("Start"), [required()])
    fold = SelectField(
        _("If this time comes twice that day"),
        choices=[
            option("", _("It comes once")),
            option("0", _("The first time is meant")),
            option("1", _("The second time is meant")),
        ],
        default="",
    )
    version = HiddenField()
    compares = True

    @classmethod
    def of(cls, session: Session) -> "SessionForm":
        """Return the form filled in with what is stored."""
        return cls(
            formdata=None,
            data={
                "title": dict(session.title),
                "day": session.local_start.date(),
                "start": session.local_start.time(),
                "fold": str(session.fold) if session.fold else "",
                "minutes": session.duration_minutes,
                "room_id": str(session.room_id or ""),
                "venue": session.venue,
                "meeting_url": session.meeting_url,
                "teacher_id": str(session.teacher_id or ""),
                "counts": session.required,
                "checkin_opens_minutes": session.checkin_opens_minutes,
                "late_after_minutes": session.late_after_minutes,
                "absent_after_minutes": session.absent_after_minutes,
                "version": str(session.version),
            },
        )

    def when(self) -> When:
        """Return when the session is to be."""
        values = self.data
        return When(
            local_start=datetime.combine(values["day"], values["start"]),
            minutes=values["minutes"],
            fold=int(values["fold"]) if values["fold"] else None,
        )


class RoomForm(Form):
    """A room."""

    name = StringField(_("Name"), [required(), at_most(100)])
    seats = IntegerField(_("Seats"), [optional(), between(1, 10_000)])

    @property
    def words(self) -> str:
        """Return the name as it was written, with single spaces."""
        return " ".join((self.name.data or "").split())


def _date(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if _DAY.fullmatch(word) else None
    except ValueError:
        return None


def _time(word: str) -> time | None:
    try:
        return time.fromisoformat(word) if len(word) <= len("00:00:00") else None
    except ValueError:
        return None


def _settled(sent: MultiDict[str, str], prefix: str, read: Any) -> dict[date, Any]:
    found = {}
    for name, word in sent.items():
        day = _date(name.removeprefix(prefix)) if name.startswith(prefix) else None
        value = read(word)
        if day is not None and value is not None:
            found[day] = value
    return found
