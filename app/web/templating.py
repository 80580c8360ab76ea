"""Templates, one compiled set a language, with what never changes written into them.

Words and addresses are most of what a page costs: `_("Sign in")` looks a message up, and
`url_for("accounts.sign_in")` builds an address, on every request, with the same result. So the
syntax tree of a template is folded before it is compiled: a constant call becomes its result, which
the compiler then escapes and joins with the text around it. Whatever depends on the request stays
a call. `tests/web/test_templating.py` renders both ways and compares the bytes.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import cache, lru_cache
from keyword import iskeyword
from secrets import token_urlsafe
from types import FunctionType, MethodType
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import flask
from flask import Flask, current_app, get_flashed_messages, request
from flask.templating import Environment as FlaskEnvironment
from jinja2 import StrictUndefined, Template, TemplateAssertionError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy
from werkzeug.routing import BuildError

from app.core.clock import now
from app.core.i18n import LANG_TAGS, LOCALES, current_locale, translations
from app.web import access, art, icons, navigation
from app.web.filters import Formats
from app.web.locale import chosen_theme, chosen_zone

FOLDED = ("_", "gettext", "pgettext", "url_for", "static", "icon", "cover_url")
"""Calls that are carried out while compiling when all that they are given is constant."""

_KEPT_ADDRESSES = 5000
_KEPT_PARTS = 2000
_PLAIN = (str, int, UUID)

Function = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Let the application keep its compiled sets, and mail use the filters in any language."""
    app.jinja_env.filters.update(spoken())
    app.jinja_env.globals.update(
        {name: _in_use(name, "functions") for name in _formats("en").functions()}
    )
    app.extensions["most.templates"] = lru_cache(maxsize=32)(
        lambda locale, root: Environment(app, locale, root)
    )


@cache
def _formats(locale: str) -> Formats:
    return Formats(locale, chosen_zone)


def _in_use(name: str, kind: str = "filters") -> Function:
    """Return a filter that asks for the language in use each time."""

    def written(*values: Any, **named: Any) -> Any:
        return getattr(_formats(current_locale()), kind)()[name](*values, **named)

    return written


def spoken() -> dict[str, Function]:
    """Return the filters for templates outside a request, such as mail."""
    return {name: _in_use(name) for name in _formats("en").filters()}


def render(template_name: str, **context: Any) -> str:
    """Render a page or a part of one in the language of this request."""
    template = compiled(template_name)
    current_app.update_template_context(context)
    context.setdefault("actor", access.actor())
    return template.render(context)


def compiled(template_name: str) -> Template:
    """Return the template of that name in the language of this request."""
    return _spoken_here().get_template(template_name)


def address(endpoint: str, **values: Any) -> str:
    """Return the address that templates would write for an endpoint."""
    built: str = _spoken_here().addresses.url_for(endpoint, **values)
    return built


def _spoken_here() -> "Environment":
    sets = current_app.extensions["most.templates"]
    environment: Environment = sets(current_locale(), request.script_root)
    return environment


