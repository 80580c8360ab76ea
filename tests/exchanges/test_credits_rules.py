"""Credits: the factors that are published, and what rounding may not do."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.rules.credits import (
    CreditFactor,
    Method,
    Rounding,
    differs_too_much,
    factor_of,
)


@pytest.mark.parametrize(
    ("method", "parameters", "expected"),
    [
        (Method.YEAR_RATIO, {"target": "60", "source": "37.5"}, "1.6"),
        (Method.YEAR_RATIO, {"target": 60, "source": 40}, "1.5"),
        (Method.HOURS, {"source": 45, "target": "30"}, "1.5"),
        (Method.FIXED, {"factor": "1.5"}, "1.5"),
    ],
)
def test_the_factors_that_are_published(
    method: Method, parameters: dict[str, object], expected: str
) -> None:
    assert factor_of(method, parameters) == Fraction(expected)


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        (Method.YEAR_RATIO, {"target": 60, "source": 0}),
        (Method.HOURS, {"source": 45}),
        (Method.FIXED, {"factor": 0}),
        (Method.FIXED, {"factor": "a lot"}),
    ],
)
def test_a_rule_without_sense_is_refused(method: Method, parameters: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        factor_of(method, parameters)


@given(
    st.fractions(Fraction(1, 4), 4),
    st.sampled_from(Rounding),
    st.integers(0, 6000),
    st.integers(0, 6000),
)
def test_more_credits_never_become_fewer_and_rounding_moves_less_than_a_step(
    factor: Fraction, rounding: Rounding, one: int, other: int
) -> None:
    rule = CreditFactor(factor, rounding)
    step = {Rounding.NONE: 1, Rounding.HALF: 50, Rounding.WHOLE: 100}[rounding]
    low, high = sorted((one, other))

    assert rule.convert(low) <= rule.convert(high)
    assert rule.convert(one) % step == 0
    assert abs(rule.convert(one) - factor * one) <= Fraction(step, 2)


def test_a_quarter_is_the_most_that_converted_and_home_credits_may_differ() -> None:
    assert not differs_too_much(500, 400)
    assert differs_too_much(501, 400)
