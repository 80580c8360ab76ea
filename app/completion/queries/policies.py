"""Reading policies, their versions, and which one decides in a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.completion import policies
from app.completion.models import Policy, PolicyVersion, RunPolicy
from app.completion.policies import DECIDERS
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Listed:
    """One policy with its latest version and in how many runs any version decides."""

    policy: Policy
    version: PolicyVersion
    institution: dict[str, str]
    runs: int


def _last_versions() -> Any:
    return select(PolicyVersion.policy_id, func.max(PolicyVersion.number).label("number")).group_by(
        PolicyVersion.policy_id
    )


def listed_for(actor: Actor) -> list[Listed]:
    """Return the policies of the institutions for which the actor writes them, by institution."""
    where = actor.institutions(*DECIDERS)
    last = _last_versions().subquery()
    runs = (
        select(PolicyVersion.policy_id, func.count(RunPolicy.run_id).label("runs"))
        .join(RunPolicy, RunPolicy.version_id == PolicyVersion.id)
        .group_by(PolicyVersion.policy_id)
        .subquery()
    )
    query = (
        select(Policy, PolicyVersion, Institution.name, func.coalesce(runs.c.runs, 0))
        .join(last, last.c.policy_id == Policy.id)
        .join(
            PolicyVersion,
            (PolicyVersion.policy_id == Policy.id) & (PolicyVersion.number == last.c.number),
        )
        .join(Institution, Institution.id == Policy.institution_id)
        .outerjoin(runs, runs.c.policy_id == Policy.id)
        .order_by(Institution.code, Policy.created_at, Policy.id)
    )
    if where is not None:
        query = query.where(Policy.institution_id.in_(where))
    return [Listed(*row) for row in db.session.execute(query)]


def institutions_of(actor: Actor) -> list[tuple[UUID, str]]:
    """Return the institutions for which the actor writes policies, with their names."""
    where = actor.institutions(*DECIDERS)
    query = select(Institution.id, Institution.name).where(Institution.is_active)
    if where is not None:
        query = query.where(Institution.id.in_(where))
    locale = current_locale()
    rows = db.session.execute(query.order_by(Institution.code))
    return [(one, Text(name).in_(locale)) for one, name in rows]


def policy_for(actor: Actor, policy_id: UUID) -> Policy:
    """Return the policy; NotFound unless the actor writes those of its institution."""
    policy = db.session.get(Policy, policy_id)
    if policy is None or not policies.may_write_policies(actor, policy.institution_id):
        raise NotFound(_("There is no such policy."))
    return policy


def versions_of(policy_id: UUID) -> Sequence[PolicyVersion]:
    """Return the versions of a policy, the latest first."""
    query = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id)
    return db.session.scalars(query.order_by(PolicyVersion.number.desc())).all()


def of_run(run_id: UUID) -> PolicyVersion | None:
    """Return the version that decides in a run with its policy; None before it is frozen."""
    query = (
        select(PolicyVersion)
        .join(RunPolicy, RunPolicy.version_id == PolicyVersion.id)
        .where(RunPolicy.run_id == run_id)
        .options(joinedload(PolicyVersion.policy))
    )
    return db.session.scalars(query).one_or_none()


def choices_for(institution_id: UUID) -> Sequence[PolicyVersion]:
    """Return the latest version of every policy of an institution, the default first."""
    last = _last_versions().subquery()
    query = (
        select(PolicyVersion)
        .join(
            last,
            (last.c.policy_id == PolicyVersion.policy_id) & (last.c.number == PolicyVersion.number),
        )
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(Policy.institution_id == institution_id)
        .options(joinedload(PolicyVersion.policy))
        .order_by(Policy.is_default.desc(), Policy.created_at, Policy.id)
    )
    return db.session.scalars(query).all()


def version_at(institution_id: UUID, version_id: UUID) -> PolicyVersion:
    """Return a version of a policy of the institution; NotFound when it is not one."""
    query = (
        select(PolicyVersion)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(PolicyVersion.id == version_id, Policy.institution_id == institution_id)
        .options(joinedload(PolicyVersion.policy))
    )
    version = db.session.scalars(query).one_or_none()
    if version is None:
        raise NotFound(_("There is no such policy."))
    return version


def default_of(institution_id: UUID) -> PolicyVersion | None:
    """Return the latest version of the default policy of an institution."""
    query = (
        select(PolicyVersion)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(Policy.institution_id == institution_id, Policy.is_default)
        .order_by(PolicyVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def locked(policy_id: UUID) -> Policy:
    """Return the policy, its versions ours to add to."""
    query = (
        select(Policy)
        .where(Policy.id == policy_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    policy = db.session.scalars(query).one_or_none()
    if policy is None:
        raise NotFound(_("There is no such policy."))
    return policy
