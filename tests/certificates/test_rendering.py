"""What is printed: proper glyphs in every script, one page, nothing fetched, equal bytes."""

import datetime as dt
import io
import socket
import subprocess
import sys

import pypdf
import pytest
import zxingcpp
from page import validate_pdf_bytes
from PIL import Image

from app.certificates import rendering, snapshots
from app.core import glyphs, pdf
from app.core.pdf_press import Press

TEXTS = {
    "en": {
        "title": "Certificate of completion",
        "lead": "This is to certify that",
        "body": "has completed\n{course}\n{hours} hours, {ects} ECTS credits\nin {place}",
    },
    "zh_Hans_CN": {
        "title": "结业证书",
        "lead": "兹证明",
        "body": "已完成\n{course}\n共 {hours} 学时",
    },
    "sr_Cyrl": {"title": "Увјерење", "lead": "Потврђује се да је", "body": "завршио\n{course}"},
}
COURSE = {"en": "Intellectual property", "zh_Hans_CN": "知识产权", "sr_Cyrl": "Својина"}
URL = "https://most.example.org/verify/7K3M9QXD2HFWABCD"


def a_snapshot(*languages, course=COURSE, hours=40, **names):
    design = {
        "languages": list(languages),
        "texts": TEXTS,
        "accent": "#0b5f56",
        "second": "#b08d3c",
        "signatories": [{"name": {"en": "Željka Čović"}, "role": {"en": "Director"}}],
    }
    facts = snapshots.Facts(
        names=names,
        course=course,
        course_code="IP-210",
        starts_on=dt.date(2026, 9, 14),
        ends_on=dt.date(2026, 11, 20),
        hours=hours,
        issuer={"en": "University of Banja Luka"},
    )
    identity = snapshots.Identity("UNIBL-2026-000001-7", URL[-16:], URL, dt.date(2026, 11, 22))
    return snapshots.compose(design, facts, identity)


def printed(app, snapshot):
    with app.app_context():
        return pdf.draw(rendering.sheet(snapshot, {}))


def words_of(made):
    return pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("language", "script", "name"),
    [
        ("zh_Hans_CN", "han", "王小明"),
        ("sr_Cyrl", "cyrillic", "Ђорђе Љњубић Џџ"),
        ("en", "latin", "Đorđe Šćepanović Žž Čč"),
    ],
)
def test_a_name_is_printed_in_its_own_script(app, language, script, name):
    made = printed(app, a_snapshot(language, **{"latin": "Someone", script: name}))

    assert name in words_of(made)


def test_every_face_is_embedded_and_none_comes_from_the_machine(app):
    made = printed(app, a_snapshot("en", "zh_Hans_CN", latin="Wang Xiaoming", han="王小明"))

    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    below = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert {d.get_object()["/FontName"].split("+")[1].split("-")[1] for d in below} == {
        "Serif",
        "Han",
    }
    assert all("/FontFile2" in d.get_object() for d in below)


def test_the_file_names_its_language_title_and_standards(app):
    made = printed(app, a_snapshot("zh_Hans_CN", latin="Wang Xiaoming", han="王小明"))

    reader = pypdf.PdfReader(io.BytesIO(made))
    assert reader.trailer["/Root"]["/Lang"] == "zh-Hans"
    assert "王小明" in reader.metadata.title
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    packet = reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b'pdfaid:part="3" pdfaid:conformance="A"' in packet
    assert b'pdfuaid:part="1"' in packet


MISTAKEN = "PDFA3A-STREAM-LENGTH-001"
"""The checker counts a last byte 0D of a packed stream to the line end behind it."""


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("languages", [("en", "zh_Hans_CN"), ("sr_Cyrl",)])
def test_the_file_keeps_the_standards_it_names(app, languages, profile):
    names = {"latin": "Đorđe Wang", "han": "王小明", "cyrillic": "Ђорђе Љњубић"}
    made = printed(app, a_snapshot(*languages, **names))

    report = validate_pdf_bytes(made, profile=profile)

    faults = {one.rule_id: one.message for one in report.failures if one.rule_id != MISTAKEN}
    assert faults == {}


def test_equal_snapshots_give_equal_bytes_in_every_process(app):
    snapshot = a_snapshot("en", "zh_Hans_CN", latin="Wang Xiaoming", han="王小明")
    press = Press()
    with app.app_context():
        sheet = rendering.sheet(snapshot, {})

    try:
        assert press.print(sheet) == pdf.draw(sheet) == pdf.draw(sheet)
    finally:
        press.close()


def test_a_line_about_a_missing_fact_is_left_out(app):
    body = a_snapshot("en", latin="A", hours=None)["texts"]["en"]["body"]

    assert body == [[["has completed", False]], [["Intellectual property", True]]]


@pytest.mark.parametrize("length", [1, 40, 119])
def test_a_long_name_stays_on_its_page_and_in_its_block(app, length):
    name = ("Maximiliana " * 10)[:length].strip()

    made = printed(app, a_snapshot("en", "zh_Hans_CN", latin=name))

    assert name.split()[0] in words_of(made)


def test_the_code_on_the_page_leads_to_its_verification(app, tmp_path):
    made = printed(app, a_snapshot("en", latin="Wang Xiaoming"))
    (tmp_path / "a.pdf").write_bytes(made)

    subprocess.run(
        ["pdftoppm", "-r", "144", "-png", "-singlefile", "a.pdf", "a"], check=True, cwd=tmp_path
    )

    with Image.open(tmp_path / "a.png") as picture:
        found = zxingcpp.read_barcodes(picture)
    assert [code.text for code in found] == [URL]


def test_markup_in_names_is_printed_as_text(app):
    name = '<img src="http://127.0.0.1/x">{{7*7}}'

    assert "<img src=" in words_of(printed(app, a_snapshot("en", latin=name)))


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:9/x">',
        '<img src="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        "<style>@import url(http://127.0.0.1:9/a.css)</style>",
        '<p style="background:url(/etc/hostname)">x</p>',
        '<p style="list-style:url(https://assets.invalid/../secret);display:list-item">x</p>',
        "<style>@font-face{font-family:a;src:url(http://127.0.0.1:9/a.ttf)}</style>",
        '<object data="http://127.0.0.1:9/a.svg"></object>',
    ],
)
def test_nothing_but_named_assets_is_read(html, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("went to the network"))

    with pytest.raises(pdf.Unprintable):
        pdf.draw(pdf.Sheet(html=f"<title>a</title>{html}", style=""))


def test_more_pages_than_promised_are_refused():
    with pytest.raises(pdf.Unprintable, match="2 pages instead of 1"):
        pdf.draw(pdf.Sheet(html='<p>a<p style="break-before:page">b', style=""))


def test_a_sheet_that_takes_too_long_ends_the_press_and_the_next_one_is_printed():
    press = Press()
    short = pdf.Sheet(html="<title>a</title><p>short", style="")
    try:
        press.print(short)
        with pytest.raises(pdf.Unprintable, match="too long"):
            press.print(pdf.Sheet(html="<p>" + "word <b>" * 9000, style=""), seconds=0.2)

        assert press.print(short).startswith(b"%PDF")
    finally:
        press.close()


def test_undrawable_characters_are_named():
    found = glyphs.undrawable("王\u202eĐ😀 김")

    assert [(u.character, u.code) for u in found] == [
        ("\u202e", "U+202E"),
        ("😀", "U+1F600"),
        ("김", "U+AE40"),
    ]


def test_printing_needs_no_layout_engine_until_it_prints():
    code = "import sys, app.certificates.rendering; print('weasyprint' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
