"""A code on the wall proves presence for a minute, a claim for ten, and a pass its holder."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attendance.checkin import (
    CLAIM_LIFETIME,
    Claim,
    InvalidClaim,
    claim_from,
    code_for,
    holder_of,
    is_current,
    pass_code,
    seconds_left,
    window_of,
)
from app.attendance.states import RecordSource
from app.core.codes import ALPHABET, grouped

SECRET = b"s" * 32
START = datetime(2027, 3, 1, 9, tzinfo=UTC)
WINDOW = window_of(START, START + timedelta(minutes=90), 15)
MOMENTS = st.datetimes(datetime.fromisoformat("2020-01-01"), timezones=st.just(UTC))


@given(MOMENTS, st.uuids(), st.integers(0, 29))
def test_a_code_holds_for_its_step_and_the_next(at, session, later):
    code = code_for(SECRET, session, at)
    step_ends = at.replace(microsecond=0) + timedelta(seconds=seconds_left(at))

    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert is_current(SECRET, session, code, at)
    assert is_current(SECRET, session, grouped(code).lower(), step_ends + timedelta(seconds=later))
    assert not is_current(SECRET, session, code, step_ends + timedelta(seconds=30 + later))
    assert not is_current(SECRET, session, code, at - timedelta(seconds=31))


@given(MOMENTS, st.uuids(), st.uuids())
def test_a_code_is_of_one_session_and_one_secret(at, session, other):
    code = code_for(SECRET, session, at)

    assert is_current(SECRET, other, code, at) == (session == other)
    assert not is_current(b"t" * 32, session, code, at)


@given(MOMENTS)
def test_the_countdown_ends_when_the_code_changes(at):
    left = seconds_left(at)
    end = at.replace(microsecond=0) + timedelta(seconds=left)

    assert 1 <= left <= 30
    assert code_for(SECRET, UUID(int=1), end) != code_for(SECRET, UUID(int=1), at)
    assert code_for(SECRET, UUID(int=1), end - timedelta(seconds=1)) == code_for(
        SECRET, UUID(int=1), at
    )


@given(st.text(max_size=40))
def test_rubbish_is_no_code(text):
    assert not is_current(SECRET, UUID(int=1), text, START)
    assert holder_of(SECRET, text, [(UUID(int=1), 1)]) is None


@given(st.lists(st.uuids(), min_size=1, max_size=20, unique=True), st.data())
def test_a_pass_names_its_holder_until_it_is_replaced(people, data):
    holder = data.draw(st.sampled_from(people))
    scanned = grouped(pass_code(SECRET, holder)).lower()

    assert holder_of(SECRET, scanned, [(one, 1) for one in people]) == holder
    assert holder_of(SECRET, scanned, [(one, 2) for one in people]) is None


def test_the_window_opens_early_and_closes_at_the_end():
    assert not WINDOW.holds(START - timedelta(minutes=15, microseconds=1))
    assert WINDOW.holds(START - timedelta(minutes=15))
    assert WINDOW.holds(START + timedelta(minutes=90, microseconds=-1))
    assert not WINDOW.holds(START + timedelta(minutes=90))


@given(st.uuids(), st.uuids(), st.integers(0, 10**6))
def test_a_claim_survives_being_signed(id_, session, milliseconds):
    proven = START + timedelta(milliseconds=milliseconds)
    claim = Claim(id_, session, proven, RecordSource.SELF_QR)

    read = claim_from(claim.payload())

    assert (read.id, read.session_id, read.source) == (id_, session, RecordSource.SELF_QR)
    assert abs(read.proven_at - proven) <= timedelta(milliseconds=1)


def test_a_claim_outlives_the_window_but_not_ten_minutes():
    proven = WINDOW.closes_at - timedelta(seconds=1)
    claim = Claim(UUID(int=1), UUID(int=2), proven, RecordSource.SELF_CODE)

    assert claim.stands(proven + CLAIM_LIFETIME, WINDOW)
    assert not claim.stands(proven + CLAIM_LIFETIME + timedelta.resolution, WINDOW)
    assert not claim.stands(proven - timedelta.resolution, WINDOW)
    late = Claim(UUID(int=1), UUID(int=2), WINDOW.closes_at, RecordSource.SELF_CODE)
    assert not late.stands(WINDOW.closes_at, WINDOW)


GOOD = Claim(UUID(int=1), UUID(int=2), START, RecordSource.SELF_QR).payload()


@pytest.mark.parametrize(
    "payload",
    [None, [], "x", {}, {**GOOD, "id": 3}, {**GOOD, "at": "now"}, {**GOOD, "at": 10**30},
     {**GOOD, "at": float("nan")}, {**GOOD, "session": "zz"}, {**GOOD, "source": "staff"}],
)  # fmt: skip
def test_what_is_no_claim_is_refused(payload):
    with pytest.raises(InvalidClaim):
        claim_from(payload)
