"""The lines of a long register: each kind is rendered once, then filled in for every person.

A register has hundreds of lines of which only the name, key and version differ. The template of
one line is rendered with marks in their places, once for each kind of line on the page.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from markupsafe import Markup, escape

from app.attendance.queries.registers import Line
from app.attendance.words import STATUS_LABELS
from app.core.i18n import current_locale
from app.web.filters import Formats
from app.web.locale import chosen_zone
from app.web.templating import compiled

# Letters of the private use area: nobody's name holds them, and no escaping changes them.
KEY, VERSION, NAME, NAMED = "\ue001", "\ue002", "\ue003", "\ue004"
_MARKS = str.maketrans("", "", KEY + VERSION + NAME + NAMED)


def lines_of(rows: Iterable[Line], sharers: Collection[UUID], *, is_open: bool) -> Markup:
    """Return the table rows of a register as HTML."""
    template = compiled("attendance/_line.html")
    named = Formats(current_locale(), chosen_zone).named
    kinds: dict[object, str] = {}
    parts: list[str] = []
    for row in rows:
        is_shared = row.enrolment_id in sharers
        plain = not (row.note or is_shared or row.moved_away)
        kind = (row.status, row.minutes_late, row.minutes_present) if plain else row.key
        text = kinds.get(kind)
        if text is None:
            text = kinds[kind] = template.render(
                row=row,
                key=KEY,
                version=VERSION,
                name=NAME,
                named=NAMED,
                is_open=is_open,
                is_shared=is_shared,
                label=STATUS_LABELS[row.status],
            )
        text = text.replace(KEY, row.key).replace(VERSION, str(row.version))
        plain_name = str(escape(row.name))
        marked_name = plain_name
        if not row.name.isascii():
            clean = row.name.translate(_MARKS)
            plain_name, marked_name = str(escape(clean)), str(escape(named(clean)))
        parts.append(text.replace(NAME, plain_name).replace(NAMED, marked_name))
    return Markup("".join(parts))  # noqa: S704 -- rendered by a template, names escaped
