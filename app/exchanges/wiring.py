"""How this package joins the application."""

from flask import Flask

from app.audit import directory as trail
from app.core.i18n import lazy_gettext as _
from app.exchanges import guests as guest_secrets
from app.exchanges import stay_files, subscribers
from app.exchanges.invariants import agreements as agreement_checks
from app.exchanges.invariants import applications as application_checks
from app.exchanges.invariants import calls as call_checks
from app.exchanges.invariants import learning_agreements as learning_agreement_checks
from app.exchanges.invariants import mobilities as stay_checks
from app.exchanges.invariants import selection as selection_checks
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
from app.exchanges.policies import learning_agreements as learning_agreement_policies
from app.exchanges.policies import parties
from app.exchanges.policies import recognition as recognition_policies
from app.exchanges.queries import agreements as agreement_queries
from app.exchanges.queries import applications as application_queries
from app.exchanges.queries import calls as call_queries
from app.exchanges.queries import guest_links
from app.exchanges.queries import learning_agreements as learning_agreement_queries
from app.exchanges.queries import mobilities as stay_queries
from app.exchanges.queries import nominations as nomination_queries
from app.exchanges.tasks import admissions as admission_tasks
from app.exchanges.tasks import agreements as agreement_tasks
from app.exchanges.tasks import applications as application_tasks
from app.exchanges.tasks import calls as call_tasks
from app.exchanges.tasks import letters as letter_tasks
from app.exchanges.tasks import selection as selection_tasks
from app.exchanges.tasks import visits as visit_tasks
from app.exchanges.views import admissions as admission_pages
from app.exchanges.views import agreement_versions as agreement_version_pages
from app.exchanges.views import agreements as agreement_pages
from app.exchanges.views import applications as application_pages
from app.exchanges.views import bp, numbers, recognition, scales, tabs, visits
from app.exchanges.views import call_forms as call_form_pages
from app.exchanges.views import call_parts as call_part_pages
from app.exchanges.views import calls as call_pages
from app.exchanges.views import calls_office as call_office_pages
from app.exchanges.views import conditions as condition_pages
from app.exchanges.views import desk as desk_pages
from app.exchanges.views import desk_applications as desk_application_pages
from app.exchanges.views import documents as document_pages
from app.exchanges.views import drafts as draft_pages
from app.exchanges.views import equivalences as equivalence_pages
from app.exchanges.views import guests as guest_pages
from app.exchanges.views import learning_agreement_check as learning_agreement_check_page
from app.exchanges.views import learning_agreement_drafts as learning_agreement_draft_pages
from app.exchanges.views import learning_agreement_steps as learning_agreement_step_pages
from app.exchanges.views import learning_agreements as learning_agreement_pages
from app.exchanges.views import letters as letter_pages
from app.exchanges.views import nomination_answers as nomination_answer_pages
from app.exchanges.views import nominations as nomination_pages
from app.exchanges.views import offers as offer_pages
from app.exchanges.views import reviews as review_pages
from app.exchanges.views import selection as selection_pages
from app.exchanges.views import stays as stay_pages
from app.notifications import channels
from app.web import navigation

__all__ = [
    "admission_pages",
    "admission_tasks",
    "admissions",
    "agreement_checks",
    "agreement_pages",
    "agreement_tasks",
    "agreement_version_pages",
    "agreements",
    "application_checks",
    "application_pages",
    "application_tasks",
    "applications",
    "call_checks",
    "call_form_pages",
    "call_office_pages",
    "call_pages",
    "call_part_pages",
    "call_tasks",
    "calls",
    "condition_pages",
    "desk_application_pages",
    "desk_pages",
    "desk_tables",
    "document_pages",
    "draft_pages",
    "equivalence_pages",
    "equivalence_tables",
    "guest_pages",
    "learning_agreement_check_page",
    "learning_agreement_checks",
    "learning_agreement_draft_pages",
    "learning_agreement_pages",
    "learning_agreement_step_pages",
    "learning_agreement_tables",
    "letter_pages",
    "letter_tasks",
    "letters",
    "mobilities",
    "nomination_answer_pages",
    "nomination_pages",
    "nominations",
    "numbers",
    "offer_pages",
    "recognition",
    "review_pages",
    "review_tables",
    "scales",
    "selection_checks",
    "selection_pages",
    "selection_tasks",
    "stay_checks",
    "stay_files",
    "stay_pages",
    "subscribers",
    "tabs",
    "visit_tasks",
    "visits",
]

