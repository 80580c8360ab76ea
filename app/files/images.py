"""Pictures that people send: looked at, measured before they are unpacked, written anew."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from app.core.errors import Invalid
from app.core.i18n import gettext as _

MOST_PIXELS = 40_000_000
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}


def cleaned(data: bytes, *, field: str | None = None, side: int = 1200) -> tuple[str, bytes]:
    """Return the media type and bytes of a PNG or JPEG written anew, at most `side` pixels wide.

    What is no picture, is another kind, or would unpack to too many pixels is refused (Invalid).
    Nothing of the file but its pixels is kept: no comments, no place, no trailing bytes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=list(_KINDS))
        kind = picture.format or ""
        if picture.width * picture.height > MOST_PIXELS:
            raise Invalid(_("This picture has too many pixels."), field=field)
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid(_("Send the picture as a PNG or JPEG file."), field=field) from error
    picture.thumbnail((side, side))
    out = io.BytesIO()
    if kind == "PNG":
        picture.convert("RGBA").save(out, "PNG", optimize=True)
    else:
        picture.convert("RGB").save(out, "JPEG", quality=90)
    return _KINDS[kind], out.getvalue()
