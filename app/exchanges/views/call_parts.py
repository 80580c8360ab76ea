"""The office's pages of what a call offers, asks and weighs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import now
from app.core.database import Text
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses.forms.choices import id_of, option
from app.exchanges.forms.call_parts import (
    CriterionForm,
    DestinationForm,
    RequirementForm,
    TieBreakForm,
)
from app.exchanges.forms.call_rules import RULE_FORMS, InventedFactsForm, rule_form
from app.exchanges.models.calls import Call
from app.exchanges.queries import calls as queries
from app.exchanges.rules.eligibility import CallFacts, Finding, check, is_blocked
from app.exchanges.services import call_parts as services
from app.exchanges.services import call_questions
from app.exchanges.views.blueprint import bp
from app.exchanges.views.calls import endings
from app.exchanges.views.calls_office import editing
from app.exchanges.words.eligibility import (
    OUTCOME_CHIPS,
    OUTCOME_LABELS,
    RULE_LABELS,
    reason,
    rule_in_words,
    what_to_do,
)
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import page, see_other, tell

PAGES = {
    "destination": "exchanges.call_destinations",
    "requirement": "exchanges.call_documents",
    "criterion": "exchanges.call_rubric",
    "rule": "exchanges.call_rules",
    "question": "exchanges.call_form",
}
_KINDS = "any(destination, requirement, criterion, rule, question)"


@bp.route("/exchanges/calls/<uuid:call_id>/destinations", methods=["GET", "POST"])
@signed_in
@once
def call_destinations(call_id: UUID) -> ResponseReturnValue:
    """Choose where a call leads, from the places that agreements promise."""
    call = queries.office_call(actor(), call_id)
    on_offer = queries.quotas_on_offer(call)
    form = DestinationForm()
    form.quota_id.choices = [
        option(
            str(quota.id),
            _(
                "%(host)s: %(left)s of %(places)s places left",
                host=Text(host.name).in_(current_locale()),
                left=max(quota.capacity_persons - quota.used_persons, 0),
                places=quota.capacity_persons,
            ),
        )
        for quota, host in on_offer
    ]

    def add() -> None:
        quota_id = id_of(form.quota_id.data) or UUID(int=0)
        services.add_destination(actor(), call_id, quota_id, form.note.data)

    if form.accepted(add):
        tell(_("The destination is added."))
        return see_other("exchanges.call_destinations", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(
        form=form,
        call=call,
        places=queries.destinations(call.id),
        on_offer=on_offer,
        **editing(call),
    )


@bp.get("/exchanges/calls/<uuid:call_id>/rules")
@signed_in
def call_rules(call_id: UUID) -> ResponseReturnValue:
    """Show who may apply, as applicants read it, and try it on somebody invented."""
    call = queries.office_call(actor(), call_id)
    current = queries.current_rules(call.id)
    is_tried = "try" in request.args
    trial = InventedFactsForm(request.args if is_tried else None)
    findings: list[Finding] = []
    if is_tried and trial.validate():
        facts = trial.facts(str(call.institution_id))
        findings = check(current.rules, facts, now().date(), facts_of(call))
    return page(
        form=trial,
        status=200,
        call=call,
        current=current,
        rules=[(rule, rule_in_words(rule)) for rule in current.rules],
        findings=[
            (one, rule_in_words(rule), reason(one), what_to_do(one))
            for one, rule in zip(findings, current.rules, strict=False)
        ],
        blocked=is_blocked(findings),
        is_tried=is_tried,
        RULE_LABELS=RULE_LABELS,
        OUTCOME_LABELS=OUTCOME_LABELS,
        OUTCOME_CHIPS=OUTCOME_CHIPS,
        **editing(call),
    )


@bp.route("/exchanges/calls/<uuid:call_id>/rules/new/<kind>", methods=["GET", "POST"])
@signed_in
@once
def new_rule(call_id: UUID, kind: str) -> ResponseReturnValue:
    """Add a rule of eligibility."""
    return _rule_page(call_id, kind, None)


@bp.route("/exchanges/calls/<uuid:call_id>/rules/<string:rule>/edit", methods=["GET", "POST"])
@signed_in
def edit_rule(call_id: UUID, rule: str) -> ResponseReturnValue:
    """Change a rule of eligibility."""
    call = queries.office_call(actor(), call_id)
    known = {one["id"]: one for one in queries.current_rules(call.id).rules}
    if rule not in known:
        raise NotFound(_("There is no such thing in this call."))
    return _rule_page(call_id, str(known[rule]["type"]), known[rule])


@bp.get("/exchanges/calls/<uuid:call_id>/documents")
@signed_in
def call_documents(call_id: UUID) -> ResponseReturnValue:
    """Show which documents a call asks for."""
    call = queries.office_call(actor(), call_id)
    found = queries.requirements(call.id)
    return page(call=call, requirements=found, endings=endings, **editing(call))


@bp.route("/exchanges/calls/<uuid:call_id>/documents/new", methods=["GET", "POST"])
@signed_in
@once
def new_requirement(call_id: UUID) -> ResponseReturnValue:
    """Ask for a document."""
    form = RequirementForm()
    return _part_page(
        call_id,
        form,
        lambda: services.put_requirement(actor(), call_id, form.plan()),
        "exchanges.call_documents",
    )


@bp.route(
    "/exchanges/calls/<uuid:call_id>/documents/<uuid:requirement_id>", methods=["GET", "POST"]
)
@signed_in
def edit_requirement(call_id: UUID, requirement_id: UUID) -> ResponseReturnValue:
    """Change what is asked of a document."""
    call = queries.office_call(actor(), call_id)
    form = RequirementForm.of(_one(queries.requirements(call.id), requirement_id))
    return _part_page(
        call_id,
        form,
        lambda: services.put_requirement(
            actor(), call_id, form.plan(), requirement_id=requirement_id
        ),
        "exchanges.call_documents",
    )


@bp.route("/exchanges/calls/<uuid:call_id>/rubric", methods=["GET", "POST"])
@signed_in
def call_rubric(call_id: UUID) -> ResponseReturnValue:
    """Show by what reviewers score, and set how equal scores are told apart."""
    call = queries.office_call(actor(), call_id)
    ids = [str(one.id) for one in queries.criteria(call.id)]
    form = TieBreakForm()
    order = form.order(request.form, ids)
    if form.accepted(lambda: services.set_tie_break(actor(), call_id, order)):
        tell(_("The tie-break is saved."))
        return see_other("exchanges.call_rubric", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, criteria=queries.criteria(call.id), **editing(call))


@bp.route("/exchanges/calls/<uuid:call_id>/rubric/new", methods=["GET", "POST"])
@signed_in
@once
def new_criterion(call_id: UUID) -> ResponseReturnValue:
    """Add a line to the rubric."""
    form = CriterionForm()
    return _part_page(
        call_id,
        form,
        lambda: services.put_criterion(actor(), call_id, form.plan()),
        "exchanges.call_rubric",
    )


@bp.route("/exchanges/calls/<uuid:call_id>/rubric/<uuid:criterion_id>", methods=["GET", "POST"])
@signed_in
def edit_criterion(call_id: UUID, criterion_id: UUID) -> ResponseReturnValue:
    """Change a line of the rubric."""
    call = queries.office_call(actor(), call_id)
    form = CriterionForm.of(_one(queries.criteria(call.id), criterion_id))
    return _part_page(
        call_id,
        form,
        lambda: services.put_criterion(actor(), call_id, form.plan(), criterion_id=criterion_id),
        "exchanges.call_rubric",
    )


@bp.post(f"/exchanges/calls/<uuid:call_id>/parts/<{_KINDS}:kind>/<string:part>/<any(up, down):way>")
@signed_in
def move_call_part(call_id: UUID, kind: str, part: str, way: str) -> ResponseReturnValue:
    """Move a part of a call past its neighbour."""
    by = -1 if way == "up" else 1
    if kind == "rule":
        call_questions.move_rule(actor(), call_id, part, by)
    elif kind == "question":
        call_questions.move_field(actor(), call_id, part, by)
    else:
        services.move_part(actor(), call_id, kind, id_of(part) or UUID(int=0), by)
    return see_other(PAGES[kind], call_id=call_id)


@bp.route(
    f"/exchanges/calls/<uuid:call_id>/parts/<{_KINDS}:kind>/<string:part>/remove",
    methods=["GET", "POST"],
)
@signed_in
def remove_call_part(call_id: UUID, kind: str, part: str) -> ResponseReturnValue:
    """Take a part out of a call, after asking."""
    call = queries.office_call(actor(), call_id)
    named = _name_of(call, kind, part)
    form = Form()
    key = id_of(part) or UUID(int=0)
    acts: dict[str, Callable[[], object]] = {
        "destination": lambda: services.remove_destination(actor(), call_id, key),
        "requirement": lambda: services.remove_requirement(actor(), call_id, key),
        "criterion": lambda: services.remove_criterion(actor(), call_id, key),
        "rule": lambda: call_questions.remove_rule(actor(), call_id, part),
        "question": lambda: call_questions.remove_field(actor(), call_id, part),
    }
    if form.accepted(acts[kind]):
        tell(_("It is removed."))
        return see_other(PAGES[kind], call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, kind=kind, named=named, back=PAGES[kind])


def facts_of(call: Call) -> CallFacts:
    """Return what rules of eligibility read of a call."""
    return CallFacts(str(call.institution_id), call.stay_from, call.stay_until)


def _rule_page(call_id: UUID, kind: str, rule: dict[str, Any] | None) -> ResponseReturnValue:
    call = queries.office_call(actor(), call_id)
    if kind not in RULE_FORMS:
        raise NotFound(_("There is no such page, or it is not for you."))
    form = rule_form(kind, rule)

    def save() -> None:
        call_questions.put_rule(
            actor(),
            call_id,
            kind,
            form.parameters(),
            strict=form.is_strict,
            rule_id=rule["id"] if rule else "",
        )

    if form.accepted(save):
        tell(_("The rule is saved."))
        return see_other("exchanges.call_rules", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, kind=kind, RULE_LABELS=RULE_LABELS, **editing(call))


def _part_page(
    call_id: UUID, form: Form, save: Callable[[], object], back: str
) -> ResponseReturnValue:
    queries.office_call(actor(), call_id)
    if form.accepted(save):
        tell(_("It is saved."))
        return see_other(back, call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, back=back, **editing(call))


def _one(parts: Any, part_id: UUID) -> Any:
    for part in parts:
        if part.id == part_id:
            return part
    raise NotFound(_("There is no such thing in this call."))


def _name_of(call: Call, kind: str, part: str) -> str:
    """Return what a part of a call is called. Raises NotFound."""
    found: dict[str, Any] = {}
    if kind == "destination":
        found = {str(one.id): one.institution.name for one in queries.destinations(call.id)}
    elif kind == "requirement":
        found = {str(one.id): one.title for one in queries.requirements(call.id)}
    elif kind == "criterion":
        found = {str(one.id): one.title for one in queries.criteria(call.id)}
    elif kind == "rule":
        found = {one["id"]: rule_in_words(one) for one in queries.current_rules(call.id).rules}
    else:
        found = {one["id"]: one["label"] for one in queries.current_form(call.id).fields}
    if part not in found:
        raise NotFound(_("There is no such thing in this call."))
    name = found[part]
    return name if isinstance(name, str) else Text(name).in_(current_locale())
