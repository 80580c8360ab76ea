"""How this package joins the application."""

from flask import Flask

from app.files import vault, views


def init_app(app: Flask) -> None:
    vault.init_app(app)
    app.register_blueprint(views.bp)
