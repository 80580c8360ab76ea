"""Reading registers, boards and what check-in needs."""

from app.attendance.queries import board, checkin, marks, registers

__all__ = ["board", "checkin", "marks", "registers"]
