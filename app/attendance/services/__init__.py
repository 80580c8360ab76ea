"""Keeping registers, and checking in."""

from app.attendance.services import checkin, marking, registers

__all__ = ["checkin", "marking", "registers"]
