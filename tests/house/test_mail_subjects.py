"""Subjects of mail: one line, spaced as people write, in every language and every mail reader."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import meta

from app.core.i18n import LOCALES
from app.core.mail import Message
from app.core.mail.headers import LONGEST_LINE, Folding
from app.core.rendering import render_text
from app.notifications import channels
from tests.house.places import ROOT, TEMPLATES, named

SUBJECTS = [path for path in TEMPLATES if path.name == "subject.txt"]
LETTERS = ("invitation", "acceptance", "visa_support", "confirmation_of_stay", "transcript", "")
CHOICES: dict[str, tuple[object, ...]] = {
    "count": (1, 2, 5),
    "decision": ("accept", "approve", "refuse", "other"),
    "has_new_time": (True, False),
    "is_changed": (True, False),
    "kind": LETTERS,
}
"""What subjects choose their words by."""

GIVEN = {"_", "gettext", "ngettext", "locale"}
"""What every template is rendered with."""

TEXT = {
    "en": "Intellectual property for lecturers",
    "zh_Hans_CN": "知识产权管理入门与实践：面向高校教师的培训课程",
    "sr_Cyrl": "Управљање интелектуалном својином за почетнике",
    "sr_Latn": "Upravljanje intelektualnom svojinom za početnike",
    "bs": "Upravljanje intelektualnim vlasništvom za početnike",
}
DAY = "2026-11-22T10:00:00+00:00"


@pytest.mark.parametrize("template", SUBJECTS, ids=named)
def test_a_subject_has_no_stray_space_and_arrives_as_it_was_written(
    app: Flask, template: Path
) -> None:
    source = template.read_text("utf-8")
    with app.app_context():
        names = meta.find_undeclared_variables(app.jinja_env.parse(source))
        chosen = sorted(names & set(CHOICES))
        for locale, *choice in product(LOCALES, *(CHOICES[name] for name in chosen)):
            writers = channels._writers(locale, "Europe/Sarajevo")  # noqa: SLF001 -- as in mail
            free = names - set(writers) - GIVEN
            values = {name: _value(name, source) for name in free}
            values |= dict(zip(chosen, choice, strict=True))
            line = render_text(
                str(template.relative_to(ROOT / "templates")), locale, **writers, **values
            ).removesuffix("\n")

            assert line == " ".join(line.split())
            assert line.isprintable()
            assert "%(" not in line
            assert _arrived(line) == line


def _value(name: str, source: str) -> object:
    if f"text({name})" in source:
        return TEXT
    if f"date({name})" in source or f"moment({name})" in source:
        return DAY
    return "王晓明 Wang Xiaoming" if name in {"by", "name", "person"} else "UNIBL-2027-0001"


@settings(deadline=None)
@given(st.text(max_size=120), st.text(max_size=80))
def test_every_subject_and_name_arrives_as_it_was_written(subject: str, name: str) -> None:
    line, called = (_printable(text) for text in (subject, name))

    assert _arrived(line) == line
    assert _addressed(called) == (called, "ana@example.org")


@pytest.mark.parametrize(
    "line",
    [
        "Ваше мјесто је премјештено у извођење „Управљање интелектуалном својином за почетнике“",
        "UBL-2026-01 (Intellectual property management for beginners, and more of it, and more)",
        "知识产权 " * 20 + "end",
    ],
)
def test_no_line_of_a_subject_is_too_long(line: str) -> None:
    for written in _mail(line).splitlines():
        assert len(written) <= LONGEST_LINE
    assert _arrived(line) == line


def _printable(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable()).split())


def _mail(subject: str, name: str = "Ana") -> str:
    message = Message(id="1", to="ana@example.org", name=name, subject=subject, text="x")
    mail = message.as_email("Most 桥 <most@example.org>", "example.org")
    return mail.as_bytes(policy=Folding(linesep="\r\n")).decode("ascii").partition("\r\n\r\n")[0]


def _arrived(subject: str, name: str = "Ana") -> str:
    head = message_from_bytes(_mail(subject, name).encode(), policy=policy.default)
    assert str(head["From"]) == "Most 桥 <most@example.org>"
    return str(head["Subject"])


def _addressed(name: str) -> tuple[str, str]:
    """Return the name and the address that a mail reader shows (RFC 2047, 6.2)."""
    plain = message_from_bytes(_mail("Hello", name).encode(), policy=policy.compat32)
    called, address = parseaddr(plain["To"].replace("\r\n", ""))
    return str(make_header(decode_header(called))), address
