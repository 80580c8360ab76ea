"""The pages of stays, nominations, admissions and letters, as people see them."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.database import db
from app.core.jobs import embedded
from app.core.names import search_key
from app.exchanges.models.admissions import AdmissionCondition
from app.exchanges.models.applications import Application
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import admissions, nominations
from app.exchanges.services import letters
from app.exchanges.services import nomination_answers as answers
from app.exchanges.services import nominations as services
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import AdmissionState, MobilityState, NominationState
from app.institutions.models import Institution
from tests.factories.accounts import an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force, the_quota
from tests.factories.exchanges_applications import PDF, a_document, an_application
from tests.factories.exchanges_mobilities import a_call, a_mobility, traveller
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]
STAYS = "/exchanges/stays"


@pytest.fixture
def home(session: Session) -> Institution:
    """Who sends."""
    return an_institution()


@pytest.fixture
def host(session: Session) -> Institution:
    """Who receives."""
    return an_institution(name="Shanghai University", timezone="Asia/Shanghai", country="CN")


def test_the_office_nominates_who_confirmed(
    session: Session, browse_as: Browse, home: Institution, host: Institution
) -> None:
    call = a_call(home, host, the_quota(an_agreement_in_force(home, host)))
    application = an_application(call, state=ApplicationState.CONFIRMED, name="Zora Zec")
    client = browse_as(an_actor("officer", home.id))
    assert "Zora Zec" in client.get("/exchanges/nominations").text
    address = f"/exchanges/applications/{application.id}/nominate"
    assert client.get(address).status_code == 200

    refused = client.post(address, data={"planned_from": "2027-03-01", "term": "spring"})
    plan = {"planned_from": "2027-03-01", "planned_until": "2027-07-01", "term": "spring"}
    unknown = client.post(address, data=plan | {"isced": "9123"})
    answer = client.post(address, data=plan | {"isced": "0913"}, follow_redirects=True)

    assert (refused.status_code, unknown.status_code) == (422, 422)
    assert "Nursing and midwifery (0913)" in answer.text
    assert "Waits for the host" in answer.text
    assert session.scalars(select(Mobility.planned_from)).one().isoformat() == "2027-03-01"


def test_the_host_answers_and_names_its_coordinator(
    browse_as: Browse, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host, host_coordinator=an_actor("faculty", host.id))
    nomination = nominations.of_stay(mobility.id)
    coordinator = an_actor("faculty", host.id, name="Li Na")
    client = browse_as(an_actor("officer", host.id))
    address = f"/exchanges/nominations/{nomination.id}/answer"
    assert nomination.proposal_id in client.get(address).text
    data = {
        "seen": nomination.proposal_id,
        "decision": "approve",
        "coordinator": str(coordinator.user_id),
    }

    assert client.post(address, data=data).status_code == 422
    stale = client.post(address, data=data | {"comment": "Welcome.", "seen": "0" * 64})
    answer = client.post(address, data=data | {"comment": "Welcome."}, follow_redirects=True)

    assert stale.status_code == 409
    assert "changed since you opened it" in stale.text
    assert "Welcome." in answer.text
    assert "Li Na" in client.get(f"/exchanges/stays/{mobility.id}").text


def test_the_office_is_reminded_of_hosts_without_accounts(
    browse_as: Browse, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host)
    address = f"/exchanges/nominations/{nominations.of_stay(mobility.id).id}"
    client = browse_as(an_actor("officer", home.id))
    assert "Nobody at this host has an account" in client.get(address).text

    sent = client.post(
        f"{address}/guest",
        data={"name": "Wei Chen", "email": "wei@example.cn", "locale": "en", "days": "14"},
        follow_redirects=True,
    )

    assert "wei@example.cn" in sent.text
    assert "Nobody at this host has an account" not in sent.text
    an_actor("officer", host.id)
    assert "a host without an account" not in client.get(address).text
    assert client.get(f"{address}/guest").status_code == 409


def test_a_guest_answers_in_the_language_of_the_link(
    browse_as: Browse, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host)
    nomination = nominations.of_stay(mobility.id)
    token = answers.ask_guest(
        an_actor("officer", home.id),
        nomination.id,
        name="Wei Chen",
        email="wei@example.cn",
        locale="zh_Hans_CN",
    )
    guest = browse_as(None)
    shown = guest.get(f"/exchanges/guests/{token}", follow_redirects=True)
    assert shown.status_code == 200
    assert 'lang="zh-Hans' in shown.text
    data = {"seen": nomination.proposal_id, "decision": "approve", "comment": "欢迎"}

    answer = guest.post("/exchanges/guest/nomination", data=data, follow_redirects=True)

    assert answer.status_code == 200
    assert nominations.of_stay(mobility.id).decision_comment == "欢迎"
    again = guest.get(f"/exchanges/guests/{token}", follow_redirects=True)
    assert again.status_code == 410


def test_admission_from_papers_to_coming(
    session: Session, browse_as: Browse, home: Institution, host: Institution
) -> None:
    coordinator, officer = an_actor("faculty", host.id), an_actor("officer", host.id)
    mobility = a_mobility(
        home,
        host,
        host_coordinator=coordinator,
        nomination=NominationState.APPROVED,
        admission=AdmissionState.AWAITING_DOCUMENTS,
    )
    stay, applicant = f"/exchanges/stays/{mobility.id}", browse_as(traveller(mobility))

    assert "Hand in my papers" in applicant.get(stay).text
    sent = applicant.post(
        f"{stay}/papers/add",
        data={"title": "Transcript", "file": (_file(), "transcript.pdf")},
        follow_redirects=True,
    )
    assert "transcript.pdf" in sent.text
    papers = {"passport_name": "RADIC MILIJANA", "born_on": "2003-02-01", "citizenship": "BA"}
    assert applicant.post(f"{stay}/papers", data=papers | {"born_on": ""}).status_code == 422
    applicant.post(f"{stay}/papers", data=papers)

    decider = browse_as(coordinator)
    assert decider.get(f"{stay}/admit").status_code == 200
    conditions = {"decision": "accept_conditionally", "text_1-en": "A certificate of English."}
    assert decider.post(f"{stay}/admit", data=conditions).status_code == 422
    decider.post(f"{stay}/admit", data=conditions | {"due_1": "2099-01-31"})
    condition = session.scalars(select(AdmissionCondition)).one()
    applicant.post(
        f"/exchanges/conditions/{condition.id}/evidence", data={"file": (_file(), "english.pdf")}
    )
    assert "english.pdf" in decider.get(stay).text
    decider.post(f"/exchanges/conditions/{condition.id}/settle", data={"decision": "meet"})

    office = browse_as(officer)
    preset = office.get(f"{stay}/letters/new").text
    assert re.findall(r'<option selected value="(\w+)"', preset)[-2:] == ["zh_Hans_CN", "sr_Cyrl"]
    issued = office.post(
        f"{stay}/letters/new",
        data={
            "kind": "acceptance",
            "first_language": "sr_Cyrl",
            "second_language": "zh_Hans_CN",
        },
    )
    assert issued.status_code == 303
    mobility_id = mobility.id
    embedded.do_all()
    letter = db.session.scalars(select(IssuedDocument)).one()
    pdf = applicant.get(f"/exchanges/letters/{letter.id}.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert applicant.get(f"{stay}/coming").status_code == 200
    assert "Is coming" in applicant.post(f"{stay}/coming", follow_redirects=True).text
    assert db.session.get_one(Mobility, mobility_id).state == MobilityState.PRE_DEPARTURE


@pytest.mark.parametrize("state", [NominationState.REJECTED, NominationState.CANCELLED])
def test_a_host_that_is_out_of_it_reads_its_own_answer_alone(
    session: Session, browse_as: Browse, home: Institution, host: Institution, state: str
) -> None:
    refused = AdmissionState.REFUSED if state == NominationState.REJECTED else None
    mobility = a_mobility(home, host, nomination=NominationState.APPROVED, admission=refused)
    nomination, office = nominations.of_stay(mobility.id), an_actor("officer", home.id)
    paper = a_document(session.get_one(Application, mobility.application_id))
    host_client = browse_as(an_actor("officer", host.id))
    file, stay = f"/files/{paper.file_id}", f"/exchanges/stays/{mobility.id}"
    assert host_client.get(file).status_code == 200
    if state == NominationState.REJECTED:
        plan = services.Plan(mobility.planned_from, mobility.planned_until, mobility.term, "0913")
        services.propose(office, nomination.id, plan)
        answers.reject(
            an_actor("officer", host.id), nomination.id, nomination.proposal_id, "No room is left."
        )
    else:
        services.cancel(office, nomination.id, "She is ill.")

    shown = host_client.get(stay, follow_redirects=True)

    assert mobility.number in shown.text
    assert mobility.person.email not in shown.text
    assert ("No room is left." in shown.text) == (state == NominationState.REJECTED)
    assert mobility.number in host_client.get("/exchanges/nominations").text
    assert mobility.number not in host_client.get("/exchanges/stays").text
    for address in (file, f"{stay}/visit", f"{stay}/learning-agreement", f"{stay}/recognition"):
        assert host_client.get(address).status_code == 404, address
    assert browse_as(office).get(file).status_code == 200


def test_strangers_find_nothing(browse_as: Browse, home: Institution, host: Institution) -> None:
    mobility = a_mobility(home, host, admission=AdmissionState.ACCEPTED)
    letter = letters.issue(an_actor("officer", host.id), mobility.id, LetterKind.ACCEPTANCE, ["en"])
    nomination = nominations.of_stay(mobility.id)
    stranger = browse_as(an_actor("officer", an_institution().id))

    for address in (
        f"/exchanges/stays/{mobility.id}",
        f"/exchanges/stays/{mobility.id}/papers",
        f"/exchanges/stays/{mobility.id}/admit",
        f"/exchanges/stays/{mobility.id}/letters/new",
        f"/exchanges/stays/{mobility.id}/letters/{letter.id}",
        f"/exchanges/letters/{letter.id}.pdf",
        f"/exchanges/letters/{letter.id}/revoke",
        f"/exchanges/nominations/{nomination.id}",
        f"/exchanges/nominations/{nomination.id}/edit",
        f"/exchanges/nominations/{nomination.id}/answer",
        f"/exchanges/nominations/{nomination.id}/cancel",
        f"/exchanges/applications/{mobility.application_id}/nominate",
    ):
        assert stranger.get(address).status_code == 404, address


def test_every_page_of_a_stay_opens_for_those_who_use_it(
    browse_as: Browse, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host, admission=AdmissionState.ACCEPTED)
    letter = letters.issue(an_actor("officer", host.id), mobility.id, LetterKind.ACCEPTANCE, ["en"])
    letters.print_and_issue(letter.id)
    nomination = nominations.of_stay(mobility.id)
    assert admissions.of_stay(mobility.id)
    stay, at_home = f"/exchanges/stays/{mobility.id}", f"/exchanges/nominations/{nomination.id}"
    pages = {
        an_actor("officer", home.id): [
            stay,
            f"{stay}/coordinator",
            at_home,
            f"{at_home}/edit",
            f"{at_home}/person",
            f"{at_home}/cancel",
            "/exchanges/nominations?q=radic&sort=name&side=out",
            "/exchanges/stays?q=radic&sort=-from&side=out",
        ],
        an_actor("officer", host.id): [
            stay,
            f"{stay}/letters/new",
            f"{stay}/letters/{letter.id}",
            f"/exchanges/letters/{letter.id}/revoke",
            f"/exchanges/letters/{letter.id}/replace",
            "/exchanges/stays?side=in",
        ],
        actor_for(mobility.person_id): ["/exchanges/my-stays", stay, f"{stay}/coming"],
    }

    for actor, addresses in pages.items():
        for address in addresses:
            shown = browse_as(actor).get(address)
            assert shown.status_code == 200, address
            assert "radic" in search_key(shown.text) or "/my-stays" in address, address


@pytest.mark.parametrize("what", ["nominations", "stays"])
def test_lists_ask_as_often_for_many_as_for_one(
    browse_as: Browse, home: Institution, host: Institution, statements: list[str], what: str
) -> None:
    quota = the_quota(an_agreement_in_force(home, host, places=9))
    client = browse_as(an_actor("officer", home.id))
    counts = []
    for _ in range(2):
        for _ in range(2):
            a_mobility(home, host, quota=quota)
        client.get(f"/exchanges/{what}")
        statements.clear()
        assert client.get(f"/exchanges/{what}").status_code == 200
        counts.append(len(statements))
    table = client.get(f"/exchanges/{what}.csv?side=out").text

    assert counts[0] == counts[1] <= 12
    assert table.count("Milijana") == 4


def test_letters_for_many_show_how_far_they_are(
    browse_as: Browse, home: Institution, host: Institution
) -> None:
    mobility = a_mobility(home, host, admission=AdmissionState.ACCEPTED)
    client, other = (browse_as(an_actor("officer", one.id)) for one in (host, home))

    asked = client.post(
        "/exchanges/letters",
        data={"ids": [str(mobility.id)], "kind": "acceptance", "first_language": "en"},
    )
    assert asked.status_code == 303
    assert "0 of 1" in client.get(asked.location).text
    embedded.do_all()
    assert "Finished" in client.get(asked.location).text
    assert other.get(asked.location).status_code == 404


def test_only_who_issues_letters_is_offered_them_and_a_slip_loses_no_filter(
    browse_as: Browse, home: Institution, host: Institution
) -> None:
    stay = a_mobility(home, host, admission=AdmissionState.ACCEPTED)
    client = browse_as(an_actor("officer", host.id))
    for role in ("officer", "registrar"):
        assert "Issue letters" not in browse_as(an_actor(role, home.id)).get(STAYS).text
    assert "Issue letters" in client.get(f"{STAYS}?side=in").text
    letters = {"kind": "acceptance", "first_language": "", "once": "one-showing"}

    nothing = client.post(f"/exchanges/letters?side=in&q={stay.number}", data=letters)
    assert nothing.location == f"{STAYS}?q={stay.number}&side=in"
    assert "Choose at least one stay." in client.get(nothing.location).text
    unknown = {"kind": "poem", "ids": str(stay.id)}
    client.post("/exchanges/letters", data=letters | unknown)
    assert "Not a valid choice" in client.get(STAYS).text
    again = client.post("/exchanges/letters", data=letters | {"ids": str(stay.id)})
    assert "/exchanges/letters/jobs/" in again.location


def _file() -> BytesIO:
    return BytesIO(PDF)
