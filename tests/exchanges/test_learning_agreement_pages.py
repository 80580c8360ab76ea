"""The pages of learning agreements and equal courses, as their people use them."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.exchanges.models.equivalences import EquivalenceDecision
from app.exchanges.queries import equivalences as queries
from app.exchanges.queries import learning_agreements as agreements
from app.exchanges.queries import trail as in_trail
from app.exchanges.services import equivalences as services
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as steps
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_learning_agreements import (
    AT_HOME,
    ETHICS,
    FACTS,
    LOGIC,
    NEW,
    POSITION,
    TEACHING,
    a_draft,
    a_learning_agreement,
    a_stay,
    home_of,
    host_of,
    student_of,
    the_agreement,
)


def address(stay, more="") -> str:
    return f"/exchanges/stays/{stay.id}/learning-agreement{more}"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_student_writes_and_signs_without_any_script(browse_as):
    stay = a_stay()
    browser = browse_as(student_of(stay))

    assert "Begin the agreement" in text(browser.get(address(stay)))
    assert browser.post(address(stay, "/begin")).location.endswith("/facts")
    assert browser.post(address(stay, "/facts"), data=FACTS).status_code == 303
    for table, row in (
        ("studied", {"title": "Clinical reasoning", "code": "MED-401", "amount": "12"}),
        ("recognised", {"title": "Klinička medicina", "code": "KM-8", "amount": "18"}),
    ):
        sent = row | {"term": "2/2", "scheme": "ects"}
        assert browser.post(address(stay, f"/tables/{table}/new"), data=sent).status_code == 303
    key = agreements.components_of(agreements.shown(the_agreement(stay), stay))[0].key
    sent = {"title": "Clinical reasoning I", "amount": "14", "term": "2/2", "scheme": "ects"}
    assert browser.post(address(stay, f"/components/{key}"), data=sent).status_code == 303
    shown = text(browser.get(address(stay)))
    assert "Clinical reasoning I" in shown
    assert "14 ECTS" in shown
    quoted = the_agreement(stay).proposal_id
    page = text(browser.get(address(stay, "/sign")))
    assert quoted in page
    assert browser.post(address(stay, "/sign"), data={"proposal_id": quoted}).status_code == 303

    assert the_agreement(stay).state == S.SIGNED_STUDENT
    (given,) = agreements.signatures(the_agreement(stay).id)
    assert "Fingerprint of what you sign" in page
    assert f'data-copy="{given.seen_hash}"' in page


def test_what_is_wrong_with_a_draft_is_said_with_the_id_of_its_rule(browse_as):
    stay = a_stay()
    drafts.begin(student_of(stay), stay.id)
    browser = browse_as(student_of(stay))

    shown = text(browser.get(address(stay)))
    answer = browser.post(
        address(stay, "/sign"), data={"proposal_id": the_agreement(stay).proposal_id}
    )

    assert "components-missing" in shown
    assert "unit-missing" in shown
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("who", "state", "path", "sent"),
    [
        (home_of, S.SIGNED_STUDENT, "/sign", {"position": POSITION}),
        (home_of, S.SIGNED_STUDENT, "/return", {"comment": "No."}),
        (host_of, S.PROPOSED, "/sign", {"position": POSITION}),
        (host_of, S.PROPOSED, "/return", {"comment": "No."}),
    ],
)
def test_a_stale_page_signs_nothing_and_says_so(browse_as, who, state, path, sent):
    stay = a_stay()
    a_learning_agreement(stay, state)

    answer = browse_as(who(stay)).post(address(stay, path), data=sent | {"proposal_id": "old"})

    assert answer.status_code == 409
    assert "was changed after you opened it" in text(answer)
    assert the_agreement(stay).state == state


def test_the_host_sees_a_proposal_only_once_home_has_signed_it(browse_as):
    stay = a_stay()
    a_learning_agreement(stay, S.SIGNED_STUDENT)
    browser = browse_as(host_of(stay))

    before = text(browser.get(address(stay)))
    steps.sign_home(
        home_of(stay), stay.id, proposal_id=the_agreement(stay).proposal_id, position=POSITION
    )
    after = text(browser.get(address(stay)))

    assert NEW.title not in before
    assert LOGIC.title in before
    assert NEW.title in after
    assert "What changed since you signed" in after


def test_the_three_versions_stand_side_by_side(browse_as):
    stay = a_stay()
    a_learning_agreement(stay, S.PROPOSED)

    shown = text(browse_as(home_of(stay)).get(address(stay, "/compare")))

    assert "First version" in shown
    assert "Proposed now" in shown
    assert "Agreed last" not in shown
    assert 'class="version-inserted"' in shown


@pytest.mark.parametrize("path", ["", "/compare", "/print", "/sign"])
def test_a_page_asks_as_often_however_much_there_is(browse_as, statements, path):
    counts = []
    for more in (0, 6):
        stay = a_stay()
        a_draft(stay)
        for number in range(more):
            row = replace(LOGIC, title=f"Course {number}")
            drafts.add_component(student_of(stay), stay.id, row)
        browser = browse_as(student_of(stay))
        statements.clear()
        assert browser.get(address(stay, path)).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 16


@pytest.mark.parametrize("path", ["", "/compare", "/print"])
@pytest.mark.parametrize("who", ["student", "home", "host", "office", "host office", "registrar"])
def test_everybody_of_the_stay_reads_it_and_no_stranger(browse_as, path, who):
    stay = a_stay()
    a_learning_agreement(stay, S.PROPOSED)
    people = {
        "student": lambda: student_of(stay),
        "home": lambda: home_of(stay),
        "host": lambda: host_of(stay),
        "office": lambda: an_actor("officer", stay.sending_institution_id),
        "host office": lambda: an_actor("officer", stay.receiving_institution_id),
        "registrar": lambda: an_actor("registrar", stay.sending_institution_id),
    }

    assert browse_as(people[who]()).get(address(stay, path)).status_code == 200
    stranger = an_actor("officer", a_stay().receiving_institution_id)
    assert browse_as(stranger).get(address(stay, path)).status_code == 404


def test_a_removed_row_needs_a_reason_and_may_come_back(browse_as):
    stay = a_stay()
    a_learning_agreement(stay, S.EDITING)
    browser = browse_as(student_of(stay))
    path = address(stay, f"/components/{LOGIC.key}")

    refused = browser.post(f"{path}/remove", data={"reason_code": "", "reason_text": ""})
    done = browser.post(f"{path}/remove", data={"reason_code": "timetable-conflict"})
    shown = text(browser.get(address(stay)))
    back = browser.post(f"{path}/restore")

    assert (refused.status_code, done.status_code, back.status_code) == (422, 303, 303)
    assert "It clashes with the timetable" in shown
    assert browser.get(f"{path}").status_code == 404  # agreed on, so it is removed, not corrected


def test_a_form_sent_twice_adds_one_row(browse_as):
    stay = a_stay()
    a_draft(stay)
    browser = browse_as(student_of(stay))
    sent = {"title": "Pathology", "term": "2/2", "scheme": "ects", "once": "the same showing"}

    answers = [
        browser.post(address(stay, "/tables/studied/new"), data=sent).status_code for _ in "12"
    ]

    assert answers == [303, 303]
    rows = the_agreement(stay).changes_proposal["components"]
    assert [one["title"] for one in rows].count("Pathology") == 1


def test_the_whole_way_by_pages(browse_as):
    stay = a_stay()
    a_learning_agreement(stay, S.SIGNED_STUDENT)
    home, host, student = (browse_as(one(stay)) for one in (home_of, host_of, student_of))

    def sign(browser):
        data = {"proposal_id": the_agreement(stay).proposal_id, "position": POSITION}
        return browser.post(address(stay, "/sign"), data=data).status_code

    def send_back(browser):
        data = {"proposal_id": the_agreement(stay).proposal_id, "comment": "Too many credits."}
        return browser.post(address(stay, "/return"), data=data).status_code

    assert send_back(home) == 303
    assert sign(student) == 303
    assert student.post(address(stay, "/take-back"), data={"reason": ""}).status_code == 303
    assert sign(student) == 303
    assert sign(home) == 303
    assert send_back(host) == 303
    assert sign(student) == 303
    assert sign(home) == 303
    assert sign(host) == 303
    assert the_agreement(stay).state == S.IN_FORCE
    assert home.post(address(stay, "/change"), data={"reason": "Extend."}).status_code == 303
    assert student.post(address(stay, "/drop")).status_code == 303
    assert sign(home) == 409
    assert student.get(address(stay, "/return")).status_code == 403


def test_staff_write_what_they_teach(browse_as):
    stay = a_stay(kind=ExchangeKind.TEACHING)
    browser = browse_as(student_of(stay))

    assert browser.post(address(stay, "/begin")).location.endswith("/teaching")
    refused = browser.post(address(stay, "/teaching"), data=TEACHING | {"hours": "none"})
    assert browser.post(address(stay, "/teaching"), data=TEACHING).status_code == 303

    assert refused.status_code == 422
    shown = text(browser.get(address(stay)))
    assert "Case-based teaching of telemedicine." in shown
    assert "Table A" not in shown
    assert browser.get(address(stay, "/sign")).status_code == 200
    assert browser.get(address(stay, "/compare")).status_code == 200


def test_the_list_says_what_waits_for_whom(browse_as, statements):
    coordinator = an_actor("faculty", (one := a_stay()).sending_institution_id)
    with_others = a_stay(home_coordinator=coordinator)
    mine = a_stay(home_coordinator=coordinator, name="Sanja Ilić")
    a_learning_agreement(one)
    a_learning_agreement(with_others)
    a_learning_agreement(mine, S.SIGNED_STUDENT)
    browser = browse_as(coordinator)

    statements.clear()
    everything = text(browser.get("/exchanges/learning-agreements"))
    few = len(statements)
    waiting = text(browser.get("/exchanges/learning-agreements?show=waiting"))
    found = text(browser.get("/exchanges/learning-agreements?q=sanja&sort=name"))

    assert few <= 12
    assert everything.count('/learning-agreement"') == 2
    assert waiting.count('/learning-agreement"') == 1
    assert "Sanja Ilić" in waiting
    assert "your turn" in found
    assert "Sanja Ilić" in text(browser.get("/exchanges/learning-agreements/export.csv"))
    assert browser.get("/exchanges/learning-agreements/export.pdf").status_code == 404
    assert text(browse_as(a_trainee()).get("/exchanges/learning-agreements")).count("<tr>") == 0


def test_the_office_names_another_coordinator(browse_as):
    stay = a_stay()
    a_learning_agreement(stay, S.SIGNED_STUDENT)
    office = browse_as(an_actor("officer", stay.sending_institution_id))
    colleague = an_actor("faculty", stay.sending_institution_id, name="Nada Petrović")
    path = f"/exchanges/stays/{stay.id}/coordinators"

    assert office.post(f"{path}/home", data={"email": "x@example.org"}).status_code == 422
    assert office.post(f"{path}/home", data={"email": colleague.email}).status_code == 303
    assert office.post(f"{path}/host", data={"email": colleague.email}).status_code == 403
    assert office.get(f"{path}/other").status_code == 404
    assert browse_as(colleague).get(address(stay, "/sign")).status_code == 200


def test_what_was_decided_is_offered_to_the_next(browse_as):
    stay = a_stay()
    a_learning_agreement(stay)
    coordinator = browse_as(home_of(stay))
    sent = {"host": [LOGIC.key, ETHICS.key], "home": [AT_HOME.key], "valid_until": ""}

    assert coordinator.post(address(stay, "/equivalences/new"), data=sent).status_code == 303
    other = a_stay(stay.sending_institution, stay.receiving_institution)
    a_draft(other, (LOGIC, ETHICS))
    browser = browse_as(student_of(other))
    decision = db.session.scalars(select(EquivalenceDecision)).one()
    shown = text(browser.get(address(other)))
    used = browser.post(address(other, f"/equivalences/{decision.id}/use"), data={"term": "1/2"})

    assert "Decided before" in shown
    assert used.status_code == 303
    rows = agreements.components_of(agreements.shown(the_agreement(other), other))
    assert [(one.title, one.term) for one in rows][2:] == [(AT_HOME.title, (1, 2))]
    assert "Decided before" not in text(browser.get(address(other)))


def test_a_decision_ends_by_its_day_or_when_it_is_withdrawn(session):
    stay = a_stay()
    a_learning_agreement(stay)
    today = now().date()
    chosen = {"host": [LOGIC.key], "home": [AT_HOME.key]}
    decision = services.decide(home_of(stay), stay.id, valid_until=today, **chosen)
    student, office = student_of(stay), an_actor("officer", stay.sending_institution_id)

    assert queries.offers(stay, [LOGIC], today)
    assert queries.offers(stay, [ETHICS], today) == []
    assert queries.suggestions(stay, [ETHICS], today) == [decision]
    assert queries.offers(stay, [LOGIC], today + timedelta(days=1)) == []
    with pytest.raises(NotFound):
        services.withdraw(student, decision.id, reason="x")
    services.withdraw(office, decision.id, reason="The course changed.")
    assert queries.offers(stay, [LOGIC], today) == []
    steps.change(student, stay.id)
    with pytest.raises(Conflict):
        services.use(student, stay.id, decision.id, term=(2, 2))


def test_only_the_coordinator_at_home_decides_and_says_what(session):
    stay = a_stay()
    a_learning_agreement(stay)
    chosen = {"host": [LOGIC.key], "home": [AT_HOME.key]}

    with pytest.raises(Forbidden):
        services.decide(host_of(stay), stay.id, **chosen)
    for wrong in ({"host": []}, {"home": [LOGIC.key]}, {"valid_until": now().date().min}):
        with pytest.raises(Invalid):
            services.decide(home_of(stay), stay.id, **chosen | wrong)


def test_the_list_of_decisions_belongs_to_home(browse_as):
    stay = a_stay()
    a_learning_agreement(stay)
    decision = services.decide(
        home_of(stay), stay.id, host=[LOGIC.key], home=[AT_HOME.key], note="Board of March"
    )
    office = browse_as(an_actor("officer", stay.sending_institution_id))
    stranger = browse_as(an_actor("officer", stay.receiving_institution_id))
    path = f"/exchanges/equivalences/{decision.id}/withdraw"

    assert "Board of March" in text(office.get("/exchanges/equivalences?q=clinical"))
    assert LOGIC.title in text(office.get("/exchanges/equivalences/export.csv"))
    assert "Board of March" not in text(stranger.get("/exchanges/equivalences"))
    assert stranger.get(path).status_code == 404
    assert office.get(path).status_code == 200
    assert office.post(path, data={"reason": "It changed."}).status_code == 303
    assert "withdrawn" in text(office.get("/exchanges/equivalences"))


MESSAGE = """<r><la><sending-hei><hei-id>unibl.org</hei-id></sending-hei>
<receiving-hei><hei-id>sumhs.edu.cn</hei-id></receiving-hei></la></r>"""


@pytest.mark.parametrize(
    ("message", "status", "said"),
    [
        (MESSAGE, 200, "snapshot-missing"),
        ("<!DOCTYPE r>" + MESSAGE, 422, "a document type is not taken"),
        ("<r/>", 422, "There is no learning agreement in this file."),
        ("no XML", 422, "This is no XML"),
    ],
)
def test_an_office_checks_what_another_system_wrote(browse_as, message, status, said):
    stay = a_stay()
    office = browse_as(an_actor("officer", stay.sending_institution_id))
    path = "/exchanges/learning-agreements/check"

    answer = office.post(path, data={"file": (BytesIO(message.encode()), "la.xml")})

    assert answer.status_code == status
    assert said in text(answer)
    assert browse_as(student_of(stay)).get(path).status_code == 403


def test_the_trail_leads_to_the_agreement(browse_as):
    stay = a_stay()
    agreement = a_learning_agreement(stay)
    path = f"/exchanges/learning-agreements/{agreement.id}"

    assert browse_as(home_of(stay)).get(path).location == address(stay)
    assert browse_as(a_trainee()).get(path).status_code == 404
    (found,) = in_trail.learning_agreements(home_of(stay), [agreement.id]).values()
    assert found.ids == {"mobility_id": stay.id}
    assert not in_trail.learning_agreements(a_trainee(), [agreement.id])
