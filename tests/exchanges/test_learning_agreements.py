"""Learning agreements: drafts, three signatures, changes, short stays, staff, coordinators."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import StateChange
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.jobs.embedded import do_all
from app.exchanges.invariants import learning_agreements as invariants
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies.learning_agreements import short_stays
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries.learning_agreement_wholes import problems, whole
from app.exchanges.rules.learning_agreement_checks import check
from app.exchanges.rules.learning_agreement_xml import snapshots, tree, updates
from app.exchanges.rules.learning_agreements import Component, Content, Status, Table
from app.exchanges.services import coordinators
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT, Signer
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from app.exchanges.states.mobilities import MobilityState
from tests.conftest import SAMPLES
from tests.factories.accounts import an_actor
from tests.factories.exchanges_learning_agreements import (
    AT_HOME,
    ETHICS,
    FACTS,
    LOGIC,
    NEW,
    ONLINE,
    POSITION,
    TEACHING,
    a_draft,
    a_learning_agreement,
    a_stay,
    advance,
    home_of,
    host_of,
    student_of,
    the_agreement,
)
from tests.factories.institutions import an_institution

SCENARIO = SAMPLES / "ewp" / "scenario-omobility-las"


def broken() -> list[str]:
    db.session.flush()
    checks = (invariants.agreed_content, invariants.proposals, invariants.seen)
    return [line for check_ in checks for line in check_()]


def titles(stay) -> list[str]:
    return [one.title for one in queries.agreed_components(stay.id)]


def test_three_signatures_make_the_first_version(session):
    stay = a_stay()
    a_draft(stay)

    agreement = advance(stay, S.IN_FORCE)

    signed = queries.signatures(agreement.id)
    content = Content.from_json(agreement.first_version)
    assert {one.party for one in signed} == set(Signer)
    assert {one.proposal_id for one in signed} == {content.id}
    assert len({one.seen_hash for one in signed}) == 1
    assert content.components == (LOGIC, ETHICS, AT_HOME)
    assert (agreement.approved_changes, agreement.changes_proposal) == (None, None)
    assert check(whole(stay, agreement, signed)) == []
    assert broken() == []


def test_changes_are_cumulative_and_leave_the_first_version_alone(session):
    stay = a_stay()
    first = dict(a_learning_agreement(stay).first_version)
    student = student_of(stay)

    services.change(student, stay.id)
    drafts.remove_component(student, stay.id, ETHICS.key, reason_code="timetable-conflict")
    drafts.add_component(
        student, stay.id, replace(ETHICS, title="Bioethics", reason_code="substituting-deleted")
    )
    advance(stay, S.IN_FORCE)
    services.change(student, stay.id)
    drafts.add_component(student, stay.id, NEW)
    agreement = advance(stay, S.IN_FORCE)

    assert agreement.first_version == first
    assert len(Content.from_json(agreement.approved_changes).components) == 3
    assert titles(stay) == [LOGIC.title, AT_HOME.title, "Bioethics", NEW.title]
    signed = queries.signatures(agreement.id)
    assert check(whole(stay, agreement, signed)) == []
    assert len(signed) == 9
    assert broken() == []


def test_the_first_version_cannot_be_set_twice(session):
    agreement = a_learning_agreement(a_stay())

    with pytest.raises(ValueError, match="never changes"):
        agreement.first_version = {}


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (S.EDITING, lambda stay, old: services.sign_student(
            student_of(stay), stay.id, proposal_id=old)),
        (S.SIGNED_STUDENT, lambda stay, old: services.sign_home(
            home_of(stay), stay.id, proposal_id=old, position=POSITION)),
        (S.SIGNED_STUDENT, lambda stay, old: services.reject_home(
            home_of(stay), stay.id, proposal_id=old, comment="No.")),
        (S.PROPOSED, lambda stay, old: services.approve_host(
            host_of(stay), stay.id, proposal_id=old, position=POSITION)),
        (S.PROPOSED, lambda stay, old: services.comment_host(
            host_of(stay), stay.id, proposal_id=old, comment="No.")),
    ],
)  # fmt: skip
def test_whoever_names_an_old_proposal_signs_nothing(session, state, act):
    stay = a_stay()
    a_draft(stay)
    old = the_agreement(stay).proposal_id
    drafts.add_component(student_of(stay), stay.id, ONLINE)
    before = advance(stay, state)

    with pytest.raises(Conflict, match="was changed after you opened it"):
        act(stay, old)

    assert the_agreement(stay).state == state
    assert len(queries.signatures(before.id)) == len(queries.under(
        queries.signatures(before.id), before.round))  # fmt: skip


def test_what_the_host_says_sends_the_proposal_back_and_voids_its_signatures(session):
    stay = a_stay()
    agreement = a_learning_agreement(stay, S.PROPOSED)

    services.comment_host(
        host_of(stay), stay.id, proposal_id=the_agreement(stay).proposal_id, comment="Not now."
    )

    after = the_agreement(stay)
    reason = db.session.scalar(
        select(StateChange.reason).where(
            StateChange.subject_id == agreement.id, StateChange.action == "comment_host"
        )
    )
    assert (after.state, reason) == (S.EDITING, "Not now.")
    assert queries.under(queries.signatures(agreement.id), after.round) == {}
    assert titles(stay) == [LOGIC.title, ETHICS.title, AT_HOME.title]
    assert broken() == []


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_nobody_sends_back_without_saying_why(session, comment):
    stay = a_stay()
    quoted = a_learning_agreement(stay, S.PROPOSED).proposal_id

    with pytest.raises(Invalid):
        services.comment_host(host_of(stay), stay.id, proposal_id=quoted, comment=comment)


def test_what_is_signed_cannot_be_edited_until_it_is_taken_back(session):
    stay = a_stay()
    a_learning_agreement(stay, S.PROPOSED)
    student = student_of(stay)

    with pytest.raises(WrongState):
        drafts.add_component(student, stay.id, replace(NEW, title="More"))
    services.take_back(student, stay.id)
    drafts.add_component(student, stay.id, replace(NEW, title="More"))

    assert advance(stay, S.IN_FORCE).round == 4
    assert "More" in titles(stay)
    assert broken() == []


def test_a_draft_of_changes_may_be_dropped(session):
    stay = a_stay()
    a_learning_agreement(stay, S.EDITING)

    services.drop_changes(student_of(stay), stay.id)

    assert the_agreement(stay).state == S.IN_FORCE
    assert NEW.title not in titles(stay)


def test_a_first_draft_cannot_be_dropped(session):
    stay = a_stay()
    a_draft(stay)

    with pytest.raises(WrongState):
        services.drop_changes(student_of(stay), stay.id)


WRONG_DRAFTS = {
    "term": ((replace(LOGIC, term=None), AT_HOME), {}, "lacks its term"),
    "recognised": ((LOGIC,), {}, "A table is empty"),
    "unit": ((LOGIC, AT_HOME), {"home_unit": ""}, "faculty or department"),
    "student": ((LOGIC, AT_HOME), {"global_id": ""}, "European Student Identifier"),
    "field": ((LOGIC, AT_HOME), {"isced": "31"}, "four digits"),
    "level": ((LOGIC, AT_HOME), {"cefr": "B3"}, "level"),
}


@pytest.mark.parametrize("name", WRONG_DRAFTS)
def test_a_draft_that_breaks_a_rule_is_not_signed(session, name):
    components, facts, said = WRONG_DRAFTS[name]
    stay = a_stay()
    a_draft(stay, components)
    drafts.save_facts(student_of(stay), stay.id, FACTS | facts)

    with pytest.raises(Invalid, match=said):
        services.sign_student(
            student_of(stay), stay.id, proposal_id=the_agreement(stay).proposal_id
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason_code": "not-available"}, "not for this kind"),
        ({"reason_code": ""}, "Choose a reason"),
    ],
)
def test_a_change_has_a_reason_of_its_kind(session, change, said):
    stay = a_stay()
    a_learning_agreement(stay, S.EDITING)
    student = student_of(stay)

    with pytest.raises(Invalid, match=said):
        drafts.add_component(student, stay.id, replace(NEW, title="More", **change))
    with pytest.raises(Invalid, match="not for this kind"):
        drafts.remove_component(student, stay.id, LOGIC.key, reason_code="extending-mobility")
    drafts.remove_component(student, stay.id, NEW.key)


def test_only_the_four_facts_that_matter_become_changes(session):
    stay = a_stay()
    a_learning_agreement(stay)
    student = student_of(stay)
    services.change(student, stay.id)

    drafts.save_facts(
        student, stay.id, FACTS | {"family_name": "Kovač", "email": "other@example.org"}
    )

    assert the_agreement(stay).changes_proposal["student"] == {"family_name": "Kovač"}
    advance(stay, S.IN_FORCE)
    assert queries.shown(the_agreement(stay), stay)["facts"] == FACTS | {"family_name": "Kovač"}


def test_a_change_that_changes_nothing_is_not_signed(session):
    stay = a_stay()
    a_learning_agreement(stay)
    services.change(student_of(stay), stay.id)

    with pytest.raises(Invalid, match="Nothing differs"):
        services.sign_student(
            student_of(stay), stay.id, proposal_id=the_agreement(stay).proposal_id
        )


def test_a_row_is_corrected_restored_and_never_lost(session):
    stay = a_stay()
    a_draft(stay)
    student = student_of(stay)

    drafts.replace_component(student, stay.id, ETHICS.key, replace(ETHICS, title="Bioethics"))
    with pytest.raises(Conflict):
        drafts.replace_component(student, stay.id, ETHICS.key, ETHICS)
    with pytest.raises(Conflict):
        drafts.remove_component(student, stay.id, ETHICS.key)
    with pytest.raises(Invalid):
        drafts.add_component(student, stay.id, LOGIC)
    advance(stay, S.IN_FORCE)
    services.change(student, stay.id)
    drafts.remove_component(student, stay.id, LOGIC.key, reason_text="I have done it at home.")
    drafts.restore_component(student, stay.id, LOGIC.key)
    with pytest.raises(Conflict):
        drafts.restore_component(student, stay.id, LOGIC.key)

    assert the_agreement(stay).changes_proposal["components"] == []
    assert titles(stay) == [LOGIC.title, "Bioethics", AT_HOME.title]


def test_days_that_change_after_a_signature_void_it(session):
    stay = a_stay()
    a_learning_agreement(stay, S.PROPOSED)
    with atomic():
        row = db.session.get_one(Mobility, stay.id)
        row.planned_until = row.planned_until + timedelta(days=30)

    with pytest.raises(Conflict, match="such as its days"):
        advance(stay, S.IN_FORCE)


def test_another_contact_makes_no_version_and_signs_instead(session):
    stay = a_stay()
    agreement = a_learning_agreement(stay, S.SIGNED_STUDENT)
    before = the_agreement(stay).proposal_id
    colleague = an_actor("faculty", stay.sending_institution_id, name="Nada Petrović")
    officer = an_actor("officer", stay.sending_institution_id)
    former = home_of(stay)

    coordinators.name_coordinator(officer, stay.id, Signer.HOME, email=colleague.email)

    stay = db.session.get_one(Mobility, stay.id)
    assert the_agreement(stay).proposal_id == before
    with pytest.raises(NotFound):
        services.sign_home(former, stay.id, proposal_id=before, position=POSITION)
    advance(stay, S.IN_FORCE)
    assert {one.name for one in queries.signatures(agreement.id)} >= {"Nada Petrović"}


def test_only_its_own_office_names_a_coordinator_of_its_own(session):
    stay = a_stay()
    host_officer = an_actor("officer", stay.receiving_institution_id)
    officer = an_actor("officer", stay.sending_institution_id)

    with pytest.raises(Forbidden):
        coordinators.name_coordinator(host_officer, stay.id, Signer.HOME, email=host_officer.email)
    for address in (host_officer.email, "nobody@example.org", student_of(stay).email):
        with pytest.raises(Invalid):
            coordinators.name_coordinator(officer, stay.id, Signer.HOME, email=address)


def test_one_person_does_not_sign_for_two_sides(session):
    coordinator = an_actor("faculty", an_institution().id)
    stay = a_stay(home_coordinator=coordinator, host_coordinator=coordinator)
    a_draft(stay)
    advance(stay, S.PROPOSED)

    with pytest.raises(Forbidden, match="for another side"):
        advance(stay, S.IN_FORCE)


WEEK = Component(Table.BLENDED, "A week on the wards", credits=(("ects", "3"),))


def test_what_was_agreed_for_a_short_stay_is_final_unless_set_otherwise(session, monkeypatch):
    stay = a_stay(kind=ExchangeKind.SHORT_VISIT)
    a_draft(stay, (WEEK,))
    advance(stay, S.IN_FORCE)

    with pytest.raises(Conflict, match="final"):
        services.change(student_of(stay), stay.id)
    monkeypatch.setitem(short_stays, "may_change", True)
    services.change(student_of(stay), stay.id)
    drafts.add_component(
        student_of(stay), stay.id, replace(WEEK, title="Another", reason_text="It rained.")
    )
    advance(stay, S.IN_FORCE)

    assert titles(stay) == [WEEK.title, "Another"]


def test_a_table_of_another_kind_is_refused(session):
    stay = a_stay(kind=ExchangeKind.SHORT_VISIT, eqf_level=8)
    drafts.begin(student_of(stay), stay.id)

    with pytest.raises(Invalid):
        drafts.add_component(student_of(stay), stay.id, WEEK)
    drafts.add_component(student_of(stay), stay.id, replace(WEEK, table=Table.DOCTORAL))


def test_a_visit_of_staff_lives_the_same_life(session):
    stay = a_stay(kind=ExchangeKind.TEACHING)
    teacher = student_of(stay)
    drafts.begin(teacher, stay.id)
    drafts.save_teaching(teacher, stay.id, TEACHING | {"hours": "0"})
    with pytest.raises(Invalid, match="Hours of teaching"):
        advance(stay, S.IN_FORCE)
    drafts.save_teaching(teacher, stay.id, TEACHING)
    advance(stay, S.IN_FORCE)
    services.change(teacher, stay.id)
    drafts.save_teaching(teacher, stay.id, TEACHING | {"hours": "12"})

    agreement = advance(stay, S.IN_FORCE)

    assert agreement.first_version["teaching"]["hours"] == "8"
    assert agreement.approved_changes["teaching"]["hours"] == "12"
    assert queries.shown(agreement, stay)["teaching"]["hours"] == "12"
    assert problems(stay, agreement) == []
    assert broken() == []


@pytest.mark.parametrize("state", [MobilityState.RECOGNISED, MobilityState.CANCELLED])
def test_the_agreement_of_a_closed_stay_is_a_record(session, state):
    stay = a_stay(state=state)

    with pytest.raises(WrongState):
        drafts.begin(student_of(stay), stay.id)


def test_replaying_the_events_rebuilds_the_state(session):
    stay = a_stay()
    agreement = a_learning_agreement(stay, S.PROPOSED)
    services.take_back(student_of(stay), stay.id)

    state = LEARNING_AGREEMENT.machine.start
    for change in db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_id == agreement.id, StateChange.action != "start")
        .order_by(StateChange.id)
    ):
        state = LEARNING_AGREEMENT.machine.after(state, change.action)

    assert state == the_agreement(stay).state


def test_check_notices_whoever_touches_what_was_signed(session):
    stay = a_stay()
    agreement = a_learning_agreement(stay)
    tampered = dict(agreement.first_version) | {"components": []}
    statement = LearningAgreement.__table__.update().values(first_version=tampered)

    db.session.execute(statement.where(LearningAgreement.id == agreement.id))
    db.session.expire_all()

    assert broken() == [
        f"learning agreement {agreement.id}: the first version is not what all three signed"
    ]


def test_whoever_is_next_is_told_and_hears_what_was_said(session, mail):
    stay = a_stay()
    a_draft(stay)
    advance(stay, S.PROPOSED)
    services.comment_host(
        host_of(stay),
        stay.id,
        proposal_id=the_agreement(stay).proposal_id,
        comment="Not in spring.",
    )
    advance(stay, S.SIGNED_STUDENT)
    services.take_back(student_of(stay), stay.id, reason="A wrong code.")
    advance(stay, S.IN_FORCE)
    services.change(home_of(stay), stay.id, reason="The stay is longer.")

    student, home, host = (one(stay).email for one in (student_of, home_of, host_of))
    do_all()

    told = Counter(one.to for one in mail)
    assert told == {student: 3, home: 6, host: 2}
    for said in ("Not in spring.", "A wrong code.", "The stay is longer."):
        assert any(said in one.text for one in mail)


@pytest.mark.skipif(not SCENARIO.exists(), reason="NOTICE: the sample messages are not here")
def test_the_scenario_of_twelve_steps_is_lived_by_our_own_services(session):
    stay = a_stay()
    student = student_of(stay)
    drafts.begin(student, stay.id)
    drafts.save_facts(student, stay.id, FACTS)
    for number in range(1, 13):
        (path,) = SCENARIO.glob(f"{number:02}-*.xml")
        root = tree(b"<r>" + path.read_bytes() + b"</r>")
        for update in updates(root):
            quoted = the_agreement(stay).proposal_id
            with pytest.raises(Conflict):
                services.approve_host(host_of(stay), stay.id, proposal_id="old", position=POSITION)
            if update.is_approved:
                advance(stay, S.IN_FORCE)
            else:
                services.comment_host(
                    host_of(stay), stay.id, proposal_id=quoted, comment=update.comment
                )
        found = snapshots(root)
        if "proposal" in found:
            _write_as(stay, found["proposal"].content)
            advance(stay, S.PROPOSED)
        held = the_agreement(stay).snapshots
        ours = {"first": held.first, "approved": held.approved, "proposal": held.proposal}
        for name, signed in found.items():
            assert _said(ours[name]) == _said(signed.content), (number, name)

    assert len(titles(stay)) == 5
    assert broken() == []


def _write_as(stay, wanted: Content) -> None:
    """Let the student write until the draft says what is wanted."""
    student = student_of(stay)
    if the_agreement(stay).state == S.IN_FORCE:
        services.change(student, stay.id)
    held = the_agreement(stay).snapshots
    for one in held.proposal.components:
        if one not in wanted.components and one.status != Status.DELETED:
            drafts.remove_component(student, stay.id, one.key)
    for one in wanted.components:
        if one in held.proposal.components:
            continue
        if one.status == Status.DELETED:
            drafts.remove_component(student, stay.id, one.key, reason_code=one.reason_code)
        else:
            drafts.add_component(student, stay.id, one)


def _said(content: Content) -> Counter:
    return Counter(content.components)
