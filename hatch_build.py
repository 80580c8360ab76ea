"""Make at build time what is never committed: fonts, htmx, icons and compiled catalogues.

Everything third-party comes out of packages that the lock file pins, is checked here by
SHA-256, and is written below `app/static/` and `app/translations/`, which git ignores. The
same inputs give the same bytes on every machine. Fonts take a while to make, so they are made
anew only when an input or the recipe in this file has changed.
"""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import distribution
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HTMX = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
UPRIGHT = "97b2d4da6e3cb494b5a1e66ae176914d852ccabef49e0c02c0df25f3e39aca0b"
ITALIC = "15fbc7e4679489a501998c3669272637a6646388ef7e4bd77eebb5bf967a1f42"
HAN = "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3"

#: Output file, source inside the fontpkg-source-serif-4 package, its digest, style name, weight.
LATIN_FACES = (
    ("SourceSerif4-Regular.ttf", "SourceSerif4[opsz,wght].ttf", UPRIGHT, "Regular", 400),
    ("SourceSerif4-SemiBold.ttf", "SourceSerif4[opsz,wght].ttf", UPRIGHT, "SemiBold", 600),
    ("SourceSerif4-Italic.ttf", "SourceSerif4-Italic[opsz,wght].ttf", ITALIC, "Italic", 400),
)
#: What documents use; small capitals and other alternates would double the kerning tables.
FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern", "liga", "lnum", "onum", "pnum", "tnum", "case"]
OPTICAL_SIZE = 20  # points: headings and names on a certificate
HAN_FACE = "NotoSerifSC-Regular.ttf"
CURVE_ERROR = 1.0  # thousandths of an em by which a quadratic curve may leave the cubic one


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's config is untyped
    """Runs before a wheel is built and before an editable installation."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        """Make all assets."""
        app = Path(self.root) / "app"
        compile_catalogues(app / "translations")
        vendor = app / "static" / "vendor"
        vendor.mkdir(parents=True, exist_ok=True)
        copy_htmx(vendor)
        collect_icons(app / "static" / "icons.txt", vendor / "icons.svg")
        make_fonts(app / "static" / "fonts")


def inside(package: str, path: str) -> Path:
    """Return the path of a file that an installed package carries, without importing it."""
    return Path(str(distribution(package).locate_file(path)))


def checked(path: Path, digest: str) -> bytes:
    """Return a file's bytes, or refuse them when they are not the pinned ones."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        message = f"{path.name} has SHA-256 {found}, not the pinned {digest}"
        raise RuntimeError(message)
    return content


