"""Reading courses, their runs, sessions and the places in them."""

from app.courses.queries import runs

__all__ = ["runs"]
