"""Forms about runs and their staff."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    URLField,
)
from wtforms.validators import URL

from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import (
    CheckboxesField,
    choices_of,
    in_reach,
    language_choices,
    zone_choices,
)
from app.courses.models.runs import Run
from app.courses.services.runs import RunPlan
from app.courses.states import Delivery, EnrolmentMode
from app.courses.words import DELIVERY_LABELS, MODE_LABELS, STAFF_LABELS
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, between, optional, required

A_LINK = URL(require_tld=False, message=_("Write a whole address that begins with https://."))


class RunForm(Form):
    """What is planned of a run; times are on its own clock."""

    code = StringField(_("Code"), [required(), at_most(30)])
    title = TranslatedField(_("Title"), required=("en",), max_length=200)
    starts_on = DateField(_("First day"), [required(), in_reach])
    ends_on = DateField(_("Last day"), [required(), in_reach])
    timezone = SelectField(_("Time zone"), choices=zone_choices)
    enrol_opens = DateTimeLocalField(_("Enrolment opens"), [required(), in_reach])
    enrol_closes = DateTimeLocalField(_("Enrolment closes"), [required(), in_reach])
    withdraw_until = DateTimeLocalField(_("Trainees can withdraw until"), [optional(), in_reach])
    capacity = IntegerField(
        _("Seats"), [optional(), between(0, 100_000)], description=_("Leave empty for no limit.")
    )
    waitlist_capacity = IntegerField(
        _("Longest queue"),
        [optional(), between(0, 100_000)],
        description=_("Leave empty for no limit; 0 for no queue."),
    )
    offer_hours = IntegerField(
        _("Hours to accept an offered seat"),
        [required(), between(0, 720)],
        default=48,
        description=_("0: a free seat is given to the next in the queue without asking."),
    )
    mode = RadioField(
        _("Who may enrol"), choices=choices_of(MODE_LABELS), default=str(EnrolmentMode.OPEN)
    )
    key = StringField(
        _("Enrolment key"),
        [optional(), at_most(80)],
        description=_("Only for enrolment with a key. Leave empty to keep the present one."),
        render_kw={"autocomplete": "off"},
    )
    approval_steps = IntegerField(
        _("Steps of approval"),
        [optional(), between(1, 2)],
        default=1,
        description=_("Only for enrolment after approval: 1 is the office, 2 the staff before it."),
    )
    delivery = SelectField(_("Delivery"), choices=choices_of(DELIVERY_LABELS))
    languages = CheckboxesField(
        _("Languages of instruction"), [required()], choices=language_choices
    )
    venue = StringField(_("Place"), [optional(), at_most(200)])
    meeting_url = URLField(_("Link to the meeting"), [optional(), at_most(500), A_LINK])
    version = HiddenField()
    compares = True

    @classmethod
    def of(cls, run: Run) -> "RunForm":
        """Return the form filled in with what is stored."""
        until = run.withdraw_until
        return cls(
            formdata=None,
            data={
                "code": run.code,
                "title": dict(run.title),
                "starts_on": run.starts_on,
                "ends_on": run.ends_on,
                "timezone": run.timezone,
                "enrol_opens": _local(run.enrol_opens_at, run.timezone),
                "enrol_closes": _local(run.enrol_closes_at, run.timezone),
                "withdraw_until": _local(until, run.timezone) if until else None,
                "capacity": run.capacity,
                "waitlist_capacity": run.waitlist_capacity,
                "offer_hours": run.offer_hours,
                "mode": str(run.mode),
                "approval_steps": run.approval_steps,
                "delivery": str(run.delivery),
                "languages": run.languages,
                "venue": run.venue,
                "meeting_url": run.meeting_url,
                "version": str(run.version),
            },
        )

    def plan(self) -> RunPlan:
        """Return what was planned."""
        values = self.data
        return RunPlan(
            code=(values["code"] or "").strip(),
            title=values["title"],
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            timezone=values["timezone"],
            enrol_opens=values["enrol_opens"],
            enrol_closes=values["enrol_closes"],
            withdraw_until=values["withdraw_until"],
            capacity=values["capacity"],
            waitlist_capacity=values["waitlist_capacity"],
            offer_hours=values["offer_hours"],
            mode=EnrolmentMode(values["mode"]),
            key=values["key"] or "",
            approval_steps=values["approval_steps"] or 1,
            delivery=Delivery(values["delivery"]),
            languages=list(values["languages"] or []),
            venue=(values["venue"] or "").strip(),
            meeting_url=(values["meeting_url"] or "").strip(),
        )


class NewRunForm(RunForm):
    """A run of one of the published versions of a course."""

    version_id = SelectField(_("Version of the course"))


class StaffForm(Form):
    """Somebody for the staff of a run."""

    user_id = SelectField(_("Person"))
    role = SelectField(_("Role"), choices=choices_of(STAFF_LABELS))


def _local(moment: datetime, zone: str) -> Any:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
