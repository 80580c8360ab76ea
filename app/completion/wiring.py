"""How this package joins the application."""

from flask import Flask

from app.attendance import yardstick
from app.audit import directory as trail
from app.completion import invariants, queries, subscribers
from app.completion.policies import DECIDERS
from app.completion.queries import trail as in_trail
from app.completion.views import bp, outcomes, policies, reviews
from app.core.i18n import lazy_gettext as _
from app.web import navigation

PARTS = (invariants, outcomes, policies, reviews, subscribers)
"""Modules that are joined by being imported."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    trail.name_things(in_trail.policies, "completion_policy")
    trail.name_things(in_trail.reviews, "review")
    yardstick.told_by(queries.standing.yardstick)
    navigation.add(
        "completion.reviews_list",
        _("Reviews"),
        "scale",
        order=40,
        group="admin",
        shows=lambda actor: actor.holds(*DECIDERS),
        also=("completion.review",),
    )
    navigation.add(
        "completion.policies_list",
        _("Completion policies"),
        "checklist",
        order=42,
        group="admin",
        shows=lambda actor: actor.holds(*DECIDERS),
        also=("completion.policy_",),
    )
