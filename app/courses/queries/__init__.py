"""Reading courses, their runs, sessions and the places in them."""

from app.courses.queries import catalogue, planning, runs, timetable

__all__ = ["catalogue", "planning", "runs", "timetable"]
