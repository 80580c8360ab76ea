"""Courses: the catalogue, runs, their timetable, and who has a place."""
