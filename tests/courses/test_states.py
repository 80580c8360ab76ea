"""Every machine of training allows what its table says and nothing else."""

import pytest

from app.certificates.states import CERTIFICATE, CertificateState
from app.completion.states import REVIEW, ReviewState
from app.core.errors import WrongState
from app.courses.states import (
    COURSE,
    ENROLMENT,
    OPEN,
    RUN,
    SEAT_HOLDING,
    SESSION,
    TERMINAL,
    CourseState,
    EnrolmentState,
    RunState,
    SessionState,
)

MACHINES = [
    (COURSE, CourseState),
    (RUN, RunState),
    (SESSION, SessionState),
    (ENROLMENT, EnrolmentState),
    (REVIEW, ReviewState),
    (CERTIFICATE, CertificateState),
]


@pytest.mark.parametrize(("machine", "states"), MACHINES)
def test_every_state_can_be_reached_and_every_pair_is_decided(machine, states):
    reached = set(machine.starts)
    for _ in states:
        reached |= {machine.after(s, a) for s in reached for a in machine.actions(s)}
    every_action = {row.action for row in machine.moves}

    assert reached == set(states)
    for state in states:
        for action in every_action - machine.actions(state):
            with pytest.raises(WrongState):
                machine.after(state, action)


def test_seats_are_held_and_given_back_as_designed():
    assert {"offered", "active", "completed", "not_completed"} == SEAT_HOLDING
    assert {"applied", "waitlisted"} | SEAT_HOLDING == OPEN
    assert all(not ENROLMENT.actions(state) for state in TERMINAL)


def test_a_completion_is_only_taken_back_by_a_review():
    assert ENROLMENT.actions(EnrolmentState.COMPLETED) == {"reverse"}


def test_a_revoked_or_superseded_certificate_stays_so():
    assert not CERTIFICATE.actions(CertificateState.REVOKED)
    assert not CERTIFICATE.actions(CertificateState.SUPERSEDED)
