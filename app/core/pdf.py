"""Printed documents: HTML of our own templates as PDF/A-3a and PDF/UA-1 by WeasyPrint.

Nothing is fetched: the fonts of the installation and the assets named in the sheet are all there
is, and any other address stops the printing. WeasyPrint's font configuration breaks when threads
share it, so each thread keeps a renderer of its own and uses it again, which is also what makes
printing fast. Equal sheets give equal bytes.

`draw` works in this thread. What a stranger's words go into is printed with `app.core.pdf_press`,
which adds limits of time and memory.
"""

import atexit
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pydyf

ASSETS = "https://assets.invalid/"
FONT_FOLDER = Path(__file__).parents[1] / "static" / "fonts"
FACES = {
    "SourceSerif4-Regular.ttf": ("Most Serif", 400, "normal"),
    "SourceSerif4-SemiBold.ttf": ("Most Serif", 600, "normal"),
    "SourceSerif4-Italic.ttf": ("Most Serif", 400, "italic"),
    "NotoSerifSC-Regular.ttf": ("Most Han", 400, "normal"),
}
"""Files of the faces that documents are set in, with family, weight and style."""

_STYLES_KEPT = 32
_MOST_PAGES = 40
_INTENT = "most-srgb"
_here = threading.local()
atexit.register(_here.__dict__.clear)  # WeasyPrint's fonts want to go before the interpreter


class Unprintable(Exception):
    """A sheet that cannot be printed; the message is for the operator's log."""


@dataclass(frozen=True)
class Sheet:
    """What is to be printed.

    `html` names its title, language and dates itself (`dcterms.created`, `dcterms.modified`).
    `assets` are images by the name they have under `ASSETS`. `backdrop` and `marks` are content
    stream operators drawn beneath the page and marked as artifacts: the first is the same for
    many sheets and compressed once, the second belongs to this one. `pages` is how many there
    must be; 0 is for texts that take as many as they need, within reason.
    """

    html: str
    style: str
    assets: Mapping[str, bytes] = field(default_factory=dict)
    backdrop: bytes = b""
    marks: bytes = b""
    pages: int = 1


def draw(sheet: Sheet) -> bytes:
    """Print a sheet in this thread; raises Unprintable."""
    if not hasattr(_here, "renderer"):
        _here.renderer = _Renderer()
    renderer: _Renderer = _here.renderer
    return renderer.draw(sheet)


def w3c(moment: datetime) -> str:
    """Return a moment as the metadata of a document want it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ailments() -> list[str]:
    """Say what this installation lacks for printing, one line each; empty when all is well."""
    found = [
        f"The font {FONT_FOLDER / name} is missing; `make fonts` makes it."
        for name in FACES
        if not (FONT_FOLDER / name).is_file()
    ]
    try:
        from weasyprint.text import ffi  # noqa: PLC0415 -- 0.6 s and 56 MB, only for printing
    except OSError as error:
        return [*found, f"WeasyPrint finds no Pango (libpango-1.0-0, libpangoft2-1.0-0): {error}"]
    if ffi.harfbuzz_subset is None:
        found.append("libharfbuzz-subset0 is missing: each document takes many times as long.")
    return found


class _Renderer:
    """The fonts and parsed styles of one thread."""

    def __init__(self) -> None:
        missing = [name for name in FACES if not (FONT_FOLDER / name).is_file()]
        if missing:
            raise Unprintable(f"fonts are missing: {', '.join(missing)}")
        from weasyprint.text.fonts import (  # noqa: PLC0415 -- see `ailments`
            FontConfiguration,
        )

        self._fonts = FontConfiguration()
        shipped = {name: (FONT_FOLDER / name).read_bytes() for name in FACES}
        rules = "".join(
            f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
            f"src:url('{ASSETS}{name}')}}"
            for name, (family, weight, style) in FACES.items()
        )
        self._faces = self._parsed(rules, shipped)
        self._styles: dict[str, Any] = {}

    def draw(self, sheet: Sheet) -> bytes:
        from weasyprint import HTML  # noqa: PLC0415 -- see `ailments`
        from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 -- see `ailments`

        try:
            document = HTML(
                string=sheet.html, base_url=ASSETS, url_fetcher=_fetcher(sheet.assets)
            ).render(
                font_config=self._fonts,
                stylesheets=[self._faces, self._style(sheet.style)],
                color_profiles={_INTENT: _srgb()},
                output_intent=_INTENT,
            )
            if not _right_number(len(document.pages), sheet.pages):
                raise Unprintable(f"{len(document.pages)} pages instead of {sheet.pages}")
            made: bytes = document.write_pdf(
                pdf_variant="pdf/a-3a", output_intent=_INTENT, finisher=_Finisher(sheet).finish
            )
        except FatalURLFetchingError as error:
            raise Unprintable(str(error)) from error
        except UnicodeEncodeError as error:
            raise Unprintable("a text has half a surrogate pair") from error
        return made

    def _style(self, text: str) -> Any:
        if text not in self._styles:
            if len(self._styles) >= _STYLES_KEPT:
                self._styles.clear()
            self._styles[text] = self._parsed(text, {})
        return self._styles[text]

    def _parsed(self, text: str, assets: Mapping[str, bytes]) -> Any:
        from weasyprint import CSS  # noqa: PLC0415 -- see `ailments`

        return CSS(
            string=text, base_url=ASSETS, url_fetcher=_fetcher(assets), font_config=self._fonts
        )


def _right_number(pages: int, wanted: int) -> bool:
    return pages == wanted if wanted else pages <= _MOST_PAGES


def _fetcher(assets: Mapping[str, bytes]) -> Any:
    """Return a fetcher that knows these assets and nothing else; an unknown address is fatal."""
    return _locked_fetcher()(assets)


@cache
def _locked_fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- see `ailments`

    class LockedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Serve assets from memory: no network, no files, no redirects."""

        def __init__(self, assets: Mapping[str, bytes]) -> None:
            super().__init__(allowed_protocols={"https"}, allow_redirects=False)
            self._fail_on_errors = True
            self._assets = assets

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 -- its signature
            name = url.removeprefix(ASSETS)
            if not url.startswith(ASSETS) or name not in self._assets:
                raise ValueError(f"{url[:200]} is not an asset of this document")
            return URLFetcherResponse(url, self._assets[name], {"Content-Type": _kind(name)})

    return LockedFetcher


