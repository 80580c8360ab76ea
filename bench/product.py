"""The product with one page more: the frame of every page around nothing."""

from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, DictLoader

from app.web.access import public
from app.web.templating import render
from app.wsgi import application

FRAME = (
    '{% extends "shell.html" %}{% block title %}Bench{% endblock %}{% block main %}{% endblock %}'
)

assert application.jinja_loader is not None
application.jinja_loader = ChoiceLoader(
    [DictLoader({"bench-layout.html": FRAME}), application.jinja_loader]
)


@application.get("/bench-layout")
@public
def layout() -> ResponseReturnValue:
    """Return the frame."""
    return render("bench-layout.html")
