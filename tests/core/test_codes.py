"""Codes survive being read aloud and typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import ALPHABET, encode, grouped, read_code


@given(st.binary(min_size=10, max_size=20))
def test_a_code_is_read_back_from_its_groups_in_any_case(data):
    code = encode(data, 16)

    assert len(code) == 16
    assert read_code(grouped(code).lower().replace("0", "o").replace("1", "l"), 16) == code
    assert read_code(f" {grouped(code).replace('-', ' – ')} ", 16) == code


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_different_bits_make_different_codes(one, other):
    assert (encode(one, 16) == encode(other, 16)) == (one == other)


@given(st.text(max_size=100))
def test_whatever_is_typed_is_a_code_or_nothing(text):
    code = read_code(text, 8)

    assert code is None or (len(code) == 8 and set(code) <= set(ALPHABET))


def test_too_few_bits_are_refused():
    with pytest.raises(ValueError, match="too few"):
        encode(b"123456789", 16)
