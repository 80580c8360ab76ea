"""Policies: the list, writing one, and applying one to a run."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.completion import facts, policies, queries, services
from app.completion.forms import ApplyForm, PolicyForm, answers_of, is_plain
from app.completion.policies import DECIDERS
from app.completion.views import bp
from app.completion.words import CRITERION_LABELS, VERDICT_LABELS
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses.queries.runs import run_for
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell


@bp.get("/completion-policies")
@signed_in
def policies_list() -> ResponseReturnValue:
    """List the policies of the institutions one answers for."""
    if not actor().holds(*DECIDERS):
        policies.may_write_policies.refuse()
    return page(policies=queries.policies.listed_for(actor()), answers_of=answers_of)


@bp.route("/completion-policies/new", methods=["GET", "POST"])
@signed_in
@once
def policy_new() -> ResponseReturnValue:
    """Write a policy."""
    form = PolicyForm(data=answers_of(facts.DEFAULT_RULE))
    form.institution.choices = _institutions()

    def act() -> None:
        services.policies.create(
            actor(),
            UUID(form.institution.data),
            name=form.name.data,
            rule=form.rule(),
            is_default=bool(form.is_default.data),
        )

    if form.accepted(act):
        tell(_("The policy is written."))
        return see_other("completion.policies_list")
    return page(form=form)


@bp.route("/completion-policies/<uuid:policy_id>", methods=["GET", "POST"])
@signed_in
def policy_edit(policy_id: UUID) -> ResponseReturnValue:
    """Write a policy anew: a change makes a new version."""
    policy = queries.policies.policy_for(actor(), policy_id)
    versions = queries.policies.versions_of(policy_id)
    form = PolicyForm(
        data=answers_of(versions[0].rule)
        | {"name": dict(policy.name), "is_default": policy.is_default}
    )
    del form.institution
    plain = is_plain(versions[0].rule)

    def act() -> None:
        services.policies.rewrite(
            actor(),
            policy_id,
            name=form.name.data,
            rule=form.rule() if plain else versions[0].rule,
            is_default=bool(form.is_default.data),
        )

    if form.accepted(act):
        tell(_("The policy is saved. Runs keep the version they have."))
        return see_other("completion.policy_edit", policy_id=policy_id)
    return page(form=form, policy=policy, versions=versions, answers_of=answers_of, plain=plain)


@bp.route("/runs/<uuid:run_id>/completion/policy", methods=["GET", "POST"])
@signed_in
def run_policy(run_id: UUID) -> ResponseReturnValue:
    """Show which policy decides in a run, and apply another after a look ahead."""
    run = run_for(actor(), run_id)
    if not policies.may_apply_policy(actor(), run):
        raise NotFound(_("There is no such run."))
    current = queries.policies.of_run(run_id)
    chosen_id = _id(request.values.get("version", ""))
    chosen = queries.policies.version_at(run.institution_id, chosen_id) if chosen_id else None
    form = ApplyForm()

    def act() -> None:
        services.policies.apply_to_run(
            actor(),
            run_id,
            chosen_id or UUID(int=0),
            instead_of=_id(request.form.get("instead_of", "")),
            reason=form.reason.data or "",
        )

    if form.accepted(act):
        tell(_("The policy is applied, and everyone is decided about anew."))
        return see_other("completion.run_completion", run_id=run_id)
    changes = services.policies.would_change(run_id, chosen) if chosen else []
    lines = queries.standing.lines_of_run(run_id) if changes else []
    names = {one.enrolment.id: one.enrolment.trainee.display_name for one in lines}
    return page(
        form=form,
        run=run,
        current=current,
        chosen=chosen,
        choices=queries.policies.choices_for(run.institution_id),
        changes=changes,
        names=names,
        answers_of=answers_of,
        verdicts=VERDICT_LABELS,
        criteria=CRITERION_LABELS,
    )


def _institutions() -> list[Any]:
    known = queries.policies.institutions_of(actor())
    return [SelectChoice(str(one), name) for one, name in known]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
