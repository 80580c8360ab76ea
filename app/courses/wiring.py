"""How this package joins the application."""

from flask import Flask

from app.courses.views import bp


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
