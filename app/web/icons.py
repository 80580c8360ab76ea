"""Icons by name, out of one sprite that the browser keeps."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

_LIST = Path(__file__).parents[1] / "static" / "icons.txt"


@cache
def names() -> frozenset[str]:
    """Return the names of the icons that the build puts into the sprite."""
    return frozenset(_LIST.read_text("utf-8").split())


def icon(sprite: str, name: str, kind: str = "") -> Markup:
    """Return the SVG of an icon, hidden from voices; raises LookupError for no such name."""
    if name not in names():
        raise LookupError(f"no icon {name!r} in app/static/icons.txt")
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
    ).format(f"icon {kind}".strip(), sprite, name)
