"""Reading scales, distributions and rules, by the version that is in use on a day."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.recognition import (
    CreditRule,
    GradeScale,
    GradeTable,
    RecognitionRule,
)
from app.exchanges.policies import recognition as policies
from app.exchanges.rules.credits import CreditFactor, factor_of
from app.exchanges.rules.grades import Distribution, distribution_of, scale_of
from app.exchanges.rules.recognition import Side
from app.institutions.models import Institution


def institution_kept_by(actor: Actor, institution_id: UUID) -> Institution:
    """Return an institution whose scales the actor keeps; raises NotFound."""
    found = db.session.get(Institution, institution_id)
    if found is None or not policies.may_keep_scales(actor, institution_id):
        raise NotFound(_("There is no such institution, or it is not for you."))
    return found


def institutions_kept_by(actor: Actor) -> Sequence[Institution]:
    """Return the institutions whose scales the actor keeps."""
    where = actor.institutions(*policies.KEEPERS)
    query = select(Institution).order_by(Institution.code)
    if where is not None:
        query = query.where(Institution.id.in_(where))
    return db.session.scalars(query).all()


def newest_scales(institution_ids: Sequence[UUID]) -> Sequence[GradeScale]:
    """Return the newest version of every scale of these institutions."""
    newest = (
        select(GradeScale.institution_id, GradeScale.code, func.max(GradeScale.number).label("top"))
        .where(GradeScale.institution_id.in_(institution_ids))
        .group_by(GradeScale.institution_id, GradeScale.code)
        .subquery()
    )
    return db.session.scalars(
        select(GradeScale)
        .join(
            newest,
            (newest.c.institution_id == GradeScale.institution_id)
            & (newest.c.code == GradeScale.code)
            & (newest.c.top == GradeScale.number),
        )
        .order_by(GradeScale.code, GradeScale.id)
    ).all()


def scale(scale_id: UUID) -> GradeScale:
    """Return one version of a scale; raises NotFound."""
    found = db.session.get(GradeScale, scale_id)
    if found is None:
        raise NotFound(_("There is no such scale."))
    return found


def newest_of(institution_id: UUID, code: str) -> GradeScale | None:
    """Return the newest version of one scale, or None."""
    return db.session.scalar(
        select(GradeScale)
        .where(GradeScale.institution_id == institution_id, GradeScale.code == code)
        .order_by(GradeScale.number.desc())
        .limit(1)
    )


def tables_of(scale_ids: Sequence[UUID]) -> Sequence[GradeTable]:
    """Return the newest distributions of these versions of scales."""
    newest = (
        select(
            GradeTable.scale_id,
            GradeTable.isced,
            GradeTable.eqf_level,
            func.max(GradeTable.number).label("top"),
        )
        .where(GradeTable.scale_id.in_(scale_ids))
        .group_by(GradeTable.scale_id, GradeTable.isced, GradeTable.eqf_level)
        .subquery()
    )
    return db.session.scalars(
        select(GradeTable)
        .join(
            newest,
            (newest.c.scale_id == GradeTable.scale_id)
            & (newest.c.isced == GradeTable.isced)
            & (newest.c.eqf_level == GradeTable.eqf_level)
            & (newest.c.top == GradeTable.number),
        )
        .order_by(GradeTable.scale_id, GradeTable.eqf_level, GradeTable.isced)
    ).all()


def side_of(kept: GradeScale, eqf_level: int | None) -> Side:
    """Return a scale with its distributions for a level of study, ready to compute with."""
    known = scale_of(kept.grades)
    tables: dict[str, tuple[str, Distribution]] = {
        table.isced: (str(table.id), distribution_of(known, table.counts))
        for table in tables_of([kept.id])
        if table.eqf_level == eqf_level
    }
    return Side(str(kept.id), known, tables)


def rule_on(institution_id: UUID, day: date) -> RecognitionRule | None:
    """Return the recognition rule in use on a day, or None."""
    return db.session.scalar(
        select(RecognitionRule)
        .where(RecognitionRule.institution_id == institution_id, RecognitionRule.valid_from <= day)
        .order_by(RecognitionRule.number.desc())
        .limit(1)
    )


def credit_rule_on(institution_id: UUID, from_: str, to: str, day: date) -> CreditRule | None:
    """Return the rule from one scheme to another in use on a day, or None."""
    return db.session.scalar(
        select(CreditRule)
        .where(
            CreditRule.institution_id == institution_id,
            CreditRule.from_scheme == from_,
            CreditRule.to_scheme == to,
            CreditRule.valid_from <= day,
        )
        .order_by(CreditRule.number.desc())
        .limit(1)
    )


def credit_rules_of(institution_id: UUID) -> Sequence[CreditRule]:
    """Return every version of an institution's credit rules, newest first."""
    return db.session.scalars(
        select(CreditRule)
        .where(CreditRule.institution_id == institution_id)
        .order_by(CreditRule.from_scheme, CreditRule.to_scheme, CreditRule.number.desc())
    ).all()


def recognition_rules_of(institution_id: UUID) -> Sequence[RecognitionRule]:
    """Return every version of an institution's recognition rule, newest first."""
    return db.session.scalars(
        select(RecognitionRule)
        .where(RecognitionRule.institution_id == institution_id)
        .order_by(RecognitionRule.number.desc())
    ).all()


def factor(rule: CreditRule) -> CreditFactor:
    """Return a stored credit rule ready to compute with."""
    return CreditFactor(factor_of(rule.method, rule.parameters), rule.rounding)
