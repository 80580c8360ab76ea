"""Rules of eligibility in words: what is asked, why somebody fails, and what they can do."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.lists import format_list

from app.core.i18n import cldr, current_locale, ngettext
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.eligibility import Finding, Outcome
from app.exchanges.rules.periods import months_of
from app.exchanges.words.fields import BROAD_FIELDS, EQF_LABELS, country_name, language_name
from app.exchanges.words.isced import field_title

RULE_LABELS: dict[str, str] = {
    "home_institution": _l("Own institution"),
    "eqf_level": _l("Level of study"),
    "field_isced": _l("Field of study"),
    "min_ects": _l("Credits done"),
    "language_level": _l("Language"),
    "months_between": _l("Length of the stay"),
    "max_months_cycle": _l("Months abroad in one cycle"),
    "no_overlapping_stay": _l("No other stay at the same time"),
    "passport_valid_months": _l("Validity of the passport"),
    "documents_fresh": _l("Age of documents"),
    "citizenship_lead_time": _l("Time for a visa"),
}
"""The types of rules, in the order in which an office thinks of them."""

OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.PASS: _l("Met"),
    Outcome.FAIL: _l("Not met"),
    Outcome.NEEDS_HUMAN: _l("The office decides"),
}
OUTCOME_CHIPS = {Outcome.PASS: "ok", Outcome.FAIL: "no", Outcome.NEEDS_HUMAN: "wait"}

FACT_LABELS: dict[str, str] = {
    "institution_id": _l("Home institution"),
    "eqf_level": _l("Level of study"),
    "isced": _l("Field of study"),
    "ects_done": _l("ECTS credits done"),
    "months_abroad": _l("Months already spent abroad in this cycle"),
    "languages": _l("Languages and levels"),
    "passport_until": _l("Passport valid until"),
    "citizenship": _l("Citizenship"),
    "documents": _l("Dates of documents"),
    "stays": _l("Other stays abroad"),
}

ANCHOR_LABELS: dict[str, str] = {
    "today": _l("from the day of the application"),
    "stay_from": _l("from the first day of the stay"),
    "stay_until": _l("from the last day of the stay"),
}


def rule_in_words(rule: Mapping[str, Any]) -> str:
    """Return what a rule asks, as one sentence."""
    write = _RULES.get(str(rule.get("type")))
    try:
        return write(rule.get("parameters") or {}) if write else _("A rule that is not known here")
    except (KeyError, TypeError, ValueError):
        return _("A rule that is not complete")


def reason(finding: Finding, call_institution: str = "") -> str:
    """Return why a rule found what it found, as the applicant reads it."""
    details = finding.details
    if "missing" in details:
        fact = FACT_LABELS.get(details["missing"], details["missing"])
        return _("This is not known yet: %(fact)s.", fact=fact)
    if "broken" in details:
        return _("The rule is not complete; the office will look at it.")
    write = _REASONS.get(finding.type)
    return write(details, call_institution) if write else ""


def what_to_do(finding: Finding) -> str:
    """Return what an applicant can do about a finding; nothing when the rule is met."""
    if finding.outcome is Outcome.PASS:
        return ""
    if "missing" in finding.details:
        return _("Answer this question, then check again. Else the office decides.")
    if finding.outcome is Outcome.NEEDS_HUMAN:
        return _("You can send the application; the office looks at this and decides.")
    return str(_ADVICE.get(finding.type, _l("Ask the exchange office what is possible.")))


def field_name(code: str) -> str:
    """Return a field of study as people read it."""
    return str(BROAD_FIELDS.get(code) or f"{field_title(code)} ({code})")


def joined(words: Iterable[object], style: str = "or") -> str:
    """Return words as a list in the reader's language."""
    return format_list([str(word) for word in words], style=style, locale=cldr(current_locale()))  # type: ignore[arg-type]  # one of its styles


def _day(text: str) -> str:
    return format_date(date.fromisoformat(text), "long", locale=cldr(current_locale()))


def _months(days: int) -> str:
    return months_of(days)


def _levels(levels: Iterable[int]) -> str:
    return joined(EQF_LABELS[level] for level in levels)


