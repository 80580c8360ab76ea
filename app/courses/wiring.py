"""How this package joins the application."""

from flask import Flask

from app.audit import directory as trail
from app.core.i18n import lazy_gettext as _
from app.courses import calendars as entries
from app.courses import invariants, policies, subscribers, tasks
from app.courses.queries import trail as in_trail
from app.courses.views import (
    applications,
    bp,
    catalogue,
    courses,
    enrolments,
    imports,
    lives,
    messages,
    rooms,
    rosters,
    runs,
    timetable,
)
from app.notifications import calendars
from app.web import navigation

__all__ = [
    "applications",
    "catalogue",
    "courses",
    "enrolments",
    "imports",
    "invariants",
    "lives",
    "messages",
    "rooms",
    "rosters",
    "runs",
    "subscribers",
    "tasks",
    "timetable",
]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    if entries.events_of not in calendars.sources:
        calendars.sources.append(entries.events_of)
    _add_catalogue()
    _add_planning()
    _name_things()
    navigation.add(
        "courses.my_learning",
        _("My learning"),
        "book",
        order=20,
        phone=True,
        also=("courses.place", "courses.withdraw"),
    )
    navigation.add(
        "courses.applications",
        _("Applications"),
        "inbox",
        order=60,
        shows=lambda actor: actor.holds(*policies.OFFICE),
        also=("courses.decline", "courses.approve"),
    )


def _name_things() -> None:
    name = trail.name_things
    name(in_trail.courses, "course")
    name(in_trail.runs, "run", "course_run")
    name(in_trail.sessions, "session")
    name(in_trail.enrolments, "enrolment")
    name(in_trail.rooms, "room")


def _add_catalogue() -> None:
    navigation.add("courses.catalogue", _("Search the catalogue"), group="search")
    public_pages = ("courses.course_detail", "courses.run_detail", "courses.home")
    navigation.add("courses.catalogue", _("Catalogue"), group="public", order=10, also=public_pages)
    navigation.add("courses.catalogue", _("Catalogue"), "bookmark", order=30, also=public_pages)


def _add_planning() -> None:
    navigation.add(
        "courses.teaching",
        _("Teaching"),
        "school",
        order=50,
        phone=True,
        shows=lambda actor: actor.holds(*policies.PLANNERS, "registrar"),
        also=(
            "courses.manage_run",
            "courses.edit_run",
            "courses.timetable",
            "courses.plan_sessions",
            "courses.new_session",
            "courses.edit_session",
            "courses.cancel_",
            "courses.run_staff",
            "courses.roster",
            "courses.queue",
            "courses.add_person",
            "courses.import_",
            "courses.invitations",
            "courses.remove_invitation",
            "courses.close_run",
            "courses.reopen_run",
            "courses.archive_run",
            "attendance.board",
            "attendance.register",
            "attendance.record",
            "attendance.close_register",
            "attendance.open_register",
            "attendance.check_in_screen",
            "attendance.door",
            "completion.run_",
        ),
    )
    navigation.add(
        "courses.kept_courses",
        _("Courses"),
        "list-details",
        order=52,
        shows=policies.plans_somewhere,
        also=("courses.new_course", "courses.manage_course", "courses.edit_course"),
    )
    navigation.add(
        "courses.rooms",
        _("Rooms"),
        "door-enter",
        order=54,
        shows=policies.plans_somewhere,
        also=("courses.edit_room",),
    )
