"""Pages of the rooms of an institution."""

from collections.abc import Sequence
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.courses import queries
from app.courses.forms.choices import id_of
from app.courses.forms.timetable import RoomForm
from app.courses.services import rooms as services
from app.courses.views import bp
from app.institutions.models import Institution
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell


@bp.route("/rooms", methods=["GET", "POST"])
@signed_in
@once
def rooms() -> ResponseReturnValue:
    """Show the rooms of an institution where one plans, and add one."""
    institutions = queries.planning.institutions_planned_by(actor())
    chosen = _chosen(institutions)
    form = RoomForm()
    if form.accepted(lambda: services.add_room(actor(), chosen, form.words, form.seats.data)):
        tell(_("The room is added."))
        return see_other("courses.rooms", institution=chosen)
    return page(
        form=form,
        chosen=chosen,
        institutions=queries.planning.institutions_planned_by(actor()),
        rooms=queries.timetable.rooms_of(chosen),
    )


@bp.route("/rooms/<uuid:room_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_room(room_id: UUID) -> ResponseReturnValue:
    """Change a room."""
    room = queries.timetable.room_for(actor(), room_id)
    form = RoomForm(data={"name": room.name, "seats": room.seats})
    if form.accepted(
        lambda: services.edit_room(
            actor(), room_id, (form.name.data or "").strip(), form.seats.data
        )
    ):
        tell(_("The room is saved."))
        return see_other("courses.rooms", institution=_institution_of(room_id))
    return page(form=form, room=queries.timetable.room_for(actor(), room_id))


@bp.post("/rooms/<uuid:room_id>/remove")
@signed_in
def remove_room(room_id: UUID) -> ResponseReturnValue:
    """Remove a room that no session uses."""
    institution_id = _institution_of(room_id)
    services.remove_room(actor(), room_id)
    tell(_("The room is removed."))
    return see_other("courses.rooms", institution=institution_id)


def _institution_of(room_id: UUID) -> UUID:
    return queries.timetable.room_for(actor(), room_id).institution_id


def _chosen(institutions: Sequence[Institution]) -> UUID:
    """Return the institution that was asked for, else one's own, else the first."""
    known = [one.id for one in institutions]
    if not known:
        raise NotFound(_("There is no such page, or it is not for you."))
    wanted = id_of(request.args.get("institution"))
    home = actor().institution_id
    if wanted is not None and wanted not in known:
        raise NotFound(_("There is no such institution."))
    return wanted or (home if home in known else known[0])
