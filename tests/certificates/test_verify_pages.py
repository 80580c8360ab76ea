"""What a stranger sees who checks a certificate."""

import io

import pytest
from sqlalchemy import update

from app.certificates import services
from app.certificates.models import Certificate
from app.certificates.reasons import Reason
from app.core.clock import now
from app.core.database import atomic
from app.core.i18n import LOCALES
from app.files.vault import store
from tests.factories.accounts import a_trainee
from tests.factories.certificates import a_certificate, a_registrar
from tests.factories.courses import a_run

pytestmark = pytest.mark.database


@pytest.fixture
def stranger(browse_as):
    return browse_as(None)


def test_a_valid_certificate_is_said_to_be_valid(session, stranger):
    certificate = a_certificate(a_run(), "en", "zh_Hans_CN", name="Wang Xiaoming", han="王小明")

    answer = stranger.get(f"/verify/{certificate.code}")

    page = answer.text
    assert answer.status_code == 200
    for words in ("This certificate is valid", "Wang Xiaoming", "王小明", certificate.number):
        assert words in page
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_only_what_is_printed_is_shown(session, stranger):
    certificate = a_certificate(a_run())

    page = stranger.get(f"/verify/{certificate.code}").text

    assert "@example.org" not in page
    assert str(certificate.holder_id) not in page
    assert str(certificate.id) not in page


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("suspend", "This certificate is suspended"),
        ("revoke", "This certificate was revoked"),
        ("replace", "This certificate was replaced by another one"),
    ],
)
def test_a_withdrawn_certificate_says_so_with_the_reason(session, stranger, deed, words):
    certificate = a_certificate(a_run())
    registrar = a_registrar(certificate.institution_id)
    category = {
        "suspend": Reason.UNDER_REVIEW,
        "revoke": Reason.MISCONDUCT,
        "replace": Reason.NAME_CORRECTED,
    }[deed]
    getattr(services.withdrawing, deed)(registrar, certificate.id, category, "Private words.")

    page = stranger.get(f"/verify/{certificate.code}").text

    assert words in page
    assert "Private words." not in page
    assert "Reason:" in page


def test_an_expired_certificate_says_so(session, stranger):
    certificate = a_certificate(a_run())
    with atomic():
        session.execute(update(Certificate).values(valid_until=now().date().replace(year=2020)))

    assert "This certificate has expired" in stranger.get(f"/verify/{certificate.code}").text


def test_whatever_does_not_exist_gets_the_same_answer(session, stranger):
    pending = a_certificate(a_run(), is_printed=False)

    codes = ("0" * 16, "nonsense", "%3Cscript%3E", pending.code)
    answers = [stranger.get(f"/verify/{code}") for code in codes]

    assert {answer.status_code for answer in answers} == {404}
    said = {answer.text.partition("<main")[2].partition("</main>")[0] for answer in answers}
    assert len(said) == 1
    assert "We know of no such document" in said.pop()


@pytest.mark.one_engine
@pytest.mark.parametrize("locale", LOCALES)
def test_the_answer_is_given_in_every_language(session, stranger, locale):
    certificate = a_certificate(a_run())

    answer = stranger.get(f"/verify/{certificate.code}?lang={locale}")

    assert answer.status_code == 200
    assert certificate.number in answer.text


def test_programs_get_json(session, stranger):
    certificate = a_certificate(a_run())
    accept = {"Accept": "application/json"}

    found = stranger.get(f"/verify/{certificate.code}", headers=accept)
    unknown = stranger.get("/verify/0000000000000000", headers=accept)

    assert found.json["status"] == "valid"
    assert found.json["number"] == certificate.number
    assert (unknown.status_code, unknown.json) == (404, {"status": "unknown"})


def test_a_typed_code_leads_to_the_page_of_the_certificate(session, stranger):
    certificate = a_certificate(a_run())

    answer = stranger.post("/verify", data={"code": certificate.code.lower()})

    assert (answer.status_code, answer.location) == (303, f"/verify/{certificate.code}")


def test_the_file_itself_is_recognised_and_a_changed_one_is_not(session, stranger):
    certificate = a_certificate(a_run())
    made = store().get(certificate.pdf_sha256)

    same = stranger.post("/verify", data={"file": (io.BytesIO(made), "a.pdf")})
    changed = stranger.post("/verify", data={"file": (io.BytesIO(made + b" "), "a.pdf")})
    hashed = stranger.post("/verify", data={"sha256": certificate.pdf_sha256})

    assert "byte for byte" in same.text
    assert "byte for byte" in hashed.text
    assert changed.status_code == 404
    assert "not a file that we issued" in changed.text


def test_guessing_is_slowed_down(session, stranger):
    answers = [stranger.get(f"/verify/{number:016d}").status_code for number in range(31)]

    assert answers == [404] * 30 + [429]


def test_the_number_with_the_name_leads_to_the_certificate(session, stranger):
    certificate = a_certificate(a_run(), name="Ana Anić")

    wrong = stranger.post("/verify", data={"number": certificate.number, "name": "Eva"})
    right = stranger.post("/verify", data={"number": certificate.number, "name": "ana anic"})

    assert wrong.status_code == 404
    assert right.location == f"/verify/{certificate.code}"
    assert a_trainee().user_id != certificate.holder_id
