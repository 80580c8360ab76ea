"""Scores and the order that follows from them."""

from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.rules.ranking import DRAW, SCORE, Candidate, Line, Marks, marks_of, ranking

LINES = [Line("merit", 3, 5), Line("plan", 1, 10)]

marks = st.builds(
    lambda total, merit, plan: Marks(total, {"merit": merit, "plan": plan}),
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 2),
)
candidates = st.lists(
    st.builds(Candidate, st.uuids(), marks), max_size=12, unique_by=lambda one: one.id
)
breaks = st.permutations(["merit", "plan"]).flatmap(
    lambda names: st.integers(0, 2).map(lambda many: names[:many])
)


def test_a_score_weighs_the_means_of_the_lines():
    sheets = [{"merit": 5, "plan": 10}, {"merit": 4, "plan": 5}]

    marks = marks_of(LINES, sheets)

    assert marks.lines == {"merit": 4500, "plan": 7500}
    assert marks.total == 86_250  # (3 * 0.9 + 1 * 0.75) / 4


def test_a_sheet_with_a_gap_is_no_sheet():
    with pytest.raises(ValueError, match="plan"):
        marks_of(LINES, [{"merit": 5}])
    with pytest.raises(ValueError, match="nothing"):
        marks_of(LINES, [])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10)), min_size=1, max_size=5))
def test_a_score_stays_within_bounds_and_forgets_the_order_of_sheets(points):
    sheets = [{"merit": merit, "plan": plan} for merit, plan in points]

    marks = marks_of(LINES, sheets)

    assert 0 <= marks.total <= 100_000
    assert marks == marks_of(LINES, sheets[::-1])


@given(candidates, breaks, st.text(max_size=5))
def test_a_ranking_is_a_strict_order_by_score_tie_break_and_draw(people, tie_break, seed):
    found = ranking(people, tie_break, seed)

    assert [one.place for one in found] == list(range(1, len(people) + 1))
    assert found == ranking(people[::-1], tie_break, seed)
    for above, one in pairwise(found):
        high, low = above.candidate.marks, one.candidate.marks
        values = lambda marks: (marks.total, *(marks.lines[name] for name in tie_break))  # noqa: E731 -- two uses
        assert values(high) >= values(low)
        assert (one.rung == DRAW) == (values(high) == values(low))
        assert (one.rung == SCORE) == (high.total != low.total)


def test_the_draw_depends_on_the_seed_alone():
    twins = [Candidate(UUID(int=number), Marks(1, {})) for number in range(6)]

    orders = {tuple(one.id for one in ranking(twins, [], str(seed))) for seed in range(20)}

    assert len(orders) > 10
    assert ranking(twins, [], "x") == ranking(twins, [], "x")
    assert uuid4() not in {one.id for one in ranking(twins, [], "x")}
