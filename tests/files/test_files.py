"""Keeping files: what they may be, who may fetch them, and how they are sent."""

import io

import pytest
from PIL import Image

from app.core.actor import SYSTEM
from app.core.errors import Invalid, NotFound
from app.files import images, policies, queries, rules, services
from tests.factories.accounts import a_trainee

PDF = b"%PDF-1.7\nhello"


def a_picture(kind: str = "PNG", size: tuple[int, int] = (20, 10), **extra) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0c665d").save(out, kind, **extra)
    return out.getvalue()


def test_what_is_kept_comes_back(session):
    stored = services.keep(SYSTEM, PDF, name="Notes.pdf", media_type=rules.PDF, purpose="test-kept")

    assert services.content(stored) == PDF
    assert services.content(stored.id) == PDF
    assert (stored.name, stored.size) == ("Notes.pdf", len(PDF))


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"<html><script>", "page.html", "text/html"),
        (b"<html><script>", "page.pdf", rules.PDF),
        (PDF, "picture.png", rules.PNG),
        (b"MZ\x90\x00", "tool.exe", "application/octet-stream"),
        (b"PK\x03\x04 word/document.xml", "list.xlsx", rules.XLSX),
        (b"a,b\0c", "list.csv", rules.CSV),
    ],
)
def test_what_is_not_what_it_says_is_refused(session, data, name, media_type):
    with pytest.raises(Invalid):
        services.keep(SYSTEM, data, name=name, media_type=media_type, purpose="test-kept")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\scan.PDF", "scan.pdf"),
        ("annual\u202efdp.exe", "annualfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("知识产权 ђ.pdf", "知识产权 ђ.pdf"),
        ("....", "file.pdf"),
        ("x" * 10_000 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_lose_their_tricks(given, kept):
    assert rules.safe_name(given, rules.PDF) == kept


def test_a_file_whose_purpose_nobody_registered_is_for_nobody(session, browse_as):
    stored = services.keep(
        SYSTEM, PDF, name="a.pdf", media_type=rules.PDF, purpose="test-unregistered"
    )

    assert browse_as(a_trainee()).get(f"/files/{stored.id}").status_code == 404


def test_its_owner_saves_a_file_and_others_learn_nothing(session, browse_as, monkeypatch):
    monkeypatch.setitem(policies.READERS, "test-own", lambda a, f: a.user_id == f.owner_id)
    owner = a_trainee()
    stored = services.keep(
        owner, PDF, name="Тест.pdf", media_type=rules.PDF, purpose="test-own",
        owner_id=owner.user_id,
    )  # fmt: skip

    answer = browse_as(owner).get(f"/files/{stored.id}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\".pdf\"; filename*=UTF-8''%D0%A2%D0%B5%D1%81%D1%82.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browse_as(a_trainee()).get(f"/files/{stored.id}").status_code == 404
    assert browse_as(None).get(f"/files/{stored.id}").status_code == 303
    assert browse_as(owner).get(f"/files/{stored.id}/picture").status_code == 404


def test_pictures_are_written_anew_without_what_the_camera_noted():
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"

    kind, clean = images.cleaned(a_picture("JPEG", (3000, 1500), exif=exif), side=600)

    picture = Image.open(io.BytesIO(clean))
    assert (picture.format, picture.size) == ("JPEG", (600, 300))
    assert kind == "image/jpeg"
    assert b"Secret camera" not in clean


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", a_picture()[:40], a_picture("GIF"), b"x" * 2_000_001]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Invalid):
        images.cleaned(data)


def test_a_picture_that_unpacks_to_too_much_is_refused_before_decoding():
    with pytest.raises(Invalid, match="40 megapixels"):
        images.cleaned(a_picture(size=(8000, 6000)))


def test_damage_in_the_store_is_noticed(session, monkeypatch):
    stored = services.keep(SYSTEM, PDF, name="a.pdf", media_type=rules.PDF, purpose="test-kept")
    monkeypatch.setattr(queries, "store", type("S", (), {"get": lambda s, d: b"other"}))

    with pytest.raises(NotFound):
        services.content(stored)
