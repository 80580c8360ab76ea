"""Documents of applications: what is taken, replaced, refused, and who may fetch it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.accounts.queries import actor_for
from app.core.clock import now
from app.core.database import db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.jobs.embedded import do_all
from app.exchanges.models.applications import Document
from app.exchanges.queries import documents as queries
from app.exchanges.queries import readiness
from app.exchanges.queries.applications import application_for
from app.exchanges.rules.documents import Asked, Given, Lack, gaps
from app.exchanges.services import documents as services
from app.exchanges.services.documents import Upload
from app.exchanges.states.applications import ApplicationState, DocumentState
from app.files.queries import file_for
from tests.factories.accounts import a_trainee
from tests.factories.exchanges_applications import PDF, a_document, an_application
from tests.factories.exchanges_calls import an_officer, an_open_call
from tests.factories.institutions import an_institution

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session")]

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ZIP = b"PK\x03\x04" + b"\0" * 40
TODAY = date(2026, 11, 22)


def a_case(state=ApplicationState.DRAFT, **requirement):
    wanted = {"title": {"en": "Passport"}, **requirement}
    call = an_open_call(requirements=[wanted])
    application = an_application(call, state=state)
    return application, queries.requirements(call.id)[0], actor_for(application.applicant_id)


def lacks(application):
    seen = application_for(actor_for(application.applicant_id), application.id)
    ready = readiness.readiness(seen, now().date(), None)
    return [one.lack for one in ready.gaps]


def state(document):
    return db.session.get_one(Document, document.id, populate_existing=True).state


def test_a_document_is_kept_and_counts():
    application, asked, person = a_case()
    assert lacks(application) == [Lack.ABSENT]

    services.hand_in(person, application.id, asked.id, Upload("passport.pdf", PDF, "en"))

    assert lacks(application) == []


@pytest.mark.parametrize(
    ("upload", "field"),
    [
        (Upload("", b""), "file"),
        (Upload("passport.pdf", ZIP), "file"),
        (Upload("passport.pdf", PNG), "file"),
        (Upload("passport.png", PNG), "file"),
        (Upload("passport.exe", PDF), "file"),
        (Upload("passport.pdf", PDF + b"x" * 2000), "file"),
        (Upload("passport.pdf", PDF), "valid_until"),
        (Upload("passport.pdf", PDF, valid_until=date(2020, 1, 1)), "valid_until"),
        (Upload("passport.pdf", PDF, valid_until=date(9999, 1, 1)), "valid_until"),
        (
            Upload("p.pdf", PDF, valid_until=date(2040, 1, 1), issued_on=date(2040, 1, 1)),
            "issued_on",
        ),
    ],
)
def test_what_is_not_asked_for_is_not_taken_and_leaves_nothing(upload, field):
    application, asked, person = a_case(max_bytes=1000, needs_expiry=True)

    with pytest.raises(Invalid) as refusal:
        services.hand_in(person, application.id, asked.id, upload)

    assert refusal.value.field == field
    assert queries.documents_of(application.id) == []


def test_a_translation_is_of_an_original_of_the_same_kind():
    application, asked, person = a_case(translation_language="en")
    original = services.hand_in(person, application.id, asked.id, Upload("s.pdf", PDF, "sr"))
    other = a_document(an_application(an_open_call(requirements=["Other"])))
    assert lacks(application) == [Lack.NO_TRANSLATION]

    with pytest.raises(Invalid):
        services.hand_in(
            person, application.id, asked.id, Upload("e.pdf", PDF, "en", translation_of=other.id)
        )
    services.hand_in(
        person, application.id, asked.id, Upload("e.pdf", PDF, "en", translation_of=original.id)
    )

    assert lacks(application) == []


def test_a_new_original_takes_the_translation_of_the_old_one_along():
    application, asked, person = a_case(translation_language="en")
    old = services.hand_in(person, application.id, asked.id, Upload("s.pdf", PDF, "sr"))
    translated = services.hand_in(
        person, application.id, asked.id, Upload("e.pdf", PDF, "en", translation_of=old.id)
    )

    services.hand_in(person, application.id, asked.id, Upload("n.pdf", PDF, "sr", replaces=old.id))

    assert state(old) == state(translated) == DocumentState.REPLACED
    assert lacks(application) == [Lack.NO_TRANSLATION]


def test_another_calls_requirement_and_another_persons_application_are_not_found():
    application, asked, person = a_case()
    _other, foreign, stranger = a_case()

    with pytest.raises(NotFound):
        services.hand_in(person, application.id, foreign.id, Upload("p.pdf", PDF))
    with pytest.raises(NotFound):
        services.hand_in(stranger, application.id, asked.id, Upload("p.pdf", PDF))
    with pytest.raises(Forbidden):
        services.hand_in(
            an_officer(application.institution_id), application.id, asked.id, Upload("p.pdf", PDF)
        )


def test_a_refused_document_is_replaced_even_after_sending_and_nothing_else(mail):
    application, asked, person = a_case(ApplicationState.SUBMITTED)
    good = a_document(application, requirement=asked)
    officer = an_officer(application.institution_id)
    with pytest.raises(WrongState):
        services.hand_in(person, application.id, asked.id, Upload("p.pdf", PDF, replaces=good.id))

    services.refuse(officer, good.id, reason="It cannot be read.")
    services.hand_in(person, application.id, asked.id, Upload("p.pdf", PDF, replaces=good.id))

    assert state(good) == DocumentState.REPLACED
    with pytest.raises(Invalid):
        services.refuse(officer, queries.documents_of(application.id)[1].id, reason="  ")
    do_all()
    assert any("was refused" in message.subject for message in mail)


def test_a_document_is_taken_out_while_filling_in_and_not_after():
    application, asked, person = a_case()
    document = services.hand_in(person, application.id, asked.id, Upload("p.pdf", PDF))
    services.take_out(person, document.id)
    assert lacks(application) == [Lack.ABSENT]

    sent, _asked, sender = a_case(ApplicationState.SUBMITTED)
    with pytest.raises(WrongState):
        services.take_out(sender, a_document(sent).id)


def test_an_office_judges_nothing_before_it_was_sent():
    application, asked, _person = a_case()
    document = a_document(application, requirement=asked)
    with pytest.raises(WrongState):
        services.accept(an_officer(application.institution_id), document.id)


def test_a_file_goes_to_its_person_and_its_office_alone():
    application, asked, person = a_case(ApplicationState.SUBMITTED)
    file_id = a_document(application, requirement=asked).file_id

    for reader in (person, an_officer(application.institution_id)):
        assert file_for(reader, file_id)
    for stranger in (a_trainee(), an_officer(an_institution().id)):
        with pytest.raises(NotFound):
            file_for(stranger, file_id)


def test_a_file_is_saved_and_never_shown(browse_as):
    application, asked, person = a_case()
    document = a_document(application, requirement=asked)

    answer = browse_as(person).get(f"/files/{document.file_id}")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


S = DocumentState


@pytest.mark.parametrize(
    ("asked", "given", "lack"),
    [
        ({}, [], [Lack.ABSENT]),
        ({"is_required": False}, [], []),
        ({}, [{"state": S.REPLACED}], [Lack.ABSENT]),
        ({}, [{"state": S.REFUSED}], [Lack.REFUSED]),
        ({}, [{"state": S.REFUSED}, {}], [Lack.REFUSED]),
        ({}, [{"state": S.ACCEPTED}], []),
        ({"needs_expiry": True}, [{}], [Lack.NO_EXPIRY]),
        ({}, [{"valid_until": TODAY - timedelta(days=1)}], [Lack.EXPIRED]),
        ({}, [{"valid_until": TODAY}], []),
        ({"translation_language": "en"}, [{"language": "en"}], []),
        ({"translation_language": "en"}, [{"language": "sr"}], [Lack.NO_TRANSLATION]),
    ],
)
def test_what_is_missing_follows_from_what_was_handed_in(asked, given, lack):
    wanted, file = uuid4(), uuid4()
    found = gaps([Asked(wanted, **asked)], [Given(file, wanted, **one) for one in given], TODAY)
    assert [one.lack for one in found] == lack
