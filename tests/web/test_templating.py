"""Folded templates say the same as unfolded ones, and nothing gets out unescaped."""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from uuid import UUID

import flask
import pytest
from flask import Flask
from jinja2 import DictLoader, TemplateAssertionError, UndefinedError
from markupsafe import Markup

from app.core import i18n
from app.core.actor import Actor
from app.core.i18n import LOCALES
from app.web import templating
from app.web.templating import Environment

ROOT = Path(__file__).parents[2]
SOMEBODY = Actor(user_id=UUID(int=5), name="Ана <b>Хорват</b>", email="ana@example.org", unread=2)


class Sly(NullTranslations):
    """A catalogue that would break every page that trusted it."""

    def gettext(self, message: str) -> str:
        return f'<i title="x">{message}</i> & %'


@pytest.fixture
def sly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(templating, "translations", lambda _: Sly())
    return None


def both(app: Flask, source: str, **values: object) -> tuple[str, str]:
    """Return what a template says folded and unfolded."""
    answers = []
    for folds in (True, False):
        environment = Environment(app, "en", folds=folds)
        environment.loader = DictLoader({"a.html": source})
        answers.append(environment.get_template("a.html").render(values))
    return answers[0], answers[1]


@pytest.mark.parametrize(
    "source",
    [
        '{{ _("Sign in") }}',
        '<a title="{{ _("Sign in") }}">{{ _("a & b") }}</a>',
        '{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(_("a")) }}{{ m(icon("home")) }}',
        '{{ _("a")|upper }}{{ _("a") ~ "<b>" ~ value }}{{ "%s"|format(_("a")) }}',
        '{% if _("a") == "x" %}1{% else %}2{% endif %}{{ [_("a"), _("b")]|join("<") }}',
        '{{ url_for("health.alive") }}{{ url_for("health.alive", q="a&b") }}',
        '{{ url_for("static", filename="css/app.css") }}{{ static("icon.svg") }}',
        '{{ icon("home") }}{{ icon("home", "icon-sm") }}{{ cover_url("A&B") }}',
        "{% autoescape false %}{{ _('a') }}{{ icon('home') }}{% endautoescape %}",
        '{% set x = _("a") %}{{ x }}{% filter upper %}{{ _("b") }}{% endfilter %}',
        '{{ ngettext("%(num)s seat", "%(num)s seats", 2) }}',
    ],
)
def test_folding_changes_no_byte(app: Flask, sly: None, source: str) -> None:
    with app.test_request_context():
        folded, plain = both(app, source, value="<script>")

    assert folded == plain


def test_folding_escapes_what_translators_write(app: Flask, sly: None) -> None:
    with app.test_request_context():
        folded, _ = both(app, '{{ _("Hi") }}')

    assert folded == "&lt;i title=&#34;x&#34;&gt;Hi&lt;/i&gt; &amp; %"


def test_folded_calls_are_gone(app: Flask) -> None:
    environment = Environment(app, "en")
    source = '{{ _("Sign in") }}{{ url_for("health.alive") }}{{ icon("home") }}'
    code = environment.compile(source, raw=True)

    assert "environment.call" not in code
    assert "context.call" not in code


def test_values_are_escaped_and_html_is_kept(app: Flask) -> None:
    words = templating.words("en")

    assert words["_"]("%(a)s & %(b)s", a="<", b=">") == "< & >"
    kept = words["_"]("%(a)s & %(b)s", a=Markup("<b>x</b>"), b="<")
    assert (kept, type(kept)) == ("<b>x</b> &amp; &lt;", Markup)


def test_a_variable_may_not_hide_a_folded_name(app: Flask) -> None:
    with pytest.raises(TemplateAssertionError):
        Environment(app, "en").from_string("{% for _ in [1] %}{% endfor %}")


def test_an_undefined_name_is_an_error(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        Environment(app, "en").from_string("{{ nobody }}").render()


def test_addresses_are_those_of_flask(app: Flask) -> None:
    with app.test_request_context("/healthz"):
        ours = Environment(app, "en").globals["url_for"]
        for values in (
            {"q": "a b"},
            {"q": 1},
            {"q": UUID(int=1)},
            {"_external": True},
            {"q": True},
        ):
            for _ in range(2):
                assert ours("health.alive", **values) == flask.url_for("health.alive", **values)
        assert ours(".ready") == "/readyz"


def test_addresses_follow_the_place_where_the_product_is_mounted(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/most"}):
        page = templating.render("error.html", message="x", status=404)

    assert 'href="/most/static/css/app.css?v=' in page
    assert not re.search(r'(href|action|src)="/(?!most)', page)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("signed_in", [True, False])
def test_the_frame_is_the_same_folded_and_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, locale: str, signed_in: bool
) -> None:
    pages = []
    if signed_in:
        monkeypatch.setattr("app.web.access.actor", lambda: SOMEBODY)
    with app.test_request_context("/nowhere?q=%3Cb%3E"):
        i18n.use_locale(locale)
        for folds in (True, False):
            environment = Environment(app, locale, folds=folds)
            values: dict[str, object] = {"message": "<b>", "status": 404}
            if signed_in:
                values["actor"] = SOMEBODY
            pages.append(environment.get_template("error.html").render(values))
    i18n.use_locale("en")

    assert pages[0] == pages[1]
    assert "<b>Хорват" not in pages[0]


@pytest.mark.parametrize(
    "name", sorted(str(p.relative_to(ROOT / "templates")) for p in ROOT.glob("templates/**/*.html"))
)
def test_every_template_folds(app: Flask, name: str) -> None:
    Environment(app, "sr_Cyrl").get_template(name)


def test_static_files_are_kept_for_a_year_under_their_fingerprint(app: Flask) -> None:
    with app.test_request_context():
        address = flask.url_for("static", filename="css/app.css")

    with app.test_client().get(address) as answer:
        assert answer.cache_control.max_age == 31_536_000
    with app.test_client().get("/static/css/app.css") as answer:
        assert not answer.cache_control.max_age


def test_the_dark_tokens_are_the_same_by_device_and_by_choice() -> None:
    sheet = (ROOT / "app/static/css/app.css").read_text("utf-8")
    by_device = re.search(r':root:not\(\[data-theme="light"\]\) \{([^}]*)\}', sheet)
    by_choice = re.search(r'\n    :root\[data-theme="dark"\] \{([^}]*)\}', sheet)

    assert by_device
    assert by_choice
    assert by_device[1].split() == by_choice[1].split()


def test_no_style_sheet_asks_for_anything_from_elsewhere() -> None:
    for sheet in ROOT.glob("app/static/css/**/*.css"):
        text = sheet.read_text("utf-8")
        assert re.findall(r"https?:|data:|@import|system-ui", text) == [], sheet.name
