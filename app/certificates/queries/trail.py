"""What the trail calls certificates and their designs, for those who may see them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.audit.directory import Thing
from app.certificates import policies
from app.certificates.models import Certificate, Design
from app.core.actor import Actor
from app.core.database import db


def certificates(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these certificates that the reader sees, by their numbers. One query."""
    found = db.session.scalars(select(Certificate).where(Certificate.id.in_(ids)))
    return {
        one.id: Thing(one.number, "certificates.certificate_detail", {"certificate_id": one.id})
        for one in found
        if policies.may_see(reader, one)
    }


def designs(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these designs that the reader may change, by their names. One query."""
    found = db.session.scalars(select(Design).where(Design.id.in_(ids)))
    return {
        one.id: Thing(one.name, "certificates.design_edit", {"design_id": one.id})
        for one in found
        if policies.may_design(reader, one.institution_id)
    }
