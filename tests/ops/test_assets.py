"""What the build makes from the packages it is given."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import hatch_build
from tests.house.places import ROOT

FONTS = ROOT / "app" / "static" / "fonts"
SERBIAN = "ђћџљњЂЋЏЉЊ" + "đćčšžĐĆČŠŽ"


@pytest.mark.parametrize("face", [face[0] for face in hatch_build.LATIN_FACES])
def test_a_latin_face_has_every_serbian_letter_and_a_name_of_its_own(face: str) -> None:
    font = TTFont(FONTS / face)

    assert set(map(ord, SERBIAN)) <= set(font.getBestCmap())
    assert "fvar" not in font
    assert font["name"].getDebugName(16) == "Most Serif"  # "Source" is a reserved font name


def test_the_italic_knows_the_serbian_forms() -> None:
    substitutions = TTFont(FONTS / "SourceSerif4-Italic.ttf")["GSUB"].table
    cyrillic = next(
        record.Script
        for record in substitutions.ScriptList.ScriptRecord
        if record.ScriptTag == "cyrl"
    )
    serbian = next(
        record.LangSys for record in cyrillic.LangSysRecord if record.LangSysTag == "SRB "
    )
    features = substitutions.FeatureList.FeatureRecord

    assert "locl" in {features[index].FeatureTag for index in serbian.FeatureIndex}


def test_the_han_face_has_truetype_outlines_and_what_gbk_writes() -> None:
    font = TTFont(FONTS / hatch_build.HAN_FACE)
    rows, columns = range(0xB0, 0xF8), range(0xA1, 0xFF)
    two_levels = {
        text
        for row in rows
        for column in columns
        if (text := bytes([row, column]).decode("gbk", "ignore")).isprintable() and len(text) == 1
    }

    assert "glyf" in font
    assert "CFF " not in font
    assert {char for char in two_levels if "\u4e00" <= char <= "\u9fff"} <= set(
        map(chr, font.getBestCmap())
    )


def test_a_font_comes_with_its_licence() -> None:
    for licence in ("SourceSerif4-OFL.txt", "NotoSerifSC-OFL.txt"):
        assert "SIL OPEN FONT LICENSE" in (FONTS / licence).read_text("utf-8")


def test_a_changed_file_of_a_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "htmx.js").write_bytes(b"something else")

    with pytest.raises(RuntimeError, match="not the pinned"):
        hatch_build.checked(tmp_path / "htmx.js", hatch_build.HTMX)


def test_the_browser_gets_htmx_and_the_icons_that_are_named() -> None:
    vendor = ROOT / "app" / "static" / "vendor"
    sprite = (vendor / "icons.svg").read_text("utf-8")
    names = (ROOT / "app" / "static" / "icons.txt").read_text("utf-8").split()

    assert [name for name in names if f'<symbol id="{name}"' not in sprite] == []
    assert hatch_build.checked(vendor / "htmx.min.js", hatch_build.HTMX)