def compile_catalogues(translations: Path) -> None:
    """Compile every .po to the .mo beside it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def copy_htmx(vendor: Path) -> None:
    """Copy htmx out of the django-htmx package."""
    source = inside("django-htmx", "django_htmx/static/django_htmx/htmx-2.min.js")
    (vendor / "htmx.min.js").write_bytes(checked(source, HTMX))


def collect_icons(names: Path, sprite: Path) -> None:
    """Collect the named Tabler icons into one SVG sprite."""
    sprites = "flask_tabler_icons/static/tabler_icons/tabler-sprite-nostroke.svg"
    everything = inside("flask-tabler-icons", sprites).read_text("utf-8")
    symbols = []
    for name in names.read_text("utf-8").split():
        pattern = rf'<symbol id="tabler-{re.escape(name)}".*?</symbol>'
        found = re.search(pattern, everything, re.DOTALL)
        if found is None:
            message = f"{names.name} asks for {name!r}, which is no Tabler icon"
            raise RuntimeError(message)
        symbols.append(found.group(0).replace(f'id="tabler-{name}"', f'id="{name}"'))
    body = "\n".join(symbols)
    sprite.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n', "utf-8")


def make_fonts(fonts: Path) -> None:
    """Make the faces for documents, each licence beside them; skip when they are up to date."""
    fonts.mkdir(parents=True, exist_ok=True)
    made_from = fonts / "made-from.txt"
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    current = f"{recipe}\n{UPRIGHT}\n{ITALIC}\n{HAN}\n"
    faces = [HAN_FACE, *(face[0] for face in LATIN_FACES)]
    is_current = made_from.is_file() and made_from.read_text("utf-8") == current
    if is_current and all((fonts / face).is_file() for face in faces):
        return
    made_from.unlink(missing_ok=True)
    for package, licence in (
        ("fontpkg-source-serif-4", "SourceSerif4-OFL.txt"),
        ("pylopdf-fonts-zh-cn", "NotoSerifSC-OFL.txt"),
    ):
        text = distribution(package).read_text("licenses/LICENSE")
        if text is None:
            message = f"{package} comes without its licence"
            raise RuntimeError(message)
        (fonts / licence).write_text(text, "utf-8")
    latin = get_context("fork").Process(target=make_latin_faces, args=(fonts,))
    latin.start()
    han = inside("pylopdf-fonts-zh-cn", "pylopdf_fonts_zh_cn/NotoSerifSC-Regular.otf")
    make_han_face(checked(han, HAN), fonts / HAN_FACE)
    latin.join()
    if latin.exitcode != 0:
        message = "the Latin and Cyrillic faces could not be made; see above"
        raise RuntimeError(message)
    made_from.write_text(current, "utf-8")


def make_latin_faces(fonts: Path) -> None:
    """Make the Latin and Cyrillic faces; runs beside the Han face, in a process of its own."""
    for output, source, digest, style, weight in LATIN_FACES:
        path = inside("fontpkg-source-serif-4", f"fontpkg_source_serif_4/files/{source}")
        make_latin_face(checked(path, digest), fonts / output, style, weight)


def make_latin_face(variable: bytes, output: Path, style: str, weight: int) -> None:
    """Cut one static face out of the variable Source Serif 4.

    Variable faces are embedded in a PDF slowly and not in the same bytes twice. "Source" is a
    reserved name under the Open Font License, so a changed font calls itself Most Serif.
    """
    from io import BytesIO

    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(BytesIO(variable), recalcTimestamp=False)
    options = Options(
        name_IDs=["*"], name_languages=["*"], notdef_outline=True, layout_features=FEATURES
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    instancer.instantiateVariableFont(
        font, {"opsz": OPTICAL_SIZE, "wght": weight}, inplace=True, overlap=0
    )
    names = font["name"]
    used = {0, 5, 7, 8, 9, 11, 13, 14, *(range(256, 260))}
    names.names = [record for record in names.names if record.nameID in used]
    post_script = f"MostSerif-{style}"
    for name_id, text in (
        (1, "Most Serif" if style != "SemiBold" else "Most Serif SemiBold"),
        (2, "Italic" if style == "Italic" else "Regular"),
        (3, f"4.004;MOST;{post_script}"),
        (4, f"Most Serif {style}"),
        (6, post_script),
        (16, "Most Serif"),
        (17, style),
    ):
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    for table in ("DSIG", "STAT"):
        if table in font:
            del font[table]
    font.save(output)


def make_han_face(cid_keyed: bytes, output: Path) -> None:
    """Turn Noto Serif SC from CID-keyed PostScript outlines into TrueType outlines.

    In the original a glyph's CID differs from its index, and WeasyPrint writes indexes: Chinese
    text is then invisible in MuPDF and Firefox and boxes in Ghostscript. Every character that
    the font maps is kept (all of GBK, Extension A, and the supplementary ones); alternates for
    vertical setting are not.
    """
    from io import BytesIO

    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    source = TTFont(BytesIO(cid_keyed), recalcTimestamp=False)
    characters = source.getBestCmap()
    wanted = {".notdef", *characters.values()}
    order = [name for name in source.getGlyphOrder() if name in wanted]
    outlines = source.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.font.recalcTimestamp = False
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(characters)
    builder.setupGlyf(glyphs)
    widths = source["hmtx"].metrics
    builder.setupHorizontalMetrics(
        {name: (widths[name][0], getattr(glyphs[name], "xMin", 0)) for name in order}
    )
    header = source["hhea"]
    builder.setupHorizontalHeader(
        ascent=header.ascent, descent=header.descent, lineGap=header.lineGap
    )
    builder.setupPost(keepGlyphNames=False)
    builder.font["OS/2"] = source["OS/2"]
    builder.font["name"] = source["name"]
    head = builder.font["head"]
    for field in ("fontRevision", "created", "modified", "macStyle", "flags"):
        setattr(head, field, getattr(source["head"], field))
    builder.save(output)
