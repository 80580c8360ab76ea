"""How the frame joins the application."""

from flask import Flask

from app.web import assets, downloads, locale, templating, uploads, views


def init_app(app: Flask) -> None:
    assets.init_app(app)
    locale.init_app(app)
    templating.init_app(app)
    uploads.init_app(app)
    downloads.init_app(app)
    app.register_blueprint(views.bp)
