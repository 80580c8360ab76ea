"""How this package joins the application."""

from flask import Flask

from app.files import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
