"""Drafts of learning agreements: rows, facts, reasons, and what keeps one from being signed."""

from dataclasses import replace

import pytest

from app.core.errors import Conflict, Invalid, WrongState
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from app.exchanges.states.mobilities import MobilityState
from tests.factories.exchanges_learning_agreements import (
    AT_HOME,
    ETHICS,
    FACTS,
    LOGIC,
    NEW,
    a_draft,
    a_learning_agreement,
    a_stay,
    advance,
    broken,
    student_of,
    the_agreement,
    titles,
)

pytestmark = pytest.mark.one_engine


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


@pytest.mark.parametrize("state", [MobilityState.RECOGNISED, MobilityState.CANCELLED])
def test_the_agreement_of_a_closed_stay_is_a_record(session, state):
    stay = a_stay(state=state)

    with pytest.raises(WrongState):
        drafts.begin(student_of(stay), stay.id)
