"""A snapshot as a printed page: A4 landscape, one language or two side by side.

Every block has a fixed place and size in millimetres; a text too long for its block is set
smaller. Fixed places keep the page from moving when a name is long or in another script, and
they are quick to lay out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from app.certificates.guilloche import HEIGHT, PAPER, backdrop, seal
from app.certificates.snapshots import long_day, pick, printed_name
from app.config import Settings
from app.core.glyphs import width
from app.core.i18n import LANG_TAGS, in_language
from app.core.i18n import gettext as _
from app.core.pdf import ASSETS, Sheet, w3c
from app.core.qr import qr_code
from app.core.rendering import render_text
from app.core.serials import printed_code

MILLIMETRES_A_POINT = 25.4 / 72
SMALLEST = 6.5
"""Points below which no text is set, however long it is."""
SMALL_NAME = 17.0
"""Points below which a name is broken into two lines."""

_TAG_OF_SCRIPT = {"latin": "", "cyrillic": "sr-Cyrl", "han": "zh-Hans"}


@dataclass
class Block:
    """One line at a fixed place; lengths in millimetres, size in points."""

    kind: str
    text: str
    left: float
    top: float
    width: float
    height: float
    size: float
    line: float = 0.0
    element: str = "p"
    tag: str = ""
    colour: str = ""
    edge: str = ""


@dataclass
class Column:
    """What stands in one language."""

    tag: str
    left: float
    width: float
    blocks: list[Block]
    body_top: float
    body_size: float
    body: list[dict[str, Any]] = field(default_factory=list)


def verification_address(code: str) -> str:
    """Return where a certificate is checked; it is printed, so it must stay for ever."""
    settings: Settings = current_app.config["SETTINGS"]
    return f"{settings.url}/verify/{code}"


def sheet(snapshot: Mapping[str, Any], images: Mapping[str, tuple[str, bytes]]) -> Sheet:
    """Return a snapshot ready to print; `images` are media type and bytes by their digest."""
    first = snapshot["languages"][0]
    accent, second = snapshot["accent"], snapshot["second"]
    assets = {f"{digest}.{_ending(kind)}": data for digest, (kind, data) in images.items()}
    addresses = {name.partition(".")[0]: ASSETS + name for name in assets}
    issued = datetime.combine(date.fromisoformat(snapshot["issued_on"]), time(), UTC)
    names = " / ".join(dict.fromkeys(_names(snapshot)))
    with in_language(first):
        title = _("Certificate %(number)s: %(name)s", number=snapshot["number"], name=names)
    html = render_text(
        "certificates/pdf/certificate.html",
        first,
        tag=LANG_TAGS[first],
        title=title,
        author=pick(snapshot["issuer"], first),
        description=snapshot["texts"][first]["title"],
        created=w3c(issued),
        second=second,
        logo=addresses.get(snapshot["logo"]),
        logo_left=148.5 - 30,
        columns=_columns(snapshot),
        posts=_posts(snapshot, addresses),
        notes=_notes(snapshot),
        url=snapshot["url"],
        code=printed_code(snapshot["code"]),
    )
    pattern = snapshot["pattern"]
    drawn = [seal(pattern, accent, second, x=43.0, y=168.0, radius=17.0)]
    if snapshot["logo"] not in addresses:
        drawn.append(seal(pattern, accent, second, x=148.5, y=30.5, radius=9.5))
    return Sheet(
        html=html,
        style=render_text("certificates/pdf/certificate.css", first),
        assets=assets,
        backdrop=b"\n".join([backdrop(pattern, accent, second), *drawn]),
        marks=qr_code(snapshot["url"], 239.0, 154.5, 30.0, page_height=HEIGHT, paper=PAPER),
    )


def _ending(kind: str) -> str:
    return {"image/png": "png", "image/jpeg": "jpg"}[kind]


def _names(snapshot: Mapping[str, Any]) -> Iterator[str]:
    for language in snapshot["languages"]:
        yield printed_name(snapshot["names"], language)[0]


def fitted(
    text: str, largest: float, box: float, *, han: bool = False, bold: bool = False
) -> float:
    """Return the size in points at which a text fits a box of that many millimetres."""
    needed = width(text, han_first=han, semibold=bold) * MILLIMETRES_A_POINT * 1.015
    return round(max(SMALLEST, min(largest, box / needed if needed else largest)), 2)


def _columns(snapshot: Mapping[str, Any]) -> list[Column]:
    languages = snapshot["languages"]
    if len(languages) == 1:
        return [_column(snapshot, languages[0], 26.0, 245.0, wide=True)]
    return [
        _column(snapshot, languages[0], 25.0, 117.0, wide=False),
        _column(snapshot, languages[1], 155.0, 117.0, wide=False),
    ]


def _column(
    snapshot: Mapping[str, Any], language: str, left: float, across: float, *, wide: bool
) -> Column:
    texts, han = snapshot["texts"][language], language.startswith("zh")
    name, script = printed_name(snapshot["names"], language)
    name_tag = _TAG_OF_SCRIPT[script]
    issuer = pick(snapshot["issuer"], language)
    accent, second = snapshot["accent"], snapshot["second"]
    measures = (
        # kind, text, top, height, largest size, width, element
        ("issuer line", issuer, 41.0, 8.0, 15.0, across, "p"),
        ("line", texts["title"], 51.0, 17.0, 38.0, across - 20, "h1"),
        ("lead line", texts["lead"], 71.0, 7.0, 13.0, across, "p"),
        ("name line", name, 79.0, 18.0, 36.0, across - 60, "h2"),
    ) if wide else (
        ("issuer line", issuer, 42.5, 7.0, 12.5, across, "p"),
        ("line", texts["title"], 51.5, 13.0, 26.0, across - 4, "h1"),
        ("lead line", texts["lead"], 68.0, 6.0, 11.5, across, "p"),
        ("name line", name, 77.0, 15.0, 29.0, across - 10, "h2"),
    )  # fmt: skip
    blocks = []
    for kind, text, top, height, largest, box, element in measures:
        block = Block(
            kind=kind,
            text=text,
            left=left + (across - box) / 2,
            top=top,
            width=box,
            height=height,
            size=fitted(text, largest, box, han=han, bold="issuer" in kind),
            element=element,
            colour=accent if element == "h1" or "issuer" in kind else "",
        )
        if "name" in kind:
            block.tag, block.edge = name_tag, second
            _in_two_lines(block, han=han)
        blocks.append(block)
    top = 101.0 if wide else 97.0
    other = _other_name(snapshot, name) if wide else ""
    if other:
        blocks.append(
            Block("also line", other, left + 40, 98.5, across - 80, 7.0, fitted(other, 13, 165))
        )
        top = 107.0
    size, body = _body(texts["body"], across - (30 if wide else 4), 146.0 - top, wide=wide, han=han)
    margin = 15.0 if wide else 2.0
    return Column(LANG_TAGS[language], left + margin, across - 2 * margin, blocks, top, size, body)


def _in_two_lines(block: Block, *, han: bool) -> None:
    """Break a name that would become very small at the space nearest to its middle."""
    middle = len(block.text) / 2
    spaces = [at for at, letter in enumerate(block.text) if letter == " "]
    if block.size >= SMALL_NAME or not spaces:
        return
    at = min(spaces, key=lambda space: abs(space - middle))
    lines = block.text[:at], block.text[at + 1 :]
    block.size = min(fitted(line, SMALL_NAME, block.width, han=han) for line in lines)
    block.text, block.line = Markup("{}<br>{}").format(*lines), block.height / 2


def _other_name(snapshot: Mapping[str, Any], name: str) -> str:
    """Return the name in the holder's own script when the page has room for a second one."""
    names = snapshot["names"]
    return next((names[s] for s in ("han", "cyrillic") if names.get(s) not in (None, name)), "")


