"""Letters: numbered, frozen, printed in two languages, and withdrawn with a reason."""

import hashlib
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import PersonName
from app.accounts.states import NameOrder, Script
from app.core.actor import Actor
from app.core.database import Text, atomic
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.jobs import PendingJob, running
from app.core.serials import read_serial
from app.exchanges.models.admissions import HostAdmission
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import letters as queries
from app.exchanges.rules.letter_languages import of_both_sides
from app.exchanges.services import letters as services
from app.exchanges.services import nominations
from app.exchanges.states.letters import LetterKind, LetterState
from app.exchanges.states.mobilities import AdmissionState, MobilityState, NominationState
from app.files import queries as files
from app.institutions.models import Institution
from tests.factories.accounts import a_user, an_actor
from tests.factories.exchanges_mobilities import a_mobility, traveller
from tests.factories.institutions import an_institution

_K, _A = LetterKind, AdmissionState


@pytest.fixture
def home(session: Session) -> Institution:
    """Who sends."""
    return an_institution()


@pytest.fixture
def host(session: Session) -> Institution:
    """Who receives."""
    return an_institution(name="Shanghai University", timezone="Asia/Shanghai", country="CN")


@pytest.fixture
def officer(host: Institution) -> Actor:
    """Who works in the office of the host."""
    return an_actor("officer", host.id, name="Wei Chen")


def an_admitted(
    home: Institution, host: Institution, admission: AdmissionState = _A.ACCEPTED
) -> Mobility:
    """Return a stay whose nomination is approved, with this admission."""
    return a_mobility(home, host, nomination=NominationState.APPROVED, admission=admission)


def printed(letter: IssuedDocument, session: Session) -> IssuedDocument:
    """Return a letter after its job has printed it."""
    services.print_and_issue(letter.id)
    return session.get_one(IssuedDocument, letter.id, populate_existing=True)


def text_of(letter: IssuedDocument) -> str:
    """Return the text of the PDF of a letter."""
    data = files.content(files.file_of(letter.file_id))
    assert hashlib.sha256(data).hexdigest() == letter.pdf_sha256
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


@pytest.mark.parametrize(
    "names", [("Li Ming", "", "李明"), ("Đorđe Šćepanović", "Ђорђе Шћепановић", "")]
)
def test_names_stand_in_the_pdf_as_they_were_typed(
    session: Session,
    home: Institution,
    host: Institution,
    officer: Actor,
    names: tuple[str, str, str],
) -> None:
    latin, cyrillic, han = names
    person = a_user(name=latin, institution_id=home.id)
    with atomic():
        if cyrillic:
            given, family = cyrillic.split()
            session.add(_name(person.id, Script.CYRILLIC, given, family))
        if han:
            session.add(_name(person.id, Script.HAN, han[1:], han[0]))
    mobility = a_mobility(home, host, person=person.id, admission=_A.ACCEPTED)

    letter = printed(
        services.issue(officer, mobility.id, _K.ACCEPTANCE, ["sr_Cyrl", "zh_Hans_CN"]), session
    )

    text = text_of(letter)
    for name in names:
        assert name in text
    assert letter.number in text
    assert "Универзитет у Бањој Луци" in text
    serial = read_serial(letter.number)
    assert serial is not None
    assert (serial.issuer, serial.series, serial.number) == (host.code, "L", 1)


def test_a_letter_of_acceptance_follows_the_admission(
    session: Session, home: Institution, host: Institution, officer: Actor
) -> None:
    mobility = an_admitted(home, host)

    services.issue(officer, mobility.id, _K.ACCEPTANCE, ["en"])

    assert session.scalars(select(HostAdmission.state)).one() == _A.LETTER_ISSUED
    assert session.get_one(Mobility, mobility.id).state == MobilityState.PRE_DEPARTURE


@pytest.mark.parametrize(
    ("kind", "admission"),
    [
        (_K.ACCEPTANCE, _A.CONDITIONAL),
        (_K.VISA_SUPPORT, _A.COMPLETE),
        (_K.CONFIRMATION_OF_STAY, _A.ACCEPTED),
    ],
)
def test_a_letter_never_says_what_is_not_so_yet(
    home: Institution,
    host: Institution,
    officer: Actor,
    kind: LetterKind,
    admission: AdmissionState,
) -> None:
    mobility = an_admitted(home, host, admission)

    with pytest.raises(WrongState):
        services.issue(officer, mobility.id, kind, ["en"])


def test_nobody_is_invited_who_is_not_approved(
    home: Institution, host: Institution, officer: Actor
) -> None:
    with pytest.raises(WrongState):
        services.issue(officer, a_mobility(home, host).id, _K.INVITATION, ["en"])


