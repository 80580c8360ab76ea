"""Keeping the rooms of an institution."""

from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Invalid, WrongState
from app.core.i18n import gettext as _
from app.courses import policies, queries
from app.courses.models.timetable import Room
from app.courses.services import changes


@atomic()
def add_room(actor: Actor, institution_id: UUID, name: str, seats: int | None) -> UUID:
    """Add a room to an institution. Raises Forbidden, Invalid."""
    policies.may_manage_rooms.require(actor, institution_id)
    _require_new_name(institution_id, name)
    room = Room(institution_id=institution_id, name=name, seats=seats)
    db.session.add(room)
    _record_room(actor, "courses.add_room", room, {"name": [None, name], "seats": [None, seats]})
    return room.id


@atomic()
def edit_room(actor: Actor, room_id: UUID, name: str, seats: int | None) -> None:
    """Change a room. Raises NotFound, Invalid."""
    room = queries.timetable.room_for(actor, room_id)
    if room.name != name:
        _require_new_name(room.institution_id, name)
    changed = changes.apply(room, {"name": name, "seats": seats})
    if changed:
        _record_room(actor, "courses.edit_room", room, changed)


@atomic()
def remove_room(actor: Actor, room_id: UUID) -> None:
    """Remove a room that no session uses. Raises NotFound, WrongState."""
    room = queries.timetable.room_for(actor, room_id)
    if queries.timetable.room_is_used(room.id):
        raise WrongState(_("Sessions take place in this room, so it stays in the records."))
    _record_room(actor, "courses.remove_room", room, {"name": [room.name, None]})
    db.session.delete(room)


def _require_new_name(institution_id: UUID, name: str) -> None:
    if any(room.name == name for room in queries.timetable.rooms_of(institution_id)):
        raise Invalid(_("There is a room of this name."), field="name")


def _record_room(actor: Actor, action: str, room: Room, changed: dict[str, list[Any]]) -> None:
    audit.record(
        actor, action, room.id, kind="room", institution_id=room.institution_id, changes=changed
    )
