"""How this package joins the application."""

from flask import Flask

from app.core.i18n import lazy_gettext as _
from app.exchanges import subscribers
from app.exchanges.invariants import learning_agreements as learning_agreement_checks
from app.exchanges.models import (
    admissions,
    agreements,
    applications,
    calls,
    letters,
    mobilities,
    nominations,
)
from app.exchanges.models import desk as desk_tables
from app.exchanges.models import equivalences as equivalence_tables
from app.exchanges.models import learning_agreements as learning_agreement_tables
from app.exchanges.models import reviews as review_tables
from app.exchanges.policies import parties
from app.exchanges.policies import recognition as recognition_policies
from app.exchanges.tasks import admissions as admission_tasks
from app.exchanges.tasks import letters as letter_tasks
from app.exchanges.tasks import selection as selection_tasks
from app.exchanges.views import bp, numbers, recognition, scales, tabs
from app.web import navigation

__all__ = [
    "admission_tasks",
    "admissions",
    "agreements",
    "applications",
    "calls",
    "desk_tables",
    "equivalence_tables",
    "learning_agreement_checks",
    "learning_agreement_tables",
    "letter_tasks",
    "letters",
    "mobilities",
    "nominations",
    "numbers",
    "recognition",
    "review_tables",
    "scales",
    "selection_tasks",
    "subscribers",
    "tabs",
]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    navigation.add(
        "exchanges.numbers",
        _("Exchange numbers"),
        "chart-bar",
        order=76,
        shows=parties.works_in_an_office,
    )
    navigation.add(
        "exchanges.scales_home",
        _("Scales and rules"),
        "adjustments",
        order=78,
        shows=recognition_policies.keeps_scales_somewhere,
        also=("exchanges.scale", "exchanges.credit_rule", "exchanges.recognition_rule"),
    )
