"""Agreements on short stays and on visits of staff."""

from dataclasses import replace

import pytest

from app.core.errors import Conflict, Invalid
from app.exchanges.policies.learning_agreements import short_stays
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries.learning_agreement_wholes import problems
from app.exchanges.rules.learning_agreements import Component, Table
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from tests.factories.exchanges_learning_agreements import (
    TEACHING,
    a_draft,
    a_stay,
    advance,
    broken,
    student_of,
    titles,
)

pytestmark = pytest.mark.one_engine
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
