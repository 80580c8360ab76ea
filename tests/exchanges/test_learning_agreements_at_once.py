"""Several sign, take back or write at the same moment: one of them does it, the others are told."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.core.database import db
from app.core.errors import DomainError
from app.exchanges.invariants import learning_agreements as invariants
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from tests.factories.exchanges_learning_agreements import (
    ONLINE,
    POSITION,
    a_draft,
    a_learning_agreement,
    a_stay,
    host_of,
    student_of,
    the_agreement,
)

pytestmark = pytest.mark.database
DONE = 0


def at_once(app, acts) -> list[int]:
    """Start every act at the same moment on a thread of its own; return 0 or what refused it."""
    ready = threading.Barrier(len(acts))

    def run(act) -> int:
        with app.app_context():
            try:
                ready.wait(60)
                act()
            except DomainError as refusal:
                return refusal.status
            finally:
                db.session.remove()
            return DONE

    with ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(run, acts))
    db.session.rollback()  # what was read here is from before
    return answers


def assert_sound() -> None:
    checks = (invariants.agreed_content, invariants.proposals, invariants.seen)
    assert [line for one in checks for line in one()] == []


def test_of_two_approvals_at_once_one_counts(world):
    for _ in range(5):
        stay = a_stay()
        quoted = a_learning_agreement(stay, S.PROPOSED, agreed=False).proposal_id
        approve = partial(
            services.approve_host, host_of(stay), stay.id, proposal_id=quoted, position=POSITION
        )

        answers = at_once(world, [approve, approve])

        assert Counter(answers) == {DONE: 1, 409: 1}
        assert the_agreement(stay).state == S.IN_FORCE
        assert len(queries.signatures(the_agreement(stay).id)) == 3
    assert_sound()


def test_approving_and_taking_back_at_once_leaves_one_of_the_two(world):
    for _ in range(5):
        stay = a_stay()
        quoted = a_learning_agreement(stay, S.PROPOSED, agreed=False).proposal_id

        answers = at_once(
            world,
            [
                partial(
                    services.approve_host,
                    host_of(stay),
                    stay.id,
                    proposal_id=quoted,
                    position=POSITION,
                ),
                partial(services.take_back, student_of(stay), stay.id),
            ],
        )

        assert Counter(answers) == {DONE: 1, 409: 1}
        agreement = the_agreement(stay)
        assert agreement.state == (S.IN_FORCE if answers[0] == DONE else S.EDITING)
        assert (agreement.first_version is not None) == (answers[0] == DONE)
    assert_sound()


def test_who_signs_while_the_draft_is_written_in_another_window_signs_what_they_read(world):
    for _ in range(5):
        stay = a_stay()
        quoted = a_draft(stay).proposal_id
        student = student_of(stay)

        signed, written = at_once(
            world,
            [
                partial(services.sign_student, student, stay.id, proposal_id=quoted),
                partial(drafts.add_component, student, stay.id, ONLINE),
            ],
        )

        assert sorted([signed, written]) == [DONE, 409]
        assert (the_agreement(stay).proposal_id == quoted) == (signed == DONE)
    assert_sound()


def test_who_begins_twice_at_once_has_one_agreement(world):
    stay = a_stay()

    assert at_once(world, [partial(drafts.begin, student_of(stay), stay.id)] * 6) == [DONE] * 6
    assert the_agreement(stay).state == S.EDITING
