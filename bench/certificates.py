"""CPU time of a certificate, against WeasyPrint's plain `HTML(string).write_pdf()` of its page."""

import resource
import statistics
import time
from datetime import date
from typing import Any

from flask import Flask
from weasyprint import CSS, HTML

from app.certificates import rendering, snapshots
from app.core import pdf

NUMBER = 20
TEXTS = {
    "en": {
        "title": "Certificate of completion",
        "lead": "This is to certify that",
        "body": "has completed\n{course}\n{hours} hours\nin {place}",
    },
    "zh_Hans_CN": {
        "title": "结业证书",
        "lead": "兹证明",
        "body": "已完成\n{course}\n共 {hours} 学时",
    },
}
NAMES = [("Ђорђе Петровић", "Đorđe Petrović", "乔治"), ("", "Wang Xiaoming", "王小明")]


def measure(app: Flask) -> dict[str, Any]:
    """Return milliseconds of CPU for each of our own and of the plain ones, and the ratio."""
    with app.test_request_context():
        sheets = [rendering.sheet(_snapshot(number), {}) for number in range(NUMBER)]
        pdf.draw(sheets[0])
        ours, plain, sizes = [], [], []
        for number, sheet in enumerate(sheets):
            started = time.process_time()
            made = pdf.draw(rendering.sheet(_snapshot(number), {}))
            ours.append(time.process_time() - started)
            sizes.append(len(made))
            if number % 4 == 0:
                started = time.process_time()
                _plain(sheet)
                plain.append(time.process_time() - started)
    return {
        "ours_ms": round(statistics.median(ours) * 1000, 1),
        "plain_ms": round(statistics.median(plain) * 1000, 1),
        "ratio": round(statistics.median(ours) / statistics.median(plain), 2),
        "bytes": int(statistics.median(sizes)),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _plain(sheet: pdf.Sheet) -> bytes:
    """Print the same page as the first lines of WeasyPrint's manual do, fonts and styles anew."""
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
        f"src:url('{(pdf.FONT_FOLDER / name).as_uri()}')}}"
        for name, (family, weight, style) in pdf.FACES.items()
    )
    made: bytes = HTML(string=sheet.html).write_pdf(
        stylesheets=[CSS(string=faces), CSS(string=sheet.style)]
    )
    return made


def _snapshot(number: int) -> dict[str, Any]:
    cyrillic, latin, han = NAMES[number % len(NAMES)]
    names = {"latin": f"{latin} {number}", "cyrillic": cyrillic, "han": han}
    code = f"7K3M9QXD2HFWA{number:03}"
    return snapshots.compose(
        {
            "languages": ["en", "zh_Hans_CN"],
            "texts": TEXTS,
            "accent": "#0b5f56",
            "second": "#b08d3c",
            "signatories": [{"name": {"en": "Željka Čović"}, "role": {"en": "Director"}}],
        },
        snapshots.Facts(
            names={script: name for script, name in names.items() if name},
            course={"en": "Intellectual property", "zh_Hans_CN": "知识产权"},
            course_code="IP-210",
            starts_on=date(2026, 9, 14),
            ends_on=date(2026, 11, 20),
            hours=40,
            issuer={"en": "University of Banja Luka"},
        ),
        snapshots.Identity(
            f"BENCH-2026-{number:06}-7",
            code,
            f"https://most.example.org/verify/{code}",
            date(2026, 11, 22),
        ),
    )
