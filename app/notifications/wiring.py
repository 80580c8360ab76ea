"""How this package joins the application."""

from flask import Flask

from app.notifications import tasks

__all__ = ["tasks"]


def init_app(app: Flask) -> None:
    """Do nothing more: importing the tasks binds them to their jobs."""
