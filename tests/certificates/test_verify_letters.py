"""Letters of exchanges on the public page: found by code, by file, by number and name."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.services import letters
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import AdmissionState
from app.files import queries as files
from tests.factories.accounts import an_actor
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]


@pytest.fixture
def officer(session: Session) -> Actor:
    """Who works in the office of the host."""
    return an_actor("officer", an_institution(name="Shanghai University", country="CN").id)


@pytest.fixture
def letter(session: Session, officer: Actor) -> IssuedDocument:
    """A letter that was issued and printed."""
    host_id = next(iter(officer.institutions("officer") or ()))
    host = session.get_one(type(an_institution()), host_id)
    stay = a_mobility(
        an_institution(), host, admission=AdmissionState.ACCEPTED, name="Milijana Radić"
    )
    issued = letters.issue(officer, stay.id, LetterKind.VISA_SUPPORT, ["en"])
    letters.print_and_issue(issued.id)
    return session.get_one(IssuedDocument, issued.id, populate_existing=True)


def test_a_letter_is_found_by_its_code_and_says_little(
    browse_as: Browse, letter: IssuedDocument
) -> None:
    shown = browse_as(None).get(f"/verify/{letter.code.lower()}")

    assert shown.status_code == 200
    for words in ("This letter is in force", "Milijana Radić", "Shanghai University"):
        assert words in shown.text
    assert letter.number in shown.text
    assert letter.snapshot["contact"] not in shown.text
    as_json = browse_as(None).get(f"/verify/{letter.code}", headers={"Accept": "application/json"})
    assert as_json.json is not None
    assert (as_json.json["status"], as_json.json["kind"]) == ("valid", "visa_support")


def test_a_letter_is_found_by_its_file(browse_as: Browse, letter: IssuedDocument) -> None:
    data = files.content(files.file_of(letter.file_id))
    client = browse_as(None)

    same = client.post("/verify", data={"file": (BytesIO(data), "letter.pdf")})
    other = client.post("/verify", data={"file": (BytesIO(data + b" "), "letter.pdf")})

    assert "byte for byte" in same.text
    assert (same.status_code, other.status_code) == (200, 404)


def test_a_number_alone_finds_nothing(browse_as: Browse, letter: IssuedDocument) -> None:
    client = browse_as(None)

    both = client.post("/verify", data={"number": letter.number, "name": "milijana radic"})
    wrong = client.post("/verify", data={"number": letter.number, "name": "Zora Zec"})

    assert both.location == f"/verify/{letter.code}"
    assert wrong.status_code == 404


def test_a_revoked_letter_says_so_without_the_reason(
    browse_as: Browse, officer: Actor, letter: IssuedDocument
) -> None:
    letters.revoke(officer, letter.id, "Her visa was refused.")

    shown = browse_as(None).get(f"/verify/{letter.code}").text

    assert "This letter was revoked" in shown
    assert "visa was refused" not in shown


def test_a_letter_that_is_being_printed_is_not_known_yet(
    browse_as: Browse, officer: Actor, letter: IssuedDocument
) -> None:
    other = letters.replace(officer, letter.id, "The dates have changed.")

    assert browse_as(None).get(f"/verify/{other.code}").status_code == 404
    assert "replaced by another one" in browse_as(None).get(f"/verify/{letter.code}").text