@pytest.mark.parametrize("kind", [_K.INVITATION, _K.ACCEPTANCE, _K.VISA_SUPPORT])
def test_nobody_is_expected_whose_stay_was_given_up(
    home: Institution, host: Institution, officer: Actor, kind: LetterKind
) -> None:
    mobility = an_admitted(home, host)
    nominations.give_up(an_actor("officer", home.id), mobility.id, "She is ill.")

    with pytest.raises(WrongState):
        services.issue(officer, mobility.id, kind, ["en"])


def test_only_the_issuing_office_issues(home: Institution, host: Institution) -> None:
    mobility = an_admitted(home, host)

    for somebody in (an_actor("officer", home.id), traveller(mobility)):
        with pytest.raises(Forbidden):
            services.issue(somebody, mobility.id, _K.ACCEPTANCE, ["en"])
    with pytest.raises(NotFound):
        services.issue(an_actor("officer", an_institution().id), mobility.id, _K.ACCEPTANCE, ["en"])


def test_a_confirmation_gives_the_days_that_were_confirmed(
    session: Session, home: Institution, host: Institution, officer: Actor
) -> None:
    mobility = a_mobility(home, host, state=MobilityState.DEPARTED, actual_from=date(2026, 3, 2))

    letter = services.issue(officer, mobility.id, _K.CONFIRMATION_OF_STAY, ["en"])

    assert letter.snapshot["from"] == "2026-03-02"


def test_a_replaced_letter_names_its_reason_and_its_follower(
    session: Session, home: Institution, host: Institution, officer: Actor
) -> None:
    letter = services.issue(officer, an_admitted(home, host).id, _K.ACCEPTANCE, ["en"])
    with pytest.raises(WrongState):
        services.revoke(officer, letter.id, "Too early.")
    printed(letter, session)
    with pytest.raises(Invalid):
        services.revoke(officer, letter.id, " ")

    other = services.replace(officer, letter.id, "The dates have changed.")

    letter = session.get_one(IssuedDocument, letter.id, populate_existing=True)
    assert (letter.state, letter.reason) == (LetterState.SUPERSEDED, "The dates have changed.")
    assert queries.replacement_of(letter) == other
    assert other.snapshot["languages"] == ["en"]


def test_tables_take_as_many_pages_as_they_need(
    session: Session, home: Institution, host: Institution, officer: Actor
) -> None:
    mobility = a_mobility(home, host, state=MobilityState.DEPARTED)
    extra = {
        "tables": [
            {
                "title": {"en": "Results", "zh_Hans_CN": "成绩"},
                "columns": [{"en": "Course", "zh_Hans_CN": "课程"}, {"en": "Grade"}],
                "rows": [[f"Course {number}", "A"] for number in range(70)],
            }
        ]
    }

    letter = printed(
        services.issue(officer, mobility.id, _K.TRANSCRIPT, ["en", "zh_Hans_CN"], extra=extra),
        session,
    )

    text = text_of(letter)
    assert "Course 69" in text
    assert "成绩" in text


def test_many_letters_are_made_by_one_job_that_tells_of_each(
    session: Session, home: Institution, host: Institution, officer: Actor
) -> None:
    good, early = an_admitted(home, host), an_admitted(home, host, _A.COMPLETE)

    job_id = services.issue_many(officer, [good.id, early.id], _K.ACCEPTANCE, [])
    assert running.do_next(job_id)

    job = session.get_one(PendingJob, job_id, populate_existing=True)
    assert [row["outcome"] for row in job.results or []] == ["issued", "refused"]
    assert (job.done, job.total) == (2, 2)
    letter = session.scalars(select(IssuedDocument)).one()
    assert letter.state == LetterState.ISSUED
    assert letter.snapshot["languages"] == ["zh_Hans_CN", "sr_Cyrl"]


@pytest.mark.parametrize(
    ("home", "host", "languages"),
    [
        (("BA", "SRP", {"en", "sr_Cyrl"}), ("CN", "", {"en"}), ["zh_Hans_CN", "sr_Cyrl"]),
        (("BA", "BIH", {"bs", "sr_Latn"}), ("RS", "", {"sr_Latn"}), ["sr_Latn", "bs"]),
        (("RS", "", {"sr_Cyrl"}), ("BA", "SRP", {"sr_Cyrl"}), ["sr_Cyrl", "en"]),
        (("CN", "", {"zh_Hans_CN"}), ("AT", "", {"en"}), ["en", "zh_Hans_CN"]),
    ],
)
def test_letters_begin_with_the_languages_of_both_sides(home, host, languages) -> None:
    sides = [
        Institution(country=land, subdivision=part, name=Text(dict.fromkeys(names, "A")))
        for land, part, names in (home, host)
    ]

    assert of_both_sides(_K.INVITATION, *sides) == languages
    assert set(of_both_sides(_K.RECOGNITION, *sides)) == set(languages)


def _name(user_id: object, script: Script, given: str, family: str) -> PersonName:
    order = NameOrder.FAMILY_FIRST if script == Script.HAN else NameOrder.GIVEN_FIRST
    return PersonName(user_id=user_id, script=script, given=given, family=family, order=order)
