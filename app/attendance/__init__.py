"""Attendance: registers, marks with their history, and checking oneself in."""