_PARTS = ("rule", "requirement", "criterion", "question", "step")
"""Parts of a call that have pages of their own."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    _add_desk()
    _add_learning_agreements(app.config["SETTINGS"].short_stays_may_change)
    _add_applications()
    _add_calls()
    _add_agreements()
    _add_stays()
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


def _add_applications() -> None:
    navigation.add(
        "exchanges.my_exchanges",
        _("My exchanges"),
        "plane-departure",
        order=22,
        also=("exchanges.application_", "exchanges.document_", "exchanges.my_stays"),
    )
    trail.name_things(
        application_queries.KIND,
        application_queries.titles,
        endpoint="exchanges.application_detail",
        argument="application_id",
    )


def _add_calls() -> None:
    public_pages = ("exchanges.call_detail", "exchanges.application_start")
    kept_pages = (
        "exchanges.kept_calls",
        "exchanges.call_",
        *(f"exchanges.new_{part}" for part in ("call", *_PARTS)),
        *(f"exchanges.edit_{part}" for part in _PARTS),
        "exchanges.publish_call",
        "exchanges.extend_call",
        "exchanges.close_call",
        "exchanges.cancel_call",
        "exchanges.archive_call",
        "exchanges.copy_call",
        "exchanges.preview_form",
        "exchanges.remove_call_part",
        "exchanges.remove_step",
    )
    navigation.add("exchanges.calls_list", _("Calls"), group="public", order=15, also=public_pages)
    navigation.add(
        "exchanges.calls_list", _("Calls"), "world", order=32, also=(*public_pages, *kept_pages)
    )
    trail.name_things(
        "exchange_call",
        call_queries.titles,
        endpoint="exchanges.call_manage",
        argument="call_id",
    )


def _add_agreements() -> None:
    channels.secret_paths["exchanges/agreement-invitation"] = guest_secrets.path_of
    navigation.add(
        "exchanges.agreements_list",
        _("Agreements"),
        "switch-horizontal",
        order=70,
        shows=parties.works_in_an_office,
        also=(
            "exchanges.agreement_",
            "exchanges.agreements_balance",
        ),
    )
    trail.name_people(guest_links.people)
    trail.name_things(
        "exchange_agreement",
        agreement_queries.titles,
        endpoint="exchanges.agreement_detail",
        argument="agreement_id",
    )
    trail.name_things(
        "agreement_version",
        agreement_queries.version_titles,
        endpoint="exchanges.agreement_version",
        argument="version_id",
    )


def _add_stays() -> None:
    channels.secret_paths["exchanges/nomination-asked"] = guest_secrets.path_of
    navigation.add(
        "exchanges.nominations_list",
        _("Nominations"),
        "send",
        order=71,
        shows=parties.works_in_an_office,
        also=("exchanges.nomination_",),
    )
    navigation.add(
        "exchanges.stays_list",
        _("Stays"),
        "map-pin",
        order=72,
        shows=lambda actor: actor.holds(*parties.OFFICE, "faculty", "registrar"),
        also=(
            "exchanges.stay_",
            "exchanges.admission_",
            "exchanges.condition_",
            "exchanges.letter",
        ),
    )
    trail.name_things(
        "mobility", stay_queries.titles, endpoint="exchanges.stay_detail", argument="mobility_id"
    )
    trail.name_things(
        "nomination",
        nomination_queries.titles,
        endpoint="exchanges.nomination_detail",
        argument="nomination_id",
    )


def _add_learning_agreements(short_stays_may_change: bool) -> None:
    learning_agreement_policies.short_stays["may_change"] = short_stays_may_change
    navigation.add(
        "exchanges.learning_agreements_list",
        _("Learning agreements"),
        "signature",
        order=73,
        shows=lambda actor: actor.holds(*parties.OFFICE, "faculty", "registrar"),
        also=("exchanges.equivalence",),
    )
    trail.name_things(
        "learning_agreement",
        learning_agreement_queries.titles,
        endpoint="exchanges.learning_agreement_by_id",
        argument="agreement_id",
    )


def _add_desk() -> None:
    navigation.add(
        "exchanges.desk",
        _("Exchange desk"),
        "clipboard-list",
        order=62,
        phone=True,
        shows=parties.works_in_an_office,
        also=(
            "exchanges.desk_",
            "exchanges.document_refuse",
            "exchanges.selection",
            "exchanges.ranking",
            "exchanges.allocation_",
            "exchanges.waiting_list_close",
            "exchanges.appeal_decide",
            "exchanges.review_unassign",
            "exchanges.review_reopen",
        ),
    )
    navigation.add(
        "exchanges.my_reviews",
        _("My reviews"),
        "clipboard-check",
        order=64,
        shows=parties.may_judge,
        also=("exchanges.review_sheet", "exchanges.review_lock", "exchanges.review_conflict"),
    )
