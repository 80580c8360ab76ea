"""A person's own pass and the picture on the wall, as QR codes for pages."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import segno
from flask import url_for
from markupsafe import Markup

from app.attendance.services.checkin import pass_of
from app.core import codes
from app.core.actor import Actor

MASK = 4
"""Which of the eight masks of ISO/IEC 18004, 7.8.2, a picture wears; readers know all."""


@dataclass(frozen=True, slots=True)
class ShownPass:
    """A pass as it is shown: picture, letters under it, and how long it is good for."""

    svg: Markup
    code: str
    seconds: int


def shown_to(actor: Actor, moment: datetime) -> ShownPass:
    """Return the actor's own pass of this minute."""
    code, seconds = pass_of(actor.user_id, moment)
    address = url_for("attendance.show_pass", person_id=actor.user_id, code=code, _external=True)
    return ShownPass(picture(address), codes.grouped(code), seconds)


@lru_cache(maxsize=512)
def picture(text: str) -> Markup:
    """Return the text as a QR code in SVG, without any style that our pages refuse."""
    # Weighing all eight masks against each other costs more than the rest of the page.
    drawn = segno.make(text, error="m", micro=False, mask=MASK)
    return Markup(drawn.svg_inline(omitsize=True, svgclass="qr-code", lineclass=None))  # noqa: S704 -- drawn here, holds no text
