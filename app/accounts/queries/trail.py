"""What the trail calls people, for those who may look them up."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts.models import User
from app.accounts.queries.people import scope
from app.audit.directory import Thing
from app.core.actor import Actor
from app.core.database import db


def people(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these people whom the reader sees; oneself leads to one's own profile."""
    query = select(User.id, User.display_name).where(
        User.id.in_(ids), or_(scope(reader), User.id == reader.user_id)
    )
    return {row.id: _person(reader, row.id, row.display_name) for row in db.session.execute(query)}


def _person(reader: Actor, user_id: UUID, name: str) -> Thing:
    if user_id == reader.user_id:
        return Thing(name, "accounts.profile", {})
    return Thing(name, "accounts.person", {"user_id": user_id})
