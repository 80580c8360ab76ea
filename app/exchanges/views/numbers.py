"""Numbers of an exchange office, and the same as tables to save."""

from itertools import groupby
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.spreadsheets import Value
from app.exchanges.policies import parties
from app.exchanges.queries import numbers as queries
from app.exchanges.queries import quotas
from app.exchanges.rules.academic_years import academic_year_of, year_label
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.views.blueprint import bp
from app.exchanges.words.calls import CALL_CHIPS, CALL_LABELS
from app.exchanges.words.fields import country_name
from app.exchanges.words.mobilities import MOBILITY_LABELS, STAY_KINDS
from app.institutions.models import Institution
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.pages import page

TABLES = ("applications", "balance", "stays")


@bp.get("/exchanges/numbers")
@signed_in
def numbers() -> ResponseReturnValue:
    """Show applications, selections, the balance with partners, and who is where now."""
    mine = _institutions()
    chosen, year = _chosen(mine)
    abroad = queries.abroad(chosen.id)
    where = [
        (country_name(country), list(stays))
        for country, stays in groupby(abroad, key=lambda one: one.country)
    ]
    return page(
        institutions=mine,
        chosen=chosen,
        year=year,
        years=sorted({year, *queries.years_of(chosen.id)}, reverse=True),
        calls=queries.calls(chosen.id, year),
        balance=[one for one in quotas.balance(chosen.id) if one.academic_year == year],
        where=where,
        going=sum(one.sending == chosen.name for one in abroad),
        coming=sum(one.receiving == chosen.name for one in abroad),
        year_label=year_label,
        words=_WORDS,
    )


@bp.get("/exchanges/numbers/<any(applications, balance, stays):table>.<string(length=4):kind>")
@bp.get("/exchanges/numbers/<any(applications, balance, stays):table>.<string(length=3):kind>")
@signed_in
def numbers_file(table: str, kind: str) -> ResponseReturnValue:
    """Save one of the tables as CSV or XLSX."""
    chosen, year = _chosen(_institutions())
    make = {"applications": _applications, "balance": _balance, "stays": _stays}[table]
    title, headers, rows = make(chosen, year)
    return download(title, headers, rows, kind_of(kind))


def _institutions() -> list[Institution]:
    if not parties.works_in_an_office(actor()):
        raise NotFound(_("There is no such page, or it is not for you."))
    return list(queries.institutions_of(actor()))


def _chosen(mine: list[Institution]) -> tuple[Institution, int]:
    """Return which of one's institutions is asked for, and which academic year."""
    wanted, typed = request.args.get("institution", ""), request.args.get("year", "")
    chosen = next((one for one in mine if str(one.id) == wanted), mine[0] if mine else None)
    if chosen is None or (wanted and str(chosen.id) != wanted):
        raise NotFound(_("There is no such page, or it is not for you."))
    is_year = typed.isdecimal() and len(typed) == 4  # noqa: PLR2004 -- digits of a year
    return chosen, int(typed) if is_year else academic_year_of(now().date())


_Table = tuple[str, list[str], list[list[Value]]]


def _applications(chosen: Institution, year: int) -> _Table:
    locale = current_locale()
    headers = [_("Code"), _("Call"), _("State"), *(str(one) for one in step_labels().values())]
    rows: list[list[Value]] = [
        [one.code, one.title.in_(locale), str(CALL_LABELS[one.state]), *one.counts.values()]
        for one in queries.calls(chosen.id, year)
    ]
    return _("Applications %(year)s", year=year), headers, rows


def _balance(chosen: Institution, year: int) -> _Table:
    headers = [
        _("Partner"),
        _("Academic year"),
        _("Places out"),
        _("Used out"),
        _("Places in"),
        _("Used in"),
        _("Difference"),
    ]
    rows: list[list[Value]] = [
        [
            one.partner.in_(current_locale()),
            year_label(one.academic_year),
            one.out_places,
            one.out_used,
            one.in_places,
            one.in_used,
            one.difference,
        ]
        for one in quotas.balance(chosen.id)
        if one.academic_year == year
    ]
    return _("Exchange balance %(year)s", year=year), headers, rows


def _stays(chosen: Institution, year: int) -> _Table:
    locale = current_locale()
    headers = [
        _("Number"),
        _("Name"),
        _("Kind"),
        _("State"),
        _("From institution"),
        _("To institution"),
        _("Country"),
        _("First day"),
        _("Last day"),
    ]
    rows: list[list[Value]] = [
        [
            one.number,
            one.name,
            str(STAY_KINDS[ExchangeKind(one.kind)]),
            str(MOBILITY_LABELS[one.state]),
            one.sending.in_(locale),
            one.receiving.in_(locale),
            country_name(one.country),
            one.since,
            one.until,
        ]
        for one in queries.in_year(chosen.id, year)
    ]
    return _("Stays %(year)s", year=year), headers, rows


def step_labels() -> dict[str, Any]:
    """Return the words for what is counted of a call."""
    return {
        "drafts": _("Drafts"),
        "sent": _("Sent"),
        "selected": _("Selected"),
        "waiting": _("Waiting"),
        "not_selected": _("Not selected"),
        "gave_up": _("Withdrawn"),
        "nominated": _("Nominated"),
    }


_WORDS: dict[str, Any] = {
    "CALL_LABELS": CALL_LABELS,
    "CALL_CHIPS": CALL_CHIPS,
    "MOBILITY_LABELS": MOBILITY_LABELS,
    "step_labels": step_labels,
}
