"""Learning agreements: three signatures, what they are under, and changes of what is agreed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import StateChange
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries.learning_agreement_wholes import whole
from app.exchanges.rules.learning_agreement_checks import check
from app.exchanges.rules.learning_agreements import Content
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT, Signer
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from tests.factories.exchanges_learning_agreements import (
    AT_HOME,
    ETHICS,
    LOGIC,
    NEW,
    ONLINE,
    POSITION,
    a_draft,
    a_learning_agreement,
    a_stay,
    advance,
    broken,
    home_of,
    host_of,
    student_of,
    the_agreement,
    titles,
)


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


def test_nobody_sends_back_without_saying_why(session):
    stay = a_stay()
    quoted = a_learning_agreement(stay, S.PROPOSED).proposal_id

    for comment in ("", "  \n"):
        with pytest.raises(Invalid):
            services.comment_host(host_of(stay), stay.id, proposal_id=quoted, comment=comment)


def test_days_that_change_after_a_signature_void_it(session):
    stay = a_stay()
    a_learning_agreement(stay, S.PROPOSED)
    with atomic():
        row = db.session.get_one(Mobility, stay.id)
        row.planned_until = row.planned_until + timedelta(days=30)

    with pytest.raises(Conflict, match="such as its days"):
        advance(stay, S.IN_FORCE)


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
