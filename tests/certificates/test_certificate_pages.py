"""The pages of holders and of the registry."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.queries import actor_for
from app.certificates.models import Certificate, Design, DesignVersion
from app.certificates.states import CertificateState
from app.core.database import atomic
from app.core.jobs import PendingJob
from app.core.jobs.running import do_next
from app.notifications.models import Notice
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.certificates import (
    a_certificate,
    a_completion,
    a_design,
    a_registrar,
    an_order,
)
from tests.factories.courses import a_run
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database
MOST_QUERIES = 12


def test_a_holder_finds_and_downloads_the_certificate(session, browse_as):
    certificate = a_certificate(a_run())
    browser = browse_as(actor_for(certificate.holder_id))

    page = browser.get("/certificates")
    file = browser.get(f"/certificates/{certificate.id}/certificate.pdf")

    assert certificate.number in page.text
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "/certificate.pdf"])
def test_a_certificate_is_not_there_for_others(session, browse_as, path):
    certificate = a_certificate(a_run())
    address = f"/certificates/{certificate.id}{path}"

    for actor in (a_trainee(), an_actor("faculty", certificate.institution_id)):
        assert browse_as(actor).get(address).status_code == 404
    assert browse_as(None).get(address).status_code == 303


def test_a_holder_confirms_names_and_a_bad_letter_is_named(session, browse_as):
    trainee = a_trainee("Ana Anić")
    browser = browse_as(trainee)
    good = {
        "latin_given": "Ana",
        "latin_family": "Anić",
        "latin_order": "given_first",
        "cyrillic_given": "Ана",
        "cyrillic_family": "Анић",
        "cyrillic_order": "given_first",
        "han_order": "family_first",
        "is_right": "y",
    }

    refused = browser.post(
        "/certificates/names", data=good | {"han_given": "𠮷", "han_family": "王"}
    )
    unsaid = browser.post("/certificates/names", data={**good, "is_right": ""})
    done = browser.post("/certificates/names", data=good)

    assert refused.status_code == 422
    assert "U+20BB7" in refused.text
    assert unsaid.status_code == 422
    assert (done.status_code, done.location) == (303, "/certificates")
    rows = session.scalars(select(PersonName).where(PersonName.user_id == trainee.user_id))
    assert {(row.script.value, row.given, bool(row.confirmed_at)) for row in rows} == {
        ("latin", "Ana", True),
        ("cyrillic", "Ана", True),
    }


@pytest.mark.parametrize(
    "name", ["A" * 10_000, "Ana\x07", "Ana\u202e", "Ana\u200b", "Ana 😀", "<b>Ana</b>", "  "]
)
def test_hostile_names_are_refused_with_a_message(session, browse_as, name):
    data = {
        "latin_given": name,
        "latin_family": "Anić",
        "latin_order": "given_first",
        "cyrillic_order": "given_first",
        "han_order": "given_first",
        "is_right": "y",
    }

    answer = browse_as(a_trainee()).post("/certificates/names", data=data)

    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text


def test_a_registrar_finds_the_certificates_among_the_pages_of_the_run(session, browse_as):
    run = a_run()
    browser = browse_as(a_registrar(run.institution_id))
    tab, staff = f'href="/runs/{run.id}/certificates"', f'href="/runs/{run.id}/staff"'

    for path in ("manage", "people", "queue", "people/add", "import", "certificates"):
        page = browser.get(f"/runs/{run.id}/{path}")
        assert page.status_code == 200
        assert tab in page.text
        assert staff not in page.text


def test_issuing_for_a_run_from_the_list_to_the_result(session, browse_as):
    run = a_run()
    order = an_order(run)
    a_completion(run, name="Ready Person")
    a_completion(run, name="Late Person", outcome="not_met")
    browser = browse_as(a_registrar(run.institution_id))

    page = browser.get(f"/runs/{run.id}/certificates")
    ids = [row.split('"')[0] for row in page.text.split('name="people" value="')[1:]]
    started = browser.post(
        f"/runs/{run.id}/certificates",
        data={"people": ids, "design": str(order.design_version_id), "kind": "completion"},
    )
    before = browser.get(started.location)
    do_next(session.scalar(select(PendingJob.id).where(PendingJob.state == "waiting")))
    after = browser.get(started.location, headers={"HX-Request": "true"})

    assert "1 person is ready" in page.text
    assert "1 person is not ready" in page.text
    assert "The conditions are not met." in page.text
    assert started.status_code == 303
    assert "0 of 1" in before.text
    assert after.status_code == 286
    assert "Ready Person" in after.text


def test_sending_the_list_twice_starts_one_job(session, browse_as):
    run = a_run()
    order, person = an_order(run), a_completion(run)
    browser = browse_as(a_registrar(run.institution_id))
    data = {
        "people": str(person.id),
        "design": str(order.design_version_id),
        "kind": "completion",
        "once": "same-showing",
    }

    first, second = (
        browser.post(f"/runs/{run.id}/certificates", data=data).location for _ in range(2)
    )

    assert first == second
    assert first.startswith("/certificates/jobs/")


def test_a_name_of_another_run_cannot_be_smuggled_in(session, browse_as):
    run, other = a_run(), a_run()
    order, foreign = an_order(run), a_completion(other)
    browser = browse_as(a_registrar(run.institution_id))

    started = browser.post(
        f"/runs/{run.id}/certificates",
        data={"people": [str(foreign.id), "nonsense"], "design": str(order.design_version_id)},
    )
    do_next()
    page = browser.get(started.location)

    assert "There is no such enrolment." in page.text
    assert session.scalars(select(Certificate)).all() == []


def test_those_without_confirmed_names_are_asked_once_a_day(session, browse_as):
    run = a_run()
    a_design(run.institution_id)
    person = a_completion(run, is_confirmed=False).trainee_id
    browser = browse_as(a_registrar(run.institution_id))

    for _ in range(2):
        browser.post(f"/runs/{run.id}/certificates/names")

    kinds = session.scalars(select(Notice.kind).where(Notice.user_id == person)).all()
    assert kinds == ["certificates/names-wanted"]


@pytest.mark.parametrize("role", ["trainee", "faculty", "officer"])
def test_the_registry_is_closed_to_others(session, browse_as, role):
    run = a_run()
    design = a_design(run.institution_id)
    browser = browse_as(an_actor(role, run.institution_id))

    statuses = [
        browser.get(path).status_code
        for path in (
            "/certificates/register",
            "/certificates/register.csv",
            "/certificates/designs",
            "/certificates/designs/new",
            f"/certificates/designs/{design.id}",
            f"/certificates/designs/{design.id}/preview.pdf",
            f"/runs/{run.id}/certificates",
        )
    ]

    assert statuses == [403, 403, 403, 403, 404, 404, 404]


def test_revoking_asks_for_a_reason_and_is_shown(session, browse_as):
    certificate = a_certificate(a_run())
    browser = browse_as(a_registrar(certificate.institution_id))
    address = f"/certificates/{certificate.id}/revoke"

    empty = browser.post(address, data={})
    done = browser.post(address, data={"category": "misconduct", "reason": "Copied the essay."})
    page = browser.get(done.location)

    assert empty.status_code == 422
    assert "Copied the essay." in page.text
    assert "Misconduct was established" in page.text


def test_a_deed_that_came_too_late_is_a_conflict(session, browse_as):
    certificate = a_certificate(a_run())
    browser = browse_as(a_registrar(certificate.institution_id))
    address = f"/certificates/{certificate.id}/revoke"
    data = {"category": "misconduct", "reason": "Copied the essay."}

    statuses = [browser.post(address, data=data).status_code for _ in range(2)]

    assert statuses == [303, 409]


def test_a_design_is_made_changed_published_and_previewed(session, browse_as):
    institution = an_institution()
    browser = browse_as(a_registrar(institution.id))
    made = browser.post(
        "/certificates/designs/new",
        data={
            "institution_id": str(institution.id),
            "name": "Bilingual",
            "first_language": "en",
            "second_language": "zh_Hans_CN",
        },
    )
    picture = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(picture, "PNG")
    picture.seek(0)
    layout = session.scalars(select(DesignVersion.layout)).one()
    data = {
        "expected": "1.1",
        "name": "Bilingual",
        "first_language": "en",
        "second_language": "zh_Hans_CN",
        "accent": "#0B5F56",
        "second": "#b08d3c",
        "pattern": "waves",
        "valid_years": "3",
        "name_1-en": "Prof. Željka Čović",
        "role_1-en": "Director",
        "role_1-zh_Hans_CN": "主任",
        "signature_1": (picture, "signature.png"),
    }
    for code, words in layout["texts"].items():
        data |= {f"{part}-{code}": text for part, text in words.items()}

    saved = browser.post(made.location, data=data)
    stale = browser.post(made.location, data={k: v for k, v in data.items() if k[0] != "s"})
    preview = browser.get(f"{made.location}/preview.pdf?long=1")
    published = browser.post(f"{made.location}/publish")
    again = browser.post(f"{made.location}/publish")

    assert (saved.status_code, published.status_code, again.status_code) == (303, 303, 409)
    assert stale.status_code in {409, 422}
    assert preview.data.startswith(b"%PDF")
    version = session.scalars(select(DesignVersion)).one()
    assert version.published_at is not None
    assert version.layout["signatories"][0]["image"] in version.layout["images"]
    assert version.layout["valid_years"] == 3


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("body-en", "for {salary}", "{salary} is nothing that can be filled in"),
        ("title-en", "Certificate 😀", "U+1F600"),
        ("title-en", "", "Write this in English."),
        ("accent", "red", "Write a colour"),
        ("second_language", "en", "two that differ"),
    ],
)
def test_what_could_not_be_printed_is_refused_in_a_design(session, browse_as, field, value, words):
    institution = an_institution()
    design = a_design(institution.id, is_published=False)
    layout = session.scalars(select(DesignVersion.layout)).one()
    data = {
        "expected": "1.1",
        "name": "One",
        "first_language": "en",
        "second_language": "",
        "accent": "#0b5f56",
        "second": "#b08d3c",
        "pattern": "waves",
    }
    data |= {f"{part}-en": text for part, text in layout["texts"]["en"].items()}

    answer = browse_as(a_registrar(institution.id)).post(
        f"/certificates/designs/{design.id}", data=data | {field: value}
    )

    assert answer.status_code == 422
    assert words in answer.text


def test_a_published_version_never_changes(session, browse_as):
    institution = an_institution()
    design = a_design(institution.id)
    first = session.scalars(select(DesignVersion)).one()
    before = dict(first.layout)
    data = {
        "expected": "1.1",
        "name": "Other",
        "first_language": "en",
        "second_language": "",
        "accent": "#7a1f2b",
        "second": "#b08d3c",
        "pattern": "waves",
    }
    data |= {f"{part}-en": text for part, text in before["texts"]["en"].items()}

    browse_as(a_registrar(institution.id)).post(f"/certificates/designs/{design.id}", data=data)

    versions = session.scalars(select(DesignVersion).order_by(DesignVersion.number)).all()
    assert [(one.number, bool(one.published_at)) for one in versions] == [(1, True), (2, False)]
    assert versions[0].layout == before
    assert session.get_one(Design, design.id).name == "Other"


@pytest.mark.parametrize("path", ["/certificates/register", "/certificates", "issue"])
def test_lists_ask_the_database_as_often_for_many_rows_as_for_one(
    session, browse_as, statements, path
):
    run = a_run()
    order = an_order(run)
    registrar = a_registrar(run.institution_id)
    address = f"/runs/{run.id}/certificates" if path == "issue" else path
    browser = browse_as(registrar)
    counts = []

    for more in (1, 2, 6):
        for _ in range(more):
            one = a_certificate(run, order=order, is_printed=False)
            a_completion(run)
            if path == "/certificates":
                with atomic():
                    one.holder_id = registrar.user_id
        statements.clear()
        assert browser.get(address).status_code == 200
        counts.append(len([s for s in statements if s.lower().startswith("select")]))

    assert len(set(counts)) == 1
    assert counts[0] <= MOST_QUERIES


def test_the_register_is_sorted(session, browse_as):
    run = a_run()
    order = an_order(run)
    numbers = [a_certificate(run, order=order, is_printed=False).number for _ in range(3)]
    browser = browse_as(a_registrar(run.institution_id))

    def shown(sort):
        html = browser.get(f"/certificates/register?sort={sort}").text
        return sorted(numbers, key=html.index)

    assert shown("number") == shown("made") == shown("state") == numbers
    assert shown("-number") == shown("nonsense") == numbers[::-1]


def test_the_register_can_be_taken_away(session, browse_as):
    certificate = a_certificate(a_run(), name="Ana Anić", is_printed=False)
    browser = browse_as(a_registrar(certificate.institution_id))

    csv = browser.get("/certificates/register.csv?q=anic")
    xlsx = browser.get("/certificates/register.xlsx")

    assert certificate.number in csv.data.decode("utf-8-sig")
    assert xlsx.data.startswith(b"PK")
    assert certificate.state == CertificateState.PENDING
