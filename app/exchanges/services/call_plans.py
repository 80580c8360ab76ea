"""What an office plans of a call: its values, checked, and the words it is found by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core.database import Text, atomic, db
from app.core.errors import Invalid
from app.core.i18n import LOCALES, in_language
from app.core.i18n import gettext as _
from app.core.names import search_text, sort_key
from app.courses.rules.clocks import LocalTimeProblem, UnknownZone, to_utc, zone_of
from app.exchanges.models.calls import Call
from app.exchanges.queries import calls as queries
from app.exchanges.rules import audiences
from app.exchanges.rules.forms import FieldType
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.calls import AcademicTerm, Audience
from app.institutions.models import Institution

_CODE = re.compile(r"[A-Z0-9][A-Z0-9./-]{1,29}")
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """What an office plans of a call; times are local, on the call's own clock."""

    code: str
    title: Mapping[str, str]
    kind: ExchangeKind
    academic_year: int
    term: AcademicTerm
    stay_from: date
    stay_until: date
    timezone: str
    opens: datetime
    closes: datetime
    release: datetime
    summary: Mapping[str, str]
    description: Mapping[str, str]
    months: int = 0
    public_notice_days: int = 0
    appeal_days: int = 5
    offer_hours: int = 120
    max_preferences: int = 3
    chair_id: UUID | None = None
    audience: Audience | None = None
    """Whom it addresses; None: as usual for its kind."""


def values(plan: CallPlan, institution_id: UUID, *, but: UUID | None = None) -> dict[str, Any]:
    """Return the columns of a call. Raises Invalid."""
    _check(plan)
    if queries.code_is_taken(institution_id, plan.code, but=but):
        raise Invalid(_("Another call of the institution has this code."), field="code")
    zone = plan.timezone
    opens, closes = moment_of(plan.opens, zone, "opens"), moment_of(plan.closes, zone, "closes")
    release = moment_of(plan.release, zone, "release")
    if closes <= opens:
        raise Invalid(_("The call must close after it opens."), field="closes")
    if release < closes:
        raise Invalid(_("Results cannot be released before the call closes."), field="release")
    return {
        "code": plan.code,
        "title": Text(plan.title),
        "summary": Text(plan.summary),
        "description": Text(plan.description),
        "kind": plan.kind,
        "academic_year": plan.academic_year,
        "term": plan.term,
        "stay_from": plan.stay_from,
        "stay_until": plan.stay_until,
        "months": plan.months,
        "timezone": zone,
        "opens_at": opens,
        "closes_at": closes,
        "release_at": release,
        "public_notice_days": plan.public_notice_days,
        "appeal_days": plan.appeal_days,
        "offer_hours": plan.offer_hours,
        "max_preferences": plan.max_preferences,
        "chair_id": chair(plan.chair_id, institution_id),
    }


def addressing(plan: CallPlan, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a call keeps about whom it addresses; levels and fields follow from its rules."""
    others = {key: value for key, value in stored.items() if key != audiences.KEY}
    return others | ({audiences.KEY: str(plan.audience)} if plan.audience else {})


def index(call: Call) -> None:
    """Note by which words a call is found, and what it is sorted by in each language."""
    home = db.session.get_one(Institution, call.institution_id)
    texts = [call.code, *call.title.values(), *call.summary.values(), *home.name.values()]
    for place in queries.destinations(call.id):
        host = place.institution
        texts += [host.code, *host.name.values(), *host.city.values()]
    call.search_text = search_text(*texts)[:_LONGEST]
    call.sort_keys = {code: sort_key(call.title.in_(code)) for code in LOCALES}


@atomic()
def index_institution(institution_id: UUID) -> None:
    """Note anew by which words the calls of an institution, and those to it, are found."""
    for call_id in queries.ids_about(institution_id):
        index(queries.locked(call_id))


def moment_of(local: datetime, zone: str, field: str) -> datetime:
    """Return the moment of a local time. Raises Invalid when it is none, or comes twice."""
    try:
        return to_utc(local, zone)
    except LocalTimeProblem as problem:
        first, second = problem.choices
        if first.replace(tzinfo=None) == second.replace(tzinfo=None):
            message = _("The clocks go back over this time; it comes twice on that day.")
        else:
            message = _("The clocks go forward over this time; it does not exist on that day.")
        raise Invalid(message, field=field) from None


def code_of(code: str) -> str:
    """Return a code that may be given. Raises Invalid."""
    if not _CODE.fullmatch(code):
        message = _("Use 2 to 30 capital letters, digits, dots, slashes and hyphens only.")
        raise Invalid(message, field="code")
    return code


def chair_of(call: Call, chair_id: UUID | None) -> UUID | None:
    """Return who may chair the committee of a call: nobody who has applied. Raises Invalid."""
    if chair_id is None or chair_id == call.chair_id:
        return chair_id
    if queries.takes_part(chair_id, call.id):
        message = _("This person has applied to this call: a conflict of interest.")
        raise Invalid(message, field="chair_id")
    return chair(chair_id, call.institution_id)


def chair(chair_id: UUID | None, institution_id: UUID) -> UUID | None:
    """Return who may chair a committee of the institution. Raises Invalid."""
    if chair_id is None or chair_id in {key for key, _name in queries.chairs(institution_id)}:
        return chair_id
    raise Invalid(_("Choose somebody of your institution."), field="chair_id")


def first_field() -> dict[str, Any]:
    """Return the field that a new form begins with: the destinations in order."""
    label = {}
    for code in LOCALES:
        with in_language(code):
            label[code] = _("Where you would like to go")
    return {
        "id": "preferences",
        "type": str(FieldType.PREFERENCES),
        "step": 1,
        "label": label,
        "required": True,
    }


def first_step() -> dict[str, str]:
    """Return the title of the one step of a new form."""
    title = {}
    for code in LOCALES:
        with in_language(code):
            title[code] = _("Your exchange")
    return title


def _check(plan: CallPlan) -> None:
    code_of(plan.code)
    try:
        zone_of(plan.timezone)
    except UnknownZone:
        raise Invalid(_("There is no such time zone."), field="timezone") from None
    if not plan.title.get("en"):
        raise Invalid(_("Write the title in English at least."), field="title")
    if plan.stay_until < plan.stay_from:
        raise Invalid(_("The last day is before the first."), field="stay_until")
