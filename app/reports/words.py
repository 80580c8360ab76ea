"""Words of the start page."""

from app.core.i18n import lazy_gettext as _

GREETINGS: dict[str, str] = {
    "morning": _("Good morning, %(name)s"),
    "afternoon": _("Good afternoon, %(name)s"),
    "evening": _("Good evening, %(name)s"),
}

EXCHANGE_TASKS: dict[str, str] = {
    "returned": _("Applications sent back to you"),
    "offers": _("Places to accept"),
    "papers": _("Papers to hand in for a stay"),
    "coming": _("Stays to confirm"),
    "agreements": _("Learning agreements to sign"),
    "reviews": _("Reviews to write"),
    "desk": _("Exchange applications to handle"),
    "appeals": _("Appeals to decide"),
    "nominations": _("Nominations to answer"),
    "admissions": _("Admissions to decide"),
    "refused": _("Stays that the host refused"),
    "for_host": _("Stays to write for, whose host has no account"),
    "letters": _("Letters of acceptance to issue"),
    "arrivals": _("Arrivals to confirm"),
    "records": _("Transcripts to enter"),
    "overdue": _("Stays with a step at an authority overdue"),
    "recognition": _("Credits to recognise"),
    "signatures": _("Agreements to sign"),
}
"""What waits in exchanges, in the order of its start page."""
