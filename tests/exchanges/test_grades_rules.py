"""Grades keep their order, their identity and their bounds, and the examples come out."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.exchanges.rules.grades import (
    Choice,
    Distribution,
    Scale,
    ScaleFault,
    bounds,
    comparable,
    convert,
    distribution_of,
    large_enough,
    linear,
    nearest,
    scale_of,
    scale_problems,
)

counts = st.lists(st.integers(0, 400), min_size=1, max_size=12).filter(any)


def made(numbers: list[int]) -> tuple[Scale, Distribution]:
    grades = [
        {"code": f"g{at}", "value": len(numbers) - at, "passes": True}
        for at, _ in enumerate(numbers)
    ]
    scale = scale_of(grades)
    return scale, distribution_of(scale, {f"g{at}": n for at, n in enumerate(numbers)})


def value(scale: Scale, found: Fraction | str) -> Fraction:
    if isinstance(found, Fraction):
        return found
    grade = scale.grade(found)
    assert grade is not None
    assert grade.value is not None
    return grade.value


@given(counts, counts, st.sampled_from(Choice))
def test_a_worse_grade_never_becomes_a_better_one(
    source: list[int], target: list[int], choice: Choice
) -> None:
    _, given_table = made(source)
    scale, wanted = made(target)
    found = [
        value(scale, convert(code, given_table, wanted, choice, scale=scale))
        for code in given_table.ranges()
    ]

    assert found == sorted(found, reverse=True)


@given(counts, st.sampled_from([Choice.MAXIMUM, Choice.MIDPOINT, Choice.MINIMUM]))
def test_the_same_table_gives_the_same_grade(numbers: list[int], choice: Choice) -> None:
    scale, table = made(numbers)

    for code in table.ranges():
        assert convert(code, table, table, choice, scale=scale) == code


@given(counts, counts)
def test_every_choice_lies_between_the_worst_and_the_best(
    source: list[int], target: list[int]
) -> None:
    _, given_table = made(source)
    scale, wanted = made(target)
    for code in given_table.ranges():
        best, average, middle, worst = (
            value(scale, convert(code, given_table, wanted, choice, scale=scale))
            for choice in (Choice.MAXIMUM, Choice.AVERAGE, Choice.MIDPOINT, Choice.MINIMUM)
        )
        assert worst <= middle <= best
        assert worst <= average <= best


ITALY = [
    ("30L", 56), ("30", 157), ("29", 5), ("28", 123), ("27", 118), ("26", 90), ("25", 82),
    ("24", 113), ("23", 27), ("22", 60), ("21", 23), ("20", 57), ("19", 19), ("18", 69),
]  # fmt: skip
FOUR = scale_of([{"code": str(n), "value": n, "passes": True} for n in (1, 2, 3, 4)])
OTHERS = distribution_of(FOUR, {"1": 20, "2": 35, "3": 25, "4": 20})


@pytest.mark.parametrize(
    ("grade", "best", "middle", "average", "worst"),
    [
        ("30L", "1", "1", "1.00", "1"),
        ("30", "1", "1", "1.08", "2"),
        ("26", "2", "2", "2.00", "2"),
        ("25", "2", "3", "2.99", "3"),
        ("22", "3", "4", "3.53", "4"),
    ],
)
def test_the_example_of_the_guide(
    grade: str, best: str, middle: str, average: str, worst: str
) -> None:
    table = Distribution(tuple(ITALY))

    def by(choice: Choice) -> Fraction | str:
        return convert(grade, table, OTHERS, choice, scale=FOUR)

    assert (by(Choice.MAXIMUM), by(Choice.MINIMUM)) == (best, worst)
    assert f"{float(by(Choice.AVERAGE)):.2f}" == average
    assert by(Choice.MIDPOINT) == middle
    assert by(Choice.MIDPOINT) in comparable(grade, table, OTHERS)


@pytest.mark.parametrize(
    ("given_mark", "source", "target", "expected"),
    [
        (60, (100, 60), (10, 6), "6"),
        (75, (100, 60), (10, 6), "7.5"),
        (85, (100, 60), (10, 6), "8.5"),
        (95, (100, 60), (10, 6), "9.5"),
        (8, (10, 6), (100, 60), "80"),
        (8, (10, 6), (1, 4), "2.5"),
    ],
)
def test_the_formula_gives_the_published_examples(
    given_mark: int, source: tuple[int, int], target: tuple[int, int], expected: str
) -> None:
    found = linear(
        Fraction(given_mark),
        source=(Fraction(source[0]), Fraction(source[1])),
        target=(Fraction(target[0]), Fraction(target[1])),
    )

    assert found == Fraction(expected)


@given(st.fractions(60, 100), st.fractions(60, 100))
def test_the_formula_keeps_order_and_bounds(one: Fraction, other: Fraction) -> None:
    assume(one <= other)
    a, b = (
        linear(x, source=(Fraction(100), Fraction(60)), target=(Fraction(10), Fraction(6)))
        for x in (one, other)
    )

    assert Fraction(6) <= a <= b <= Fraction(10)


def bands(*rows: tuple[str, int, int, int]) -> Scale:
    return scale_of(
        [{"code": c, "value": int(c), "passes": p > 5, "from": a, "to": b} for c, p, a, b in rows]
    )


BIJELJINA = bands(
    ("10", 10, 91, 100), ("9", 9, 81, 90), ("8", 8, 71, 80), ("7", 7, 61, 70), ("6", 6, 51, 60),
    ("5", 5, 0, 49),
)  # fmt: skip
SARAJEVO = bands(
    ("10", 10, 95, 100), ("9", 9, 85, 94), ("8", 8, 75, 84), ("7", 7, 65, 74), ("6", 6, 55, 64),
    ("5", 5, 0, 54),
)  # fmt: skip


def test_the_checker_finds_the_gap_at_fifty_points() -> None:
    found = [(one.fault, one.points) for one in scale_problems(BIJELJINA)]

    assert found == [(ScaleFault.GAP, 50)]
    assert BIJELJINA.for_points(50) is None
    assert scale_problems(SARAJEVO) == ()


def test_54_points_pass_on_one_scale_and_fail_on_the_other() -> None:
    here, there = BIJELJINA.for_points(54), SARAJEVO.for_points(54)

    assert here == BIJELJINA.grade("6")
    assert there == SARAJEVO.grade("5")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], ScaleFault.EMPTY),
        ([("A", 2, True), ("A", 1, True)], ScaleFault.TWICE),
        ([("A", 2, True), ("B", 2, True)], ScaleFault.ORDER),
        ([("A", 3, True), ("B", 1, True), ("C", 2, True)], ScaleFault.ORDER),
        ([("F", 1, False)], ScaleFault.NOTHING_PASSES),
        ([("A", 3, True), ("F", 2, False), ("B", 1, True)], ScaleFault.OUT_OF_PLACE),
    ],
)
def test_the_checker_names_other_faults(
    rows: list[tuple[str, int, bool]], fault: ScaleFault
) -> None:
    scale = scale_of([{"code": c, "value": v, "passes": p} for c, v, p in rows])

    assert fault in {one.fault for one in scale_problems(scale)}


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8, unique=True))
def test_bands_cut_anywhere_have_no_gap_until_one_is_widened(cuts: list[int]) -> None:
    starts = sorted({0, *cuts}, reverse=True)
    ends = [100, *(start - 1 for start in starts[:-1])]
    rows = [
        {"code": str(at), "value": len(starts) - at, "passes": True, "from": low, "to": high}
        for at, (low, high) in enumerate(zip(starts, ends, strict=True))
    ]
    assert scale_problems(scale_of(rows)) == ()

    rows[0]["from"] = int(str(rows[0]["from"])) + 1
    assert {one.fault for one in scale_problems(scale_of(rows))} & {
        ScaleFault.GAP,
        ScaleFault.BOUNDS,
    }


def test_a_small_group_gives_way_to_the_next_larger_one() -> None:
    tables = {
        "0912": Distribution((("A", 10), ("B", 30))),
        "091": Distribution((("A", 20), ("B", 40))),
        "": Distribution((("A", 500), ("B", 500))),
    }

    assert large_enough(tables, "0912", 40) == ("0912", tables["0912"])
    assert large_enough(tables, "0912", 50) == ("091", tables["091"])
    assert large_enough(tables, "0912", 61) == ("", tables[""])
    assert large_enough(tables, "0912", 1001) is None


def test_a_value_between_two_grades_goes_to_the_nearer_and_in_doubt_to_the_better() -> None:
    assert nearest(SARAJEVO, Fraction("8.4")).code == "8"
    assert nearest(SARAJEVO, Fraction("8.5")).code == "9"
    assert bounds(SARAJEVO) == (Fraction(10), Fraction(6))
