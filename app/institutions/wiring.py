"""How this package joins the application."""

from flask import Flask

from app.accounts import directory as places
from app.audit import directory as trail
from app.core.i18n import lazy_gettext as _l
from app.files.policies import PUBLIC_PICTURES
from app.institutions import queries
from app.institutions.views import bp
from app.web import navigation


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    places.ask(queries.places)
    places.ask_for_units(queries.unit_choices)
    PUBLIC_PICTURES.add("logo")
    trail.name_things(queries.in_trail, "institution")
    navigation.add(
        "institutions.institutions",
        _l("Institutions"),
        "building",
        order=20,
        group="admin",
        shows=lambda actor: actor.holds(
            "registrar", "officer", "administrator", "centre_administrator"
        ),
        also=("institutions.",),
    )
