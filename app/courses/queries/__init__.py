"""Reading courses, their runs, sessions and the places in them."""

from app.courses.queries import catalogue, runs, timetable

__all__ = ["catalogue", "runs", "timetable"]
