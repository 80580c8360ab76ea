"""Numbers notice a wrong character; codes are read however they are typed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.serials import (
    Serial,
    check_characters,
    printed_code,
    read_serial,
    read_verification_code,
    verification_code,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SERIALS = st.builds(
    Serial,
    st.from_regex(r"[A-Z][A-Z0-9]{1,11}", fullmatch=True),
    st.integers(1000, 9999),
    st.integers(1, 10**9 - 1),
)


def test_the_check_is_that_of_the_standard():
    assert check_characters("ISO79") == "3W"


def test_a_number_is_written_with_six_digits_at_least():
    assert str(Serial("UBL", 2027, 1)).startswith("UBL-2027-000001-")
    assert str(Serial("UBL", 2027, 1_234_567)).startswith("UBL-2027-1234567-")


@given(SERIALS)
def test_a_number_is_read_back_however_it_is_typed(serial):
    text = str(serial)

    assert read_serial(text) == serial
    assert read_serial(f"  {text.lower().replace('-', ' – ')} ") == serial
    if serial.number < 10**6:
        assert read_serial(text.replace("-", "")) == serial


@given(SERIALS, st.data())
def test_every_single_wrong_character_is_noticed(serial, data):
    text = str(serial)
    at = data.draw(st.sampled_from([n for n, c in enumerate(text) if c != "-"]))
    other = data.draw(st.sampled_from([c for c in LETTERS + "0123456789" if c != text[at]]))

    assert read_serial(text[:at] + other + text[at + 1 :]) is None


@given(SERIALS, st.data())
def test_every_swap_of_neighbours_is_noticed(serial, data):
    text = str(serial)
    bare = [n for n, c in enumerate(text) if c != "-"]
    pairs = [(a, b) for a, b in pairwise(bare) if text[a] != text[b]]
    a, b = data.draw(st.sampled_from(pairs))
    swapped = list(text)
    swapped[a], swapped[b] = text[b], text[a]

    assert read_serial("".join(swapped)) is None


@given(st.text(max_size=100))
def test_whatever_is_typed_is_answered(text):
    assert read_serial(text) is None or str(read_serial(text))
    read_verification_code(text)


@pytest.mark.parametrize(
    "parts",
    [("U", 2027, 1), ("UBL-X", 2027, 1), ("ubl", 2027, 1), ("UBL", 27, 1), ("UBL", 2027, 0)],
)
def test_a_number_that_cannot_be_is_not_made(parts):
    with pytest.raises(ValueError, match=r"issuer|range"):
        Serial(*parts)


@given(st.binary(min_size=10, max_size=10))
def test_a_verification_code_is_read_back_from_print(random):
    code = verification_code(random)

    assert len(code) == 16
    assert [len(part) for part in printed_code(code).split("-")] == [4, 4, 4, 4]
    assert read_verification_code(printed_code(code).lower()) == code


def test_a_verification_code_takes_all_its_bits():
    with pytest.raises(ValueError, match="ten random bytes"):
        verification_code(b"short")
