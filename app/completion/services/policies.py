"""Writing policies, freezing one for a run, and applying another with a look ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.completion import facts, policies, queries
from app.completion.models import Policy, PolicyVersion, RunPolicy
from app.completion.rules import Verdict, evaluate, policy_problems
from app.completion.services import decisions
from app.completion.words import FAULT_LABELS
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import Text, atomic, db, insert_new
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.courses.models.runs import Run
from app.courses.queries.runs import locked as run_locked

DEFAULT_NAME = {
    "en": "Attendance of 80 %",
    "zh_Hans_CN": "出勤率达 80%",
    "sr_Cyrl": "Присуство од 80 %",
    "sr_Latn": "Prisustvo od 80 %",
    "bs": "Prisustvo od 80 %",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One person whose outcome another policy would change."""

    enrolment_id: UUID
    before: Verdict
    after: Verdict


@atomic()
def create(
    actor: Actor,
    institution_id: UUID,
    *,
    name: Mapping[str, str],
    rule: dict[str, Any],
    is_default: bool = False,
) -> Policy:
    """Write a policy with its first version. Raises Forbidden, Invalid."""
    policies.may_write_policies.require(actor, institution_id)
    _check(rule)
    policy = Policy(institution_id=institution_id, name=Text(name), is_default=False)
    db.session.add(policy)
    db.session.flush()
    _add_version(actor, policy, 1, rule)
    if is_default or queries.policies.default_of(institution_id) is None:
        _make_default(policy)
    return policy


@atomic()
def rewrite(
    actor: Actor,
    policy_id: UUID,
    *,
    name: Mapping[str, str],
    rule: dict[str, Any],
    is_default: bool = False,
) -> PolicyVersion:
    """Write a policy anew: what it says becomes a new version, runs keep the one they have.

    The same words make no new version. Raises NotFound, Invalid.
    """
    policy = queries.policies.locked(policy_id)
    if not policies.may_write_policies(actor, policy.institution_id):
        queries.policies.policy_for(actor, policy_id)
    _check(rule)
    policy.name = Text(name)
    if is_default:
        _make_default(policy)
    last = queries.policies.versions_of(policy_id)[0]
    if last.rule == rule:
        return last
    return _add_version(actor, policy, last.number + 1, rule)


@atomic()
def freeze(run_id: UUID) -> bool:
    """Freeze the institution's default policy for a run that has none; tell whether it is new."""
    run = db.session.get_one(Run, run_id)
    if queries.policies.of_run(run_id) is not None:
        return False
    version = queries.policies.default_of(run.institution_id) or _first_default(run.institution_id)
    return insert_new(
        RunPolicy, run_id=run_id, version_id=version.id, frozen_by=SYSTEM.user_id, frozen_at=now()
    )


def would_change(run_id: UUID, version: PolicyVersion) -> list[Changed]:
    """Return whose outcome would be another if this version decided in the run."""
    policy = facts.policy_in(version.rule)
    found = []
    for case in facts.of_run(run_id):
        before = evaluate(case.policy, case.facts).verdict
        after = evaluate(policy, case.facts).verdict
        if before != after:
            found.append(Changed(case.enrolment_id, before, after))
    return found


@atomic()
def apply_to_run(
    actor: Actor, run_id: UUID, version_id: UUID, *, instead_of: UUID | None, reason: str
) -> None:
    """Let another version decide in a run from now on, and decide anew about everyone.

    `instead_of` is the version the page showed. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    run = run_locked(run_id)
    policies.may_apply_policy.require(actor, run)
    version = queries.policies.version_at(run.institution_id, version_id)
    if not reason.strip():
        raise Invalid(_("Say why another policy is applied."), field="reason")
    frozen = db.session.get(RunPolicy, run_id)
    if (frozen.version_id if frozen else None) != instead_of:
        raise Conflict(_("Another policy was applied in the meantime. Look at the list again."))
    if frozen is None:
        db.session.add(RunPolicy(run_id=run_id, version_id=version.id, frozen_by=actor.user_id))
    else:
        frozen.version_id, frozen.frozen_by, frozen.frozen_at = version.id, actor.user_id, now()
    audit.record(
        actor,
        "completion.apply_policy",
        run_id,
        kind="run",
        institution_id=run.institution_id,
        changes={"policy_version": [instead_of, version.id]},
        reason=reason.strip(),
    )
    db.session.flush()
    decisions.decide_run(actor, run_id)


def _first_default(institution_id: UUID) -> PolicyVersion:
    policy = Policy(institution_id=institution_id, name=Text(DEFAULT_NAME), is_default=True)
    db.session.add(policy)
    db.session.flush()
    return _add_version(SYSTEM, policy, 1, facts.DEFAULT_RULE)


def _add_version(actor: Actor, policy: Policy, number: int, rule: dict[str, Any]) -> PolicyVersion:
    version = PolicyVersion(policy_id=policy.id, number=number, rule=rule, created_by=actor.user_id)
    db.session.add(version)
    audit.record(
        actor,
        "completion.write_policy",
        policy.id,
        kind="completion_policy",
        institution_id=policy.institution_id,
        changes={"version": [number - 1 or None, number]},
    )
    db.session.flush()
    return version


def _make_default(policy: Policy) -> None:
    former = queries.policies.default_of(policy.institution_id)
    if former is not None and former.policy_id != policy.id:
        db.session.get_one(Policy, former.policy_id).is_default = False
        db.session.flush()
    policy.is_default = True
    db.session.flush()


def _check(rule: dict[str, Any]) -> None:
    problems = policy_problems(rule)
    if problems:
        words = "; ".join(f"{one.path or '…'} {FAULT_LABELS[one.fault]}" for one in problems[:5])
        raise Invalid(_("The policy cannot be used: %(problems)s.", problems=words), field="rule")
