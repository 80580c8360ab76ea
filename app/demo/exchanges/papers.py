"""A paper that applicants of the demo hand in."""

from app.core.pdf import Sheet, draw

_PAGE = """<!doctype html><html lang="en"><head><title>Transcript of records</title></head>
<body><h1>Transcript of records</h1><p>For the demonstration. Courses passed so far: anatomy,
physiology, biochemistry, statistics. 180 ECTS credits.</p></body></html>"""


def transcript() -> bytes:
    """Return a transcript of records as a PDF."""
    return draw(Sheet(html=_PAGE, style="@page { size: A4 }"))
