"""Reading designs and their versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.certificates import policies
from app.certificates.models import Design, DesignVersion
from app.core.actor import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.institutions.models import Institution


def design_for(actor: Actor, design_id: UUID) -> Design:
    """Return a design with its institution; NotFound unless the actor may change it."""
    query = select(Design).where(Design.id == design_id).options(joinedload(Design.institution))
    design = db.session.scalars(query).one_or_none()
    if design is None or not policies.may_design(actor, design.institution_id):
        raise NotFound(_("There is no such design."))
    return design


def designs_of(actor: Actor) -> Sequence[tuple[Design, DesignVersion]]:
    """Return the designs the actor may change, each with its newest version, by institution."""
    newest = (
        select(DesignVersion.design_id, func.max(DesignVersion.number).label("number"))
        .group_by(DesignVersion.design_id)
        .subquery()
    )
    query = (
        select(Design, DesignVersion)
        .join(newest, newest.c.design_id == Design.id)
        .join(
            DesignVersion,
            (DesignVersion.design_id == Design.id) & (DesignVersion.number == newest.c.number),
        )
        .options(joinedload(Design.institution))
        .order_by(Design.institution_id, Design.is_retired, Design.name, Design.id)
    )
    where = actor.institutions(*policies.DESIGNERS)
    if where is not None:
        query = query.where(Design.institution_id.in_(where))
    return [(design, version) for design, version in db.session.execute(query).all()]


def newest_version(design_id: UUID, *, published: bool = False) -> DesignVersion | None:
    """Return the newest version of a design, or the newest published one."""
    query = select(DesignVersion).where(DesignVersion.design_id == design_id)
    if published:
        query = query.where(DesignVersion.published_at.is_not(None))
    return db.session.scalars(query.order_by(DesignVersion.number.desc()).limit(1)).first()


def versions_of(design_id: UUID) -> Sequence[DesignVersion]:
    """Return all versions of a design, newest first."""
    query = select(DesignVersion).where(DesignVersion.design_id == design_id)
    return db.session.scalars(query.order_by(DesignVersion.number.desc())).all()


def version_of(version_id: UUID) -> DesignVersion:
    """Return a version with its design; raises NotFound."""
    query = (
        select(DesignVersion)
        .where(DesignVersion.id == version_id)
        .options(joinedload(DesignVersion.design))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("There is no such design."))
    return found


def published_for(institution_id: UUID) -> Sequence[DesignVersion]:
    """Return the newest published version of every design in use at the institution, by name."""
    newest = (
        select(DesignVersion.design_id, func.max(DesignVersion.number).label("number"))
        .where(DesignVersion.published_at.is_not(None))
        .group_by(DesignVersion.design_id)
        .subquery()
    )
    query = (
        select(DesignVersion)
        .join(Design, Design.id == DesignVersion.design_id)
        .join(
            newest,
            (newest.c.design_id == DesignVersion.design_id)
            & (newest.c.number == DesignVersion.number),
        )
        .where(Design.institution_id == institution_id, Design.is_retired.is_(False))
        .options(joinedload(DesignVersion.design))
        .order_by(Design.name, Design.id)
    )
    return db.session.scalars(query).all()


def institutions_for(actor: Actor) -> Sequence[Institution]:
    """Return the institutions whose designs the actor may make, by code."""
    query = select(Institution).where(Institution.is_active).order_by(Institution.code)
    where = actor.institutions(*policies.DESIGNERS)
    if where is not None:
        query = query.where(Institution.id.in_(where))
    return db.session.scalars(query).all()