def _body(
    lines: list[list[list[Any]]], across: float, down: float, *, wide: bool, han: bool
) -> tuple[float, list[dict[str, Any]]]:
    """Return the size of the text and its lines; a course standing alone is set larger."""
    size, larger = (13.0, 1.6) if wide else (11.5, 1.4)
    while size > SMALLEST and _height(lines, size, larger, across, han=han) > down:
        size -= 0.5
    return size, [
        {
            "runs": [(text, strong) for text, strong in line],
            "alone": _alone(line),
            "size": round(_points(line, size, larger, across, han=han), 2),
        }
        for line in lines
    ]


def _alone(line: list[list[Any]]) -> bool:
    return len(line) == 1 and bool(line[0][1])


def _points(
    line: list[list[Any]], size: float, larger: float, across: float, *, han: bool
) -> float:
    """Return the size of one line: a little less when that saves it from breaking."""
    points = size * larger if _alone(line) else size
    fitting = across / (_ems(line, han=han) * MILLIMETRES_A_POINT * 1.02 + 0.001)
    return fitting if 0.84 * points <= fitting < points else points


def _height(
    lines: list[list[list[Any]]], size: float, larger: float, across: float, *, han: bool
) -> float:
    """Return the height of the lines in millimetres, counting those that break."""
    total = 0.0
    for line in lines:
        points = _points(line, size, larger, across, han=han)
        long = _ems(line, han=han) * points * MILLIMETRES_A_POINT
        rows = -(-long * 1.01 // across) or 1
        total += rows * points * MILLIMETRES_A_POINT * (1.35 if _alone(line) else 1.5)
    return total


def _ems(line: list[list[Any]], *, han: bool) -> float:
    return sum(width(text, han_first=han, semibold=strong) for text, strong in line)


def _posts(snapshot: Mapping[str, Any], addresses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the signatories in up to three places between the seal and the QR code."""
    people = snapshot["signatories"][:3]
    languages = snapshot["languages"]
    slot = {0: 0.0, 1: 80.0, 2: 72.0, 3: 55.0}[len(people)]
    gap = (173.0 - slot * len(people)) / (len(people) + 1)
    posts = []
    for number, person in enumerate(people):
        name = pick(person["name"], languages[0])
        said = {pick(person["role"], code): code for code in reversed(languages)}
        roles = [
            {"text": text, "tag": LANG_TAGS[code], "size": fitted(text, 8.6, slot)}
            for text, code in reversed(said.items())
            if text
        ]
        posts.append(
            {
                "left": round(62.0 + gap + number * (slot + gap), 2),
                "width": slot,
                "size": fitted(name, 10.5, slot, bold=True),
                "tag": LANG_TAGS[languages[0]],
                "name": name,
                "alt": name,
                "image": addresses.get(person.get("image", "")),
                "roles": roles,
            }
        )
    return posts


def _notes(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the small lines at the foot: number and day in each language, then the address."""
    day = date.fromisoformat(snapshot["issued_on"])
    until = snapshot["valid_until"] and date.fromisoformat(snapshot["valid_until"])
    notes = []
    for language in snapshot["languages"]:
        with in_language(language):
            label = escape(_("No. %(number)s", number="\0")).partition("\0")
            parts = [
                label[0] + Markup("<b>{}</b>").format(snapshot["number"]) + label[2],
                escape(_("Issued on %(day)s", day=long_day(day, language))),
            ]
            if until:
                parts.append(escape(_("Valid until %(day)s", day=long_day(until, language))))
            if place := pick(snapshot["facts"]["place"], language):
                parts.append(escape(place))
        notes.append({"text": Markup(" · ").join(parts), "tag": LANG_TAGS[language], "size": 8.2})
    first = snapshot["languages"][0]
    with in_language(first):
        check = escape(_("Check this certificate at"))
    link = Markup('{} <a href="{}">{}</a>').format(check, snapshot["url"], snapshot["url"])
    notes.append({"text": link, "tag": LANG_TAGS[first], "size": 7.6})
    top = 178.4 if len(snapshot["languages"]) > 1 else 181.2
    for row, note in enumerate(notes):
        note["top"] = round(top + 3.9 * row, 2)
    return notes
