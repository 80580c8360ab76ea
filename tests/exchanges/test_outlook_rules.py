"""Whose turn it is follows from the state that an applicant may know, and from the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from app.exchanges.rules.outlook import Dates, Next, Now, Waits, outlook
from app.exchanges.states.applications import ApplicationState as S
from app.exchanges.states.mobilities import AdmissionState as A
from app.exchanges.states.mobilities import MobilityState as M
from app.exchanges.states.mobilities import NominationState as N

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=3), NOW - timedelta(days=3)


def dates(**values):
    standard = {"accepts": True, "is_cancelled": False, "closes_at": LATER, "release_at": LATER}
    return Dates(**(standard | values))


def planned(admission, stay=M.PLANNED):
    return {"stay": stay, "nomination": N.APPROVED, "admission": admission}


@pytest.mark.parametrize(
    ("state", "values", "waits", "what", "until"),
    [
        (S.DRAFT, {}, Waits.YOU, Now.SEND, LATER),
        (S.DRAFT, {"accepts": False}, Waits.NOBODY, Now.NOT_SENT, None),
        (S.DRAFT, {"is_cancelled": True}, Waits.NOBODY, Now.CANCELLED, None),
        (S.SUBMITTED, {"is_cancelled": True}, Waits.NOBODY, Now.CANCELLED, None),
        (S.RETURNED, {"due_at": LATER}, Waits.YOU, Now.CORRECT, LATER),
        (S.RETURNED, {"due_at": EARLIER}, Waits.NOBODY, Now.TOO_LATE, None),
        (S.SUBMITTED, {}, Waits.OFFICE, Now.CHECK, None),
        (S.UNDER_REVIEW, {}, Waits.COMMITTEE, Now.REVIEW, None),
        (S.SELECTED, {"offer_expires_at": LATER}, Waits.YOU, Now.ANSWER, LATER),
        (S.SELECTED, {"offer_expires_at": EARLIER}, Waits.NOBODY, Now.OFFER_OVER, None),
        (S.NOMINATED, {"stay": None}, Waits.HOST, Now.ADMIT, None),
        (S.NOMINATED, {"stay": M.PLANNED}, Waits.HOST, Now.ADMIT, None),
        (S.NOMINATED, {"stay": M.PLANNED, "nomination": N.PENDING}, Waits.HOST, Now.ADMIT, None),
        (
            S.NOMINATED,
            {"stay": M.PLANNED, "nomination": N.REJECTED},
            Waits.HOME,
            Now.REJECTED,
            None,
        ),
        (S.NOMINATED, planned(A.AWAITING_DOCUMENTS), Waits.YOU, Now.PAPERS, None),
        (S.NOMINATED, planned(A.COMPLETE), Waits.HOST, Now.ADMIT, None),
        (S.NOMINATED, planned(A.CONDITIONAL), Waits.YOU, Now.CONDITIONS, None),
        (S.NOMINATED, {"stay": M.DEPARTED}, Waits.HOST, Now.RECORDS, None),
        (S.NOMINATED, {"stay": M.DEPARTED, "has_records": False}, Waits.HOME, Now.STAY_OVER, None),
        (S.NOMINATED, planned(A.REFUSED), Waits.HOME, Now.NOT_ADMITTED, None),
        (S.NOMINATED, planned(A.LAPSED), Waits.HOME, Now.ADMISSION_LAPSED, None),
        (S.NOMINATED, planned(A.LETTER_ISSUED, M.READY), Waits.YOU, Now.SAY_COMING, None),
        (
            S.NOMINATED,
            {"stay": M.READY, "nomination": N.PENDING},
            Waits.HOST,
            Now.CHANGED_PLAN,
            None,
        ),
        (S.NOMINATED, {"stay": M.READY}, Waits.YOU, Now.PREPARE, None),
        (S.NOMINATED, {"stay": M.INTERRUPTED}, Waits.NOBODY, Now.ABROAD, None),
        (S.NOMINATED, {"stay": M.RECORDS_RECEIVED}, Waits.HOME, Now.RECOGNITION, None),
        (S.NOMINATED, {"stay": M.CANCELLED}, Waits.NOBODY, Now.NO_STAY, None),
        (S.WITHDRAWN, {"is_cancelled": True}, Waits.NOBODY, Now.OVER, None),
    ],
)
def test_whose_turn_it_is(state, values, waits, what, until):
    found = outlook(state, dates(**values), NOW)
    assert (found.waits_for, found.now, found.until) == (waits, what, until)


@pytest.mark.parametrize("state", list(S))
def test_every_state_says_something_and_results_only_while_they_are_to_come(state):
    found = outlook(state, dates(release_at=EARLIER, due_at=LATER), NOW)
    assert found.next_at is None
    if found.next == Next.RESULTS:
        assert outlook(state, dates(), NOW).next_at == LATER
