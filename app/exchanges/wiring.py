"""How this package joins the application."""

from flask import Flask

from app.accounts.queries import add_duty
from app.audit import directory as trail
from app.audit import words as trail_words
from app.core.i18n import lazy_gettext as _
from app.exchanges import guests as guest_secrets
from app.exchanges import invariants, models, stay_files, subscribers, tasks, views
from app.exchanges.policies import learning_agreements as learning_agreement_policies
from app.exchanges.policies import parties
from app.exchanges.policies import recognition as recognition_policies
from app.exchanges.queries import agreements as agreement_queries
from app.exchanges.queries import guest_links
from app.exchanges.queries import reviews as review_queries
from app.exchanges.queries import trail as in_trail
from app.exchanges.views.blueprint import bp
from app.exchanges.words.trail import ACTIONS, KINDS
from app.institutions import directory as partners
from app.notifications import channels
from app.web import navigation

__all__ = ["invariants", "models", "stay_files", "subscribers", "tasks", "views"]

_PARTS = ("rule", "requirement", "criterion", "question", "step")
"""Parts of a call that have pages of their own."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    trail_words.learn(ACTIONS, KINDS)
    _name_things()
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


def _name_things() -> None:
    name = trail.name_things
    name(in_trail.agreements, "exchange_agreement", "agreement_version")
    name(in_trail.quotas, "exchange_quota")
    name(in_trail.calls, "exchange_call")
    name(in_trail.draws, "exchange_draw")
    name(in_trail.allocation_runs, "allocation_run")
    name(in_trail.applications, "exchange_application")
    name(in_trail.documents, "exchange_document")
    name(in_trail.allocations, "exchange_allocation")
    name(in_trail.stays, "mobility")
    name(in_trail.nominations, "nomination", "exchange_nomination")
    name(in_trail.admissions, "host_admission")
    name(in_trail.conditions, "admission_condition")
    name(in_trail.letters, "exchange_letter")
    name(in_trail.learning_agreements, "learning_agreement")
    name(in_trail.transcripts, "transcript")
    name(in_trail.recognitions, "recognition")
    name(in_trail.scales, "exchange_grade_scale", "exchange_grade_table")
    name(in_trail.rules, "exchange_credit_rule", "exchange_recognition_rule")


def _add_applications() -> None:
    navigation.add(
        "exchanges.my_exchanges",
        _("My exchanges"),
        "plane-departure",
        order=22,
        also=("exchanges.application_", "exchanges.document_", "exchanges.my_stays"),
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


def _add_agreements() -> None:
    partners.ask(agreement_queries.agreed_with)
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


def _add_desk() -> None:
    add_duty(review_queries.DUTY, review_queries.was_asked())
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
        shows=lambda actor: parties.may_judge(actor) or review_queries.DUTY in actor.duties,
        also=("exchanges.review_sheet", "exchanges.review_lock", "exchanges.review_conflict"),
    )