class Generator(CodeGenerator):
    """Lets templates call what they are given directly, unless it asks for their context."""

    def visit_Call(  # noqa: N802 -- Jinja names the method
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """Write one call; through the context it costs more than most functions do."""
        if forward_caller or not self._is_plain(node, frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write(")")

    def _is_plain(self, node: nodes.Call, frame: Frame) -> bool:
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return False
        name = node.node.name
        found = self.environment.globals.get(name)
        load = frame.symbols.find_load(frame.symbols.ref(name))
        return (
            load == (VAR_LOAD_RESOLVE, name)
            and isinstance(found, FunctionType | MethodType)
            and not hasattr(found, "jinja_pass_arg")
            and not any(iskeyword(pair.key) for pair in node.kwargs)
        )


class Environment(FlaskEnvironment):
    """The templates of one language under one root of addresses."""

    code_generator_class = Generator

    def __init__(self, app: Flask, locale: str, root: str = "", *, folds: bool = True) -> None:
        super().__init__(
            app,
            autoescape=app.select_jinja_autoescape,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=app.debug or bool(app.config.get("TEMPLATES_AUTO_RELOAD")),
            extensions=["jinja2.ext.do"],
        )
        self.parts: dict[tuple[Any, ...], Markup] = {}
        shared = app.jinja_env
        formats = Formats(locale, chosen_zone)
        self.filters.update({**shared.filters, **formats.filters()})
        self.tests.update(shared.tests)
        self.policies.update(shared.policies)
        self.globals.update(shared.globals)
        self.globals.update(formats.functions())
        self.globals.update(words(locale))
        self.addresses = addresses = Addresses(app, root)
        self.globals.update(
            request=flask.request,
            session=flask.session,
            g=flask.g,
            get_flashed_messages=get_flashed_messages,
            locale=locale,
            lang_tag=LANG_TAGS[locale],
            LOCALES=LOCALES,
            LANG_TAGS=LANG_TAGS,
            now=now,
            actor=LocalProxy(access.actor),
            zone=LocalProxy(chosen_zone),
            theme_now=chosen_theme,
            url_for=addresses.url_for,
            static=addresses.static,
            here=here,
            once=lambda: token_urlsafe(16),
            sorted_by=sorted_by,
            menu=navigation.Menus(addresses.url_for).menu,
            part=self.part,
            icon=addresses.icon,
            cover_url=lambda seed: addresses.url_for("web.cover", seed=seed),
            bridge=lambda: Markup(art.bridge()),  # noqa: S704 -- drawn by us
            rosette=lambda seed: Markup(art.rosette(seed)),  # noqa: S704 -- drawn by us
        )
        self._folded: dict[str, Any] = {}
        if folds:
            self._folded = {name: self.globals[name] for name in FOLDED}
            self._folded["url_for"] = addresses.constant

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        """Hand the names to a template as one flat dictionary: every rendering copies it."""
        return {**self.globals, **(d or {})}

    def part(self, name: str, *values: Any) -> Markup:
        """Return what a macro of the menus makes of these values, made once for each."""
        found = self.parts.get((name, *values))
        if found is None:
            if len(self.parts) > _KEPT_PARTS:
                self.parts.clear()
            menus = self.get_template("components/menus.html").module
            found = self.parts[name, *values] = getattr(menus, name)(*values)
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self._folded:
            Fold(self._folded, name, filename).visit(tree)
        return tree


class Fold(NodeTransformer):
    """Replaces calls whose arguments are all constant by what they return."""

    def __init__(
        self, functions: Mapping[str, Function], name: str | None, filename: str | None
    ) -> None:
        self.functions, self.name, self.filename = functions, name, filename

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 -- Jinja names the method
        """Refuse a variable that would hide a folded function: the two ways would differ."""
        if node.ctx != "load" and node.name in self.functions:
            message = f"{node.name!r} may not be the name of a variable"
            raise TemplateAssertionError(message, node.lineno, self.name, self.filename)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- Jinja names the method
        """Fold one call, its arguments first."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in self.functions):
            return node
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        if node.dyn_args or node.dyn_kwargs or not all(isinstance(v, nodes.Const) for v in given):
            return node
        values = {pair.key: pair.value.as_const() for pair in node.kwargs}
        arguments = [value.as_const() for value in node.args]
        found = self.functions[node.node.name](*arguments, **values)
        if found is None:
            return node
        constant = nodes.Const(str(found), lineno=node.lineno)
        if isinstance(found, Markup):
            return nodes.MarkSafe(constant, lineno=node.lineno)
        return constant


class Addresses:
    """Addresses of endpoints and files under one root, each built once."""

    def __init__(self, app: Flask, root: str) -> None:
        self.app, self.known = app, dict[tuple[Any, ...], str]()
        self.icons: dict[tuple[str, str], Markup] = {}
        self.adapter = app.url_map.bind("localhost", script_name=root or "/")

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Do as `flask.url_for`, remembering what it said of simple values."""
        if endpoint[:1] == ".":
            endpoint = f"{request.blueprint}{endpoint}" if request.blueprint else endpoint[1:]
        if not all(type(value) in _PLAIN and key[0] != "_" for key, value in values.items()):
            return flask.url_for(endpoint, **values)
        key = (endpoint, *values.items())
        found = self.known.get(key)
        if found is None:
            if len(self.known) > _KEPT_ADDRESSES:
                self.known.clear()
            found = self.known[key] = self._build(endpoint, values)
        return found

    def constant(self, endpoint: str, **values: Any) -> str | None:
        """Return an address that no request can change; None for one that depends on it."""
        if endpoint[:1] == "." or any(key[0] == "_" for key in values):
            return None
        try:
            return self._build(endpoint, values)
        except BuildError:
            return None

    def static(self, filename: str) -> str:
        """Return the address of a static file."""
        return self.url_for("static", filename=filename)

    def icon(self, name: str, kind: str = "") -> Markup:
        """Return an icon by its name."""
        found = self.icons.get((name, kind))
        if found is None:
            sprite = self.static("vendor/icons.svg")
            found = self.icons[name, kind] = icons.icon(sprite, name, kind)
        return found

    def _build(self, endpoint: str, values: Mapping[str, Any]) -> str:
        complete = dict(values)
        self.app.inject_url_defaults(endpoint, complete)
        return self.adapter.build(endpoint, complete)


def words(locale: str) -> dict[str, Function]:
    """Return `_`, `gettext`, `pgettext` and `ngettext` of one language, for templates.

    A message is text and not HTML. Values that are HTML stay so; the message around them is
    escaped first.
    """
    catalogue = translations(locale)
    one, many = catalogue.gettext, catalogue.ngettext

    def gettext(message: str, /, **values: object) -> str:
        text = one(message) if message else ""
        return _filled(text, values) if values else text

    def pgettext(context: str, message: str, /, **values: object) -> str:
        text = catalogue.pgettext(context, message)
        return _filled(text, values) if values else text

    def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
        return _filled(many(singular, plural, num), {"num": num, **values})

    return {"_": gettext, "gettext": gettext, "pgettext": pgettext, "ngettext": ngettext}


def _filled(text: str, values: dict[str, object]) -> str:
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(text) % values
    return text % values


def here(**changes: str | None) -> str:
    """Return the address of this page with some arguments changed; None takes one out."""
    path = f"{request.script_root}{request.path}"
    kept = [(key, value) for key, value in _arguments() if key not in changes]
    kept += [(key, value) for key, value in changes.items() if value is not None]
    return f"{path}?{urlencode(kept)}" if kept else path


def sorted_by(key: str, *, default: bool = False) -> str:
    """Return how the list of this page is sorted by a column: ascending, descending or none."""
    wanted = request.args.get("sort", key if default else "")
    if wanted.removeprefix("-") != key:
        return "none"
    return "descending" if wanted.startswith("-") else "ascending"


def _arguments() -> Iterator[tuple[str, str]]:
    if request.query_string:
        yield from parse_qsl(request.query_string.decode("utf-8", "replace"))
