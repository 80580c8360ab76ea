"""Forms about calls as a whole, and what visitors look for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import choices_of, id_of, in_reach, member, option, zone_choices
from app.exchanges.models.calls import Call
from app.exchanges.queries.call_lists import SORTS, WantedCalls
from app.exchanges.rules.academic_years import year_label
from app.exchanges.rules.audiences import KEY
from app.exchanges.services.call_plans import CallPlan
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.calls import AcademicTerm, Audience
from app.exchanges.words.calls import AUDIENCES
from app.exchanges.words.fields import BROAD_FIELDS
from app.exchanges.words.mobilities import STAY_KINDS, TERM_LABELS
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, between, optional, required

YEARS = range(2024, 2041)
_COUNTRY = 2


def wanted_from(arguments: MultiDict[str, str]) -> WantedCalls:
    """Return what a visitor looks for; what makes no sense is as if it were not asked."""
    country, field = arguments.get("country", "").upper(), arguments.get("field", "")
    sort = arguments.get("sort", "")
    is_country = len(country) == _COUNTRY and country.isascii() and country.isalpha()
    return WantedCalls(
        text=" ".join(arguments.get("q", "").replace("\0", " ").split())[:200],
        kind=member(ExchangeKind)(arguments.get("kind")),
        country=country if is_country else "",
        field=field if field in BROAD_FIELDS else "",
        open_now=arguments.get("open") == "1",
        sort=sort if sort in SORTS else SORTS[0],
    )


def year_choices() -> list[Any]:
    """Return academic years to choose from."""
    return [option(str(year), year_label(year)) for year in YEARS]


class CallTextsForm(Form):
    """How a call is described, which may change also once it is published."""

    title = TranslatedField(_("Title"), required=("en",), max_length=200)
    summary = TranslatedField(
        _("Summary"), multiline=True, max_length=500, description=_("Shown in lists of calls.")
    )
    description = TranslatedField(_("Description"), multiline=True, max_length=8000)
    chair_id = SelectField(_("Chair of the committee"), default="")
    version = HiddenField()
    compares = True

    @classmethod
    def of(cls, call: Call) -> "CallTextsForm":
        """Return the form filled in with what is stored."""
        return cls(formdata=None, data=_texts_of(call))

    @property
    def chair(self) -> Any:
        """Return who was chosen to chair, or None."""
        return id_of(self.chair_id.data)


class CallForm(CallTextsForm):
    """What a draft of a call says; times are on its own clock."""

    code = StringField(
        _("Code"),
        [required(), at_most(30)],
        description=_("Capital letters, digits, dots, slashes and hyphens, such as STU-2027/1."),
    )
    kind = SelectField(_("What people go for"), choices=choices_of(STAY_KINDS))
    audience = SelectField(
        _("For whom"),
        choices=choices_of(AUDIENCES, none=_("As usual for the kind")),
        default="",
        description=_(
            "As usual: students for studies and traineeships, staff for teaching and training,"
            " both for short visits. Others cannot apply."
        ),
    )
    academic_year = SelectField(_("Academic year"), choices=year_choices)
    term = SelectField(_("Term"), choices=choices_of(TERM_LABELS))
    stay_from = DateField(_("First day of the stay"), [required(), in_reach])
    stay_until = DateField(_("Last day of the stay"), [required(), in_reach])
    months = IntegerField(
        _("Months one person takes from a quota"),
        [optional(), between(0, 24)],
        default=0,
        description=_("0 when the agreement counts people alone."),
    )
    timezone = SelectField(_("Time zone"), choices=zone_choices)
    opens = DateTimeLocalField(_("Opens"), [required(), in_reach])
    closes = DateTimeLocalField(_("Closes"), [required(), in_reach])
    release = DateTimeLocalField(
        _("Results are released"),
        [required(), in_reach],
        description=_("Until then applicants see that their application is under review."),
    )
    public_notice_days = IntegerField(
        _("Days of public notice"),
        [optional(), between(0, 90)],
        default=0,
        description=_("How long the list of those selected hangs out; 0 for none."),
    )
    appeal_days = IntegerField(_("Days to appeal"), [optional(), between(0, 90)], default=5)
    offer_hours = IntegerField(
        _("Hours to accept an offered place"), [required(), between(1, 2000)], default=120
    )
    max_preferences = IntegerField(
        _("Destinations one may name"), [required(), between(1, 20)], default=3
    )

    @classmethod
    def of(cls, call: Call) -> "CallForm":
        """Return the form filled in with what is stored."""
        zone = call.timezone
        return cls(
            formdata=None,
            data=_texts_of(call)
            | {
                "code": call.code,
                "kind": str(call.kind),
                "audience": str(call.audience.get(KEY) or ""),
                "academic_year": str(call.academic_year),
                "term": str(call.term),
                "stay_from": call.stay_from,
                "stay_until": call.stay_until,
                "months": call.months,
                "timezone": zone,
                "opens": local(call.opens_at, zone),
                "closes": local(call.closes_at, zone),
                "release": local(call.release_at, zone),
                "public_notice_days": call.public_notice_days,
                "appeal_days": call.appeal_days,
                "offer_hours": call.offer_hours,
                "max_preferences": call.max_preferences,
            },
        )

    def plan(self) -> CallPlan:
        """Return what was planned."""
        values = self.data
        return CallPlan(
            code=(values["code"] or "").strip(),
            title=values["title"],
            summary=values["summary"],
            description=values["description"],
            kind=ExchangeKind(values["kind"]),
            academic_year=int(values["academic_year"]),
            term=AcademicTerm(values["term"]),
            stay_from=values["stay_from"],
            stay_until=values["stay_until"],
            months=values["months"] or 0,
            timezone=values["timezone"],
            opens=values["opens"],
            closes=values["closes"],
            release=values["release"],
            public_notice_days=values["public_notice_days"] or 0,
            appeal_days=values["appeal_days"] or 0,
            offer_hours=values["offer_hours"],
            max_preferences=values["max_preferences"],
            chair_id=self.chair,
            audience=Audience(values["audience"]) if values["audience"] else None,
        )


class NewCallForm(CallForm):
    """A call of one of the institutions in whose office one works."""

    institution_id = SelectField(_("Institution"))


class ExtendForm(Form):
    """A later closing, on the clock of the call."""

    closes = DateTimeLocalField(_("Closes"), [required(), in_reach])
    release = DateTimeLocalField(
        _("Results are released"),
        [optional(), in_reach],
        description=_("Leave empty to keep the present time, unless the call closes after it."),
    )
    reason = TextAreaField(
        _("Reason"),
        [required(), at_most(1000)],
        description=_("Everyone reads it on the page of the call."),
        render_kw={"rows": 3},
    )

    @property
    def words(self) -> str:
        """Return the reason as it was written."""
        return (self.reason.data or "").strip()


class CopyForm(Form):
    """A new draft like a call."""

    code = StringField(_("Code of the new call"), [required(), at_most(30)])
    next_year = BooleanField(_("For the next academic year: all dates a year later"))

    @property
    def words(self) -> str:
        """Return the code as it was written."""
        return (self.code.data or "").strip()


def offer_chairs(form: CallTextsForm, people: list[Any]) -> None:
    """Say who can be chosen to chair the committee."""
    nobody = option("", gettext("Nobody yet"))
    form.chair_id.choices = [nobody, *(option(str(key), name) for key, name in people)]


def local(moment: datetime, zone: str) -> datetime:
    """Return a moment as the clock of a zone shows it, for a field."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def _texts_of(call: Call) -> dict[str, Any]:
    return {
        "title": dict(call.title),
        "summary": dict(call.summary),
        "description": dict(call.description),
        "chair_id": str(call.chair_id or ""),
        "version": str(call.version),
    }