@cache
def _srgb() -> Any:
    """Return the colours all documents are meant in; WeasyPrint would open its file each time."""
    from weasyprint.css import ColorProfile  # noqa: PLC0415 -- see `ailments`

    file = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()

    class Constant(ColorProfile):  # type: ignore[misc]  # WeasyPrint has no types
        content = file  # Pillow writes the profile anew, and not the same each time

    components = ["r"], ["g"], ["b"]
    return Constant(BytesIO(file), "sRGB2014.icc", "relative-colorimetric", components)


def _kind(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    known = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "ttf": "font/ttf"}
    return known.get(ending, "application/octet-stream")


@lru_cache(maxsize=64)
def _artifact(operators: bytes) -> bytes:
    """Return compressed operators marked as decoration, which no reader reads out."""
    return zlib.compress(b"/Artifact BMC\n" + operators + b"\nEMC", 9)


class _Finisher:
    """Puts the artwork beneath the page and the identity of both standards into the file."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def finish(self, document: Any, pdf: Any) -> None:
        """Change the PDF right before it is written; WeasyPrint's public hook."""
        self._lay_beneath(pdf)
        self._identify(document, pdf)
        _compress_once(pdf)

    def _lay_beneath(self, pdf: Any) -> None:
        references = []
        for operators in (self._sheet.backdrop, self._sheet.marks):
            if operators:
                packed = _artifact(operators)
                stream = pydyf.Stream([packed], {"Filter": "/FlateDecode"})
                pdf.add_object(stream)
                references.append(stream.reference)
        for number in pdf.pages["Kids"][::3]:
            page = pdf.objects[number]
            page["Contents"] = pydyf.Array([*references, page["Contents"]])

    def _identify(self, document: Any, pdf: Any) -> None:
        old = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        new = pydyf.Stream([_xmp(document.metadata)], {"Type": "/Metadata", "Subtype": "/XML"})
        new.number = old.number
        pdf.objects[old.number] = new


def _compress_once(pdf: Any) -> None:
    """Compress each stream now: the writer asks for the bytes twice and would compress twice."""
    for number, item in enumerate(pdf.objects):
        if isinstance(item, pydyf.Stream) and item.compress:
            parts = (part if isinstance(part, bytes) else _ascii(part) for part in item.stream)
            packed = pydyf.Stream(
                [zlib.compress(b"\n".join(parts), 6)], {**item.extra, "Filter": "/FlateDecode"}
            )
            packed.number = number
            pdf.objects[number] = packed


def _ascii(part: Any) -> bytes:
    data: bytes = part.data if hasattr(part, "data") else str(part).encode("ascii")
    return data


def _xmp(about: Any) -> bytes:
    """Return the metadata packet that says PDF/A-3a and PDF/UA-1 and repeats the Info entries.

    ISO 19005-3, 6.6.2 and 6.6.4; ISO 14289-1, 5; the extension schema is what 19005-3, 6.6.2.3.1
    demands for the second.
    """
    from weasyprint import __version__  # noqa: PLC0415 -- see `ailments`

    values = {
        "producer": f"WeasyPrint {__version__}",
        "tool": about.generator,
        "created": about.created,
        "modified": about.modified,
        "title": about.title,
        "author": ", ".join(about.authors),
        "about": about.description,
    }
    safe = {name: escape(text or "", {'"': "&quot;"}) for name, text in values.items()}
    return _XMP.format(mark="\ufeff", **safe).encode()


_XMP = """<?xpacket begin="{mark}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer="{producer}"/>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmp:CreatorTool="{tool}" xmp:CreateDate="{created}" xmp:ModifyDate="{modified}"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{about}</rdf:li></rdf:Alt></dc:description>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