_RULES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "home_institution": lambda _p: _("You study or work at the institution that makes the call."),
    "eqf_level": lambda p: _("You are at %(levels)s.", levels=_levels(p["levels"])),
    "field_isced": lambda p: _(
        "Your field is %(fields)s.", fields=joined(field_name(code) for code in p["codes"])
    ),
    "min_ects": lambda p: ngettext(
        "You have done at least %(num)s ECTS credit.",
        "You have done at least %(num)s ECTS credits.",
        p["minimum"],
    ),
    "language_level": lambda p: _(
        "You know %(language)s at %(level)s or better.",
        language=language_name(p["language"]),
        level=p["level"],
    ),
    "months_between": lambda p: _(
        "The stay lasts from %(low)s to %(high)s months.", low=p["minimum"], high=p["maximum"]
    ),
    "max_months_cycle": lambda p: ngettext(
        "With this stay you are abroad for at most %(num)s month in your cycle of studies.",
        "With this stay you are abroad for at most %(num)s months in your cycle of studies.",
        p["maximum"],
    ),
    "no_overlapping_stay": lambda _p: _("You have no other stay abroad at the same time."),
    "passport_valid_months": lambda p: ngettext(
        "Your passport is valid for at least %(num)s month, counted %(anchor)s.",
        "Your passport is valid for at least %(num)s months, counted %(anchor)s.",
        p["months"],
        anchor=ANCHOR_LABELS[p["counted_from"]],
    ),
    "documents_fresh": lambda p: ngettext(
        "Your documents are not older than %(num)s day.",
        "Your documents are not older than %(num)s days.",
        p["days"],
    ),
    "citizenship_lead_time": lambda p: ngettext(
        "Citizens of %(countries)s apply at least %(num)s day before the stay, for the visa.",
        "Citizens of %(countries)s apply at least %(num)s days before the stay, for the visa.",
        p["days"],
        countries=joined(map(country_name, p["countries"])),
    ),
}


def _of_language(details: Mapping[str, Any], _name: str) -> str:
    language = language_name(details["language"])
    if not details["found"]:
        return _("You did not name %(language)s.", language=language)
    return _(
        "%(found)s in %(language)s; %(needed)s is needed.",
        found=details["found"],
        language=language,
        needed=details["needed"],
    )


def _of_documents(details: Mapping[str, Any], _name: str) -> str:
    if "found" not in details:
        return _("All documents are recent enough.")
    return _(
        "The oldest document is of %(day)s; at most %(days)s days are allowed.",
        day=_day(details["found"]),
        days=details["needed"],
    )


def _of_stays(details: Mapping[str, Any], _name: str) -> str:
    if "found" not in details:
        return _("No other stay falls into this time.")
    first, last = details["found"]
    return _("You are abroad from %(first)s to %(last)s.", first=_day(first), last=_day(last))


_REASONS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "home_institution": lambda _d, name: (
        _("The call is for people of %(institution)s.", institution=name)
        if name
        else _("The call is for people of the institution that makes it.")
    ),
    "eqf_level": lambda d, _n: _(
        "You said %(found)s; the call is for %(needed)s.",
        found=EQF_LABELS[d["found"]],
        needed=_levels(d["needed"]),
    ),
    "field_isced": lambda d, _n: _(
        "You said %(found)s; the call is for %(needed)s.",
        found=field_name(d["found"]),
        needed=joined(field_name(code) for code in d["needed"]),
    ),
    "min_ects": lambda d, _n: _(
        "You have %(found)s of the %(needed)s ECTS credits that are needed.",
        found=d["found"],
        needed=d["needed"],
    ),
    "language_level": _of_language,
    "months_between": lambda d, _n: _(
        "The stay lasts %(months)s months; from %(low)s to %(high)s are possible.",
        months=_months(d["days"]),
        low=d["needed"],
        high=d["most"],
    ),
    "max_months_cycle": lambda d, _n: _(
        "%(before)s months abroad before and %(now)s now; at most %(most)s are possible.",
        before=d["found"],
        now=_months(d["days"]),
        most=d["needed"],
    ),
    "no_overlapping_stay": _of_stays,
    "passport_valid_months": lambda d, _n: _(
        "Your passport is valid until %(found)s; it must be until %(needed)s at least.",
        found=_day(d["found"]),
        needed=_day(d["needed"]),
    ),
    "documents_fresh": _of_documents,
    "citizenship_lead_time": lambda d, _n: ngettext(
        "There is %(num)s day until the stay; a visa takes up to %(needed)s days.",
        "There are %(num)s days until the stay; a visa takes up to %(needed)s days.",
        d["found"],
        needed=d["needed"],
    ),
}

_ADVICE: dict[str, str] = {
    "home_institution": _l("Look for a call of your own institution."),
    "eqf_level": _l("Correct your level if it is wrong, or look for a call for your level."),
    "field_isced": _l("Correct your field if it is wrong, or look for a call for your field."),
    "min_ects": _l("Apply again when you have the credits, or ask for those to be recorded."),
    "language_level": _l("Add the language with a certificate, or take a test before you apply."),
    "max_months_cycle": _l("Look for a shorter stay."),
    "no_overlapping_stay": _l("Choose a call for another time, or end the other stay first."),
    "passport_valid_months": _l("Renew your passport and enter its new date here."),
    "documents_fresh": _l("Ask for a new copy of the document and hand that in."),
    "citizenship_lead_time": _l("Ask the office at once whether a visa can still be had."),
}
