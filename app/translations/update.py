"""Keeps the catalogues in step with the words in the code: `python -m app.translations.update`.

Chinese, Serbian in Cyrillic and Bosnian are written by people; English repeats the message and
Serbian in Latin letters is made from the Cyrillic, which loses nothing.
"""

import ast
import io
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

from app.core.names import to_latin

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WRITTEN = ("zh_Hans_CN", "sr_Cyrl", "bs")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
METHODS = [
    ("**/policies.py", "app.translations.update:refusals"),
    ("**/policies/*.py", "app.translations.update:refusals"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
]
Words = str | tuple[str, ...] | list[str]
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # a catalogue changes when its words do, not daily


def refusals(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Any]:
    """Extract a policies.py: its messages, and the docstrings that refused people read."""
    yield from extract_python(fileobj, keywords, comment_tags, options)  # type: ignore[arg-type]  # Babel names one kind of mapping
    fileobj.seek(0)
    for node in ast.walk(ast.parse(fileobj.read())):
        if isinstance(node, ast.FunctionDef) and any(map(_is_permission, node.decorator_list)):
            words = " ".join((ast.get_docstring(node) or "").split())
            yield node.lineno, "_", words, []


def extract() -> Catalog:
    """Return every message of the code and the templates."""
    found = Catalog(project="Most", creation_date=_WHEN, revision_date=_WHEN, charset="utf-8")
    for folder in ("app", "templates"):
        messages = extract_from_dir(
            str(ROOT / folder), METHODS, keywords=KEYWORDS, options_map={}, comment_tags=("NOTE:",)
        )
        for name, _, message, comments, context in messages:
            found.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments,
                      context=context)  # fmt: skip
    return found


def updated() -> dict[str, bytes]:
    """Return the catalogues as they should be, by locale."""
    template = extract()
    catalogues = {locale: _written(locale, template) for locale in WRITTEN}
    catalogues["en"] = filled("en", template, lambda message: message.id)
    cyrillic = catalogues["sr_Cyrl"]
    catalogues["sr_Latn"] = filled(
        "sr_Latn",
        template,
        lambda message: _in_latin(cyrillic.get(message.id, message.context)),
    )
    return {locale: _as_bytes(catalogue) for locale, catalogue in catalogues.items()}


def main() -> int:
    """Write the catalogues; say which lack words."""
    for locale, content in sorted(updated().items()):
        path = path_of(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        catalogue = read_po(io.BytesIO(content), locale=locale)
        empty = [message.id for message in catalogue if message.id and not _is_complete(message)]
        sys.stdout.write(f"{locale}: {len(catalogue)} messages, {len(empty)} without words\n")
    return 0


def path_of(locale: str) -> Path:
    """Return where the catalogue of a locale lies."""
    return HERE / locale / "LC_MESSAGES" / "messages.po"


def _written(locale: str, template: Catalog) -> Catalog:
    path = path_of(locale)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    else:
        catalogue = Catalog(locale=locale, project="Most", charset="utf-8")
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def filled(locale: str, template: Catalog, words: Callable[[Message], Words]) -> Catalog:
    """Return a catalogue of every message in the words that a function finds for it."""
    catalogue = Catalog(locale=locale, project="Most", charset="utf-8")
    for message in template:
        if message.id:
            catalogue.add(message.id, words(message), message.locations, context=message.context)
    return catalogue


def _in_latin(message: Message | None) -> Words:
    words = (message.string if message else "") or ""
    return tuple(map(to_latin, words)) if isinstance(words, tuple | list) else to_latin(words)


def _is_complete(message: Message) -> bool:
    words = message.string
    return all(words) if isinstance(words, tuple | list) else bool(words)


def _as_bytes(catalogue: Catalog) -> bytes:
    catalogue.creation_date = catalogue.revision_date = _WHEN
    catalogue.header_comment = "# Words of Most."
    catalogue.fuzzy = False
    catalogue.last_translator = catalogue.language_team = "Most"
    catalogue.msgid_bugs_address = "most"
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def _is_permission(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == "permission"


if __name__ == "__main__":
    sys.exit(main())
