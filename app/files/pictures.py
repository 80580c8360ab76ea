"""Pictures that people upload: looked at before decoding, and written anew without extras."""

import io
import warnings

from PIL import Image, ImageOps

from app.core.errors import Invalid
from app.core.i18n import gettext as _

MAX_PIXELS = 40_000_000
MAX_BYTES = 2_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


def as_png(data: bytes, *, longest: int = 1200, field: str = "file") -> bytes:
    """Return the picture as PNG, at most `longest` pixels a side, without place or camera.

    Raises Invalid for what is no PNG, JPEG or WebP, is damaged, or unpacks to too much.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(_("Use a picture of at most 2 MB."), field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(picture, field)
                picture.verify()
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                return _written_anew(picture, longest)
    except Invalid:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid(_("Use a picture as PNG, JPEG or WebP; this is none."), field=field) from None


def _check_size(picture: Image.Image, field: str) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise Invalid(_("Use a picture of at most 40 megapixels."), field=field)


def _written_anew(picture: Image.Image, longest: int) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((longest, longest))
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()
