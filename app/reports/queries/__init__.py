"""What the start pages show."""

from app.reports.queries import desk, learning, sessions

__all__ = ["desk", "learning", "sessions"]
