"""Keeping scales, distributions and rules: a change is a new version, never an overwriting."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import Model, Text, atomic, db
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.recognition import (
    CreditRule,
    GradeScale,
    GradeTable,
    RecognitionRule,
)
from app.exchanges.policies import recognition as policies
from app.exchanges.queries import scales as queries
from app.exchanges.rules.credits import Method, Rounding, factor_of
from app.exchanges.rules.grades import Choice, scale_of, scale_problems
from app.exchanges.words import recognition as words
from app.institutions.models import Institution


@atomic()
def save_scale(
    actor: Actor,
    institution_id: UUID,
    *,
    code: str,
    name: Mapping[str, str],
    grades: Sequence[Mapping[str, Any]],
    source: str,
) -> UUID:
    """Keep a new version of a scale; return its id.

    Raises NotFound, Forbidden, and Invalid naming every fault of the scale.
    """
    _lock(actor, institution_id)
    try:
        problems = scale_problems(scale_of(grades))
    except (ValueError, ZeroDivisionError) as error:
        raise Invalid(_("Values and points are numbers."), field="grades") from error
    if problems:
        raise Invalid(" ".join(words.scale_problem(one) for one in problems), field="grades")
    return _next_version(
        actor,
        GradeScale(
            institution_id=institution_id,
            code=code,
            name=Text(name),
            grades=[dict(one) for one in grades],
            source=source,
        ),
        institution_id,
        GradeScale.institution_id == institution_id,
        GradeScale.code == code,
    )


@atomic()
def save_table(
    actor: Actor,
    scale_id: UUID,
    *,
    isced: str,
    eqf_level: int,
    years: str,
    counts: Mapping[str, int],
    source: str,
) -> UUID:
    """Keep how often the passing grades of a scale were given; return its id.

    Raises NotFound, Forbidden, and Invalid for a grade with which one does not pass.
    """
    kept = queries.scale(scale_id)
    _lock(actor, kept.institution_id)
    passing = {one.code for one in scale_of(kept.grades).passing}
    strange = sorted(set(counts) - passing)
    if strange:
        raise Invalid(
            _("Only passing grades are counted; %(grades)s is none.", grades=", ".join(strange)),
            field="counts",
        )
    if not any(counts.values()) or any(count < 0 for count in counts.values()):
        raise Invalid(_("Count at least one result, and none below zero."), field="counts")
    table = GradeTable(
        scale_id=scale_id,
        isced=isced,
        eqf_level=eqf_level,
        years=years,
        counts=dict(counts),
        source=source,
    )
    same = (GradeTable.isced == isced, GradeTable.eqf_level == eqf_level)
    return _next_version(actor, table, kept.institution_id, GradeTable.scale_id == scale_id, *same)


@atomic()
def save_credit_rule(
    actor: Actor,
    institution_id: UUID,
    *,
    from_scheme: str,
    to_scheme: str,
    method: Method,
    parameters: Mapping[str, str],
    rounding: Rounding,
    valid_from: date,
    source: str,
) -> UUID:
    """Keep a new version of how one scheme counts in another; return its id.

    Raises NotFound, Forbidden, Invalid.
    """
    _lock(actor, institution_id)
    if from_scheme == to_scheme:
        raise Invalid(_("Choose two different schemes."), field="to_scheme")
    try:
        factor_of(method, parameters)
    except ValueError as error:
        raise Invalid(_("Give numbers above zero for this method."), field="method") from error
    rule = CreditRule(
        institution_id=institution_id,
        from_scheme=from_scheme,
        to_scheme=to_scheme,
        method=method,
        parameters=dict(parameters),
        rounding=rounding,
        valid_from=valid_from,
        source=source,
    )
    return _next_version(
        actor,
        rule,
        institution_id,
        CreditRule.institution_id == institution_id,
        CreditRule.from_scheme == from_scheme,
        CreditRule.to_scheme == to_scheme,
    )


@atomic()
def save_recognition_rule(
    actor: Actor,
    institution_id: UUID,
    *,
    scale_code: str,
    credit_scheme: str,
    choice: Choice,
    least_results: int,
    allows_formula: bool,
    valid_from: date,
    source: str,
) -> UUID:
    """Keep a new version of how grades are converted; return its id.

    Raises NotFound, Forbidden, Invalid.
    """
    _lock(actor, institution_id)
    if queries.newest_of(institution_id, scale_code) is None:
        raise Invalid(_("Choose a scale of this institution."), field="scale_code")
    rule = RecognitionRule(
        institution_id=institution_id,
        scale_code=scale_code,
        credit_scheme=credit_scheme,
        choice=choice,
        least_results=least_results,
        allows_formula=allows_formula,
        valid_from=valid_from,
        source=source,
    )
    where = RecognitionRule.institution_id == institution_id
    return _next_version(actor, rule, institution_id, where)


def _lock(actor: Actor, institution_id: UUID) -> None:
    """Let one at a time give version numbers at an institution."""
    queries.institution_kept_by(actor, institution_id)
    policies.may_keep_scales.require(actor, institution_id)
    db.session.execute(
        select(Institution.id).where(Institution.id == institution_id).with_for_update()
    )


def _next_version(actor: Actor, thing: Model, institution_id: UUID, *same: Any) -> UUID:
    kind: Any = type(thing)
    kept: Any = thing
    kept.number = (db.session.scalar(select(func.max(kind.number)).where(*same)) or 0) + 1
    kept.created_by = actor.user_id
    db.session.add(kept)
    audit.record(
        actor,
        f"{kind.__tablename__.removeprefix('exchange_')}.save",
        kept.id,
        kind=kind.__tablename__,
        institution_id=institution_id,
        changes={"number": [kept.number - 1 or None, kept.number]},
    )
    return UUID(str(kept.id))
