"""What is stored of courses, runs, timetables and places."""

from app.courses.models import catalogue, enrolments, runs, timetable

__all__ = ["catalogue", "enrolments", "runs", "timetable"]
