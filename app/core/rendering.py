"""Templates outside requests, in a given language: mail and printed documents."""

from flask import current_app

from app.core.i18n import gettext, in_language, ngettext


def render_text(template: str, locale: str, **values: object) -> str:
    """Render a template in that language. Files ending in .txt are not escaped, .html are."""
    with in_language(locale):
        found = current_app.jinja_env.get_template(template)
        return found.render(_=gettext, gettext=gettext, ngettext=ngettext, locale=locale, **values)
