"""The words for agreements, their versions and what these promise."""

from collections.abc import Mapping

from app.core.i18n import cldr, current_locale
from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.conditions import Fault
from app.exchanges.states.agreements import AgreementState, ExchangeKind

_A = AgreementState
AGREEMENT_LABELS: dict[AgreementState, str] = {
    _A.DRAFT: _l("Draft"),
    _A.SHARED: _l("Shared"),
    _A.APPROVED_BY_US: _l("Signed by the writer"),
    _A.APPROVED_BY_PARTNER: _l("Signed by the partner"),
    _A.IN_FORCE: _l("In force"),
    _A.REPLACED: _l("Replaced"),
    _A.TERMINATING: _l("Notice given"),
    _A.TERMINATED: _l("Ended by notice"),
    _A.EXPIRED: _l("Expired"),
    _A.DELETED: _l("Given up"),
}
AGREEMENT_CHIPS: dict[AgreementState, str] = {
    _A.DRAFT: "draft",
    _A.SHARED: "sent",
    _A.APPROVED_BY_US: "wait",
    _A.APPROVED_BY_PARTNER: "wait",
    _A.IN_FORCE: "ok",
    _A.REPLACED: "closed",
    _A.TERMINATING: "wait",
    _A.TERMINATED: "closed",
    _A.EXPIRED: "closed",
    _A.DELETED: "closed",
}
AGREEMENT_MOVES: dict[str, str] = {
    "start": _l("A draft was begun"),
    "share": _l("Shared with the partner"),
    "edit": _l("Taken back to be changed; signatures became void"),
    "sign": _l("Signed by the institution that wrote it"),
    "countersign": _l("Signed by the institution that wrote it: in force"),
    "partner_sign": _l("Signed by the partner"),
    "partner_countersign": _l("Signed by the partner: in force"),
    "replace": _l("A newer version took its place"),
    "give_notice": _l("Notice was given"),
    "terminate": _l("Ended by notice"),
    "expire": _l("Expired"),
    "delete": _l("Given up"),
}
KIND_LABELS: dict[ExchangeKind, str] = {
    ExchangeKind.STUDIES: _l("Studies"),
    ExchangeKind.TRAINEESHIP: _l("Traineeship"),
    ExchangeKind.SHORT_VISIT: _l("Short visit"),
    ExchangeKind.TEACHING: _l("Staff teaching"),
    ExchangeKind.TRAINING: _l("Staff training"),
}
FIELD_LABELS: dict[str, str] = {
    "kind": _l("Kind"),
    "sending_unit_id": _l("Unit that sends"),
    "receiving_unit_id": _l("Unit that receives"),
    "first_year": _l("First academic year"),
    "last_year": _l("Last academic year"),
    "places_per_year": _l("Places a year"),
    "months_per_year": _l("Months a year, of all together"),
    "days_per_person": _l("Days for each person"),
    "blended": _l("Blended"),
    "isced_codes": _l("Fields of study"),
    "eqf_levels": _l("Levels of study"),
    "languages": _l("Languages"),
}
"""What the fields of a promise are called, in the order they are shown."""

FAULTS: Mapping[Fault, str] = {
    Fault.YEARS_REVERSED: _l("The last year cannot be before the first."),
    Fault.TOO_MANY_YEARS: _l("Choose at most 20 years between 2000 and 2100."),
    Fault.PLACES: _l("Write a number from 0 to 10,000."),
    Fault.MONTHS: _l("Months are for students; write a number from 0 to 10,000."),
    Fault.DAYS: _l("Days are for staff; write a number from 1 to 366."),
    Fault.FIELDS_OF_STUDY: _l("Use four-digit codes of ISCED-F 2013, such as 0912."),
    Fault.LEVELS: _l("Levels go from 1 to 8."),
    Fault.LANGUAGES: _l("Choose a language and a level from A1 to C2."),
}


def language_name(code: str) -> str:
    """Return what a language is called in the reader's language."""
    return str(cldr(current_locale()).languages.get(code, code))
