"""The shape of what people enter about attendance."""

from app.attendance.forms import checkin, marks

__all__ = ["checkin", "marks"]
