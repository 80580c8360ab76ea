"""Pictures that people send: looked at, measured before they are unpacked, written anew."""

import io
import warnings

from PIL import Image, ImageOps

from app.core.errors import Invalid
from app.core.i18n import gettext as _

MOST_PIXELS = 40_000_000
MOST_BYTES = 2_000_000
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/png"}


def cleaned(data: bytes, *, field: str | None = None, side: int = 1200) -> tuple[str, bytes]:
    """Return the media type and bytes of a PNG, JPEG or WebP written anew; WebP becomes PNG.

    At most `side` pixels wide and high. What is no picture, is another kind, is larger than 2 MB
    or would unpack to too many pixels is refused (Invalid). Nothing of the file but its pixels is
    kept: no comments, no place, no trailing bytes.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(_("Use a picture of at most 2 MB."), field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=tuple(_KINDS)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Invalid(_("Use a picture of at most 40 megapixels."), field=field)
                picture.verify()
            with Image.open(io.BytesIO(data), formats=tuple(_KINDS)) as picture:
                return _written_anew(picture, side)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid(_("Send the picture as a PNG, JPEG or WebP file."), field=field) from error


def _written_anew(picture: Image.Image, side: int) -> tuple[str, bytes]:
    kind = picture.format or "PNG"
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGB" if kind == "JPEG" else "RGBA")
    plain.thumbnail((side, side))
    plain.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        plain.save(out, "JPEG", quality=90)
    else:
        plain.save(out, "PNG", optimize=True)
    return _KINDS[kind], out.getvalue()
