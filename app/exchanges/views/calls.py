"""Public pages of calls."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from app.core.clock import now
from app.core.database import Text
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.calls import wanted_from
from app.exchanges.models.calls import Call
from app.exchanges.policies import calls as policies
from app.exchanges.queries import call_lists, offers, reviews
from app.exchanges.queries import calls as queries
from app.exchanges.rules.academic_years import year_label
from app.exchanges.rules.phases import accepts, standing
from app.exchanges.states.calls import CallState
from app.exchanges.views.blueprint import bp
from app.exchanges.words.calls import CALL_CHIPS, CALL_LABELS, FOR_WHOM, NOT_MEANT, SORT_LABELS
from app.exchanges.words.eligibility import rule_in_words
from app.exchanges.words.fields import BROAD_FIELDS, country_name, language_name
from app.exchanges.words.mobilities import STAY_KINDS, TERM_LABELS
from app.exchanges.words.selection import STAKES
from app.files.rules import EXTENSIONS
from app.web.access import actor, public
from app.web.pages import fragment, page, wants_fragment
from app.web.zones import beside

WORDS: dict[str, Any] = {
    "CALL_LABELS": CALL_LABELS,
    "CALL_CHIPS": CALL_CHIPS,
    "STAY_KINDS": STAY_KINDS,
    "TERM_LABELS": TERM_LABELS,
    "year_label": year_label,
    "country_name": country_name,
    "language_name": language_name,
    "standing": standing,
    "CallState": CallState,
}


@bp.get("/exchanges/calls")
@public
def calls_list() -> ResponseReturnValue:
    """Show the calls that are looked for, a page at a time."""
    wanted = wanted_from(request.args)
    values: dict[str, Any] = {
        "wanted": wanted,
        "page": call_lists.public_calls(wanted, request.args.get("cursor")),
        "count": call_lists.how_many(wanted),
        "moment": now(),
        "beside": beside,
        **WORDS,
    }
    if wants_fragment():
        return fragment("exchanges/_calls_found.html", **values)
    return page(
        countries=sorted((country_name(code), code) for code in call_lists.countries()),
        BROAD_FIELDS=BROAD_FIELDS,
        SORT_LABELS=SORT_LABELS,
        keeps=bool(actor().holds("officer", "administrator")),
        **values,
    )


@bp.get("/exchanges/calls/<uuid:call_id>")
@public
def call_detail(call_id: UUID) -> ResponseReturnValue:
    """Show a call: where to, for whom, what to hand in, how it is decided."""
    call = queries.call_for(actor(), call_id)
    moment = now()
    criteria = queries.criteria(call.id)
    by_id = {str(one.id): one for one in criteria}
    return page(
        call=call,
        now_is=standing(call, moment),
        on_notice=offers.is_on_notice(call),
        accepts=accepts(call, moment),
        moment=moment,
        zones=beside(call.timezone),
        places=queries.destinations(call.id),
        rules=[rule_in_words(rule) for rule in queries.current_rules(call.id).rules],
        requirements=queries.requirements(call.id),
        criteria=criteria,
        points=sum(one.max_points * one.weight for one in criteria),
        tie_break=[by_id[key] for key in call.tie_break if key in by_id],
        extensions=queries.extensions(call.id),
        cancelled_because=queries.cancelled_because(call.id)
        if call.state == CallState.CANCELLED
        else "",
        may_keep=policies.may_keep(actor(), call),
        has_applied=queries.has_applied(actor(), call.id),
        stake=barrier(call),
        for_whom=FOR_WHOM[policies.audience_of(call)],
        endings=endings,
        **WORDS,
    )


@bp.get("/exchanges/calls/<uuid:call_id>/dates.ics")
@public
def call_dates(call_id: UUID) -> ResponseReturnValue:
    """Give the dates of a call for a calendar."""
    call = queries.call_for(actor(), call_id)
    answer = Response(_calendar(call), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="call.ics"'
    return answer


def barrier(call: Call) -> str:
    """Return why the reader cannot apply to a call: they decide in it, or it is not for them."""
    if actor().is_anonymous:
        return ""
    stake = reviews.stake_in(actor(), call)
    meant = policies.is_meant_for(actor(), call)
    return STAKES[stake] if stake else "" if meant else NOT_MEANT[policies.audience_of(call)]


@bp.app_template_global("call_state")
def call_state(call: Any) -> tuple[str, str]:
    """Return the kind of chip and the words for where a call stands by the time."""
    state = standing(call, now())
    return CALL_CHIPS[state], str(CALL_LABELS[state])


def endings(media_types: list[str]) -> str:
    """Return types of files as people know them: PDF, JPEG."""
    return ", ".join(min(EXTENSIONS.get(one, {one}), key=len).upper() for one in media_types)


def _calendar(call: Call) -> bytes:
    title = Text(call.title).in_(current_locale())
    calendar = Calendar()
    calendar.add("prodid", "-//Most//Calls//EN")
    calendar.add("version", "2.0")
    for name, at, words in (
        ("opens", call.opens_at, _("Opens: %(call)s", call=title)),
        ("closes", call.closes_at, _("Closes: %(call)s", call=title)),
        ("release", call.release_at, _("Results: %(call)s", call=title)),
    ):
        calendar.add_component(_event(call, name, at, words))
    return bytes(calendar.to_ical())


def _event(call: Call, name: str, at: datetime, words: str) -> Event:
    event = Event()
    event.add("uid", f"{call.id}-{name}@calls.most")
    event.add("dtstamp", now())
    event.add("sequence", call.version)
    event.add("dtstart", at)
    event.add("dtend", at + timedelta(minutes=15))
    event.add("summary", words)
    return event
