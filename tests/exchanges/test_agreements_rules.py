"""What agreements compute: hashes, differences and days."""

import json
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.rules.academic_years import (
    academic_year_of,
    earliest_end,
    first_day,
    last_day,
    year_label,
)
from app.exchanges.rules.agreements import changed_lines, is_reordered, terms_hash

LINES = st.lists(
    st.builds(
        lambda number, places, codes: {"line_id": number, "places": places, "isced_codes": codes},
        st.integers(1, 6),
        st.integers(0, 3),
        st.lists(st.sampled_from(["0912", "0913"]), unique=True),
    ),
    unique_by=lambda line: line["line_id"],
    max_size=5,
)


@given(LINES, LINES)
def test_what_changed_is_all_that_differs_and_nothing_else(before, after):
    changes = changed_lines(before, after)

    old = {line["line_id"]: line for line in before}
    new = {line["line_id"]: line for line in after}
    assert {c.after["line_id"] for c in changes if not c.before} == new.keys() - old.keys()
    assert {c.before["line_id"] for c in changes if not c.after} == old.keys() - new.keys()
    for change in changes:
        if change.before and change.after:
            assert change.fields
    assert changed_lines(after, after) == []
    assert not is_reordered(after, after)


@given(LINES)
def test_the_hash_follows_the_text_and_the_order_of_promises(lines):
    assert terms_hash({"a": 1, "conditions": lines}) == terms_hash({"conditions": lines, "a": 1})
    backwards = lines[::-1]
    same = terms_hash({"conditions": lines}) == terms_hash({"conditions": backwards})
    assert same == (lines == backwards)


def test_the_hash_of_a_known_text_stays():
    text = '{"conditions":[],"title":"Размјена 交换"}'

    assert terms_hash({"title": "Размјена 交换", "conditions": []}) == (
        "de93f13af1b6acdd4552f41bb1b577ba44a0eb4ca215852f9b3b56202af65e6e"
    )
    assert sha256(text.encode()).hexdigest() == terms_hash(json.loads(text))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_is_in_one_academic_year(day):
    year = academic_year_of(day)

    assert first_day(year) <= day <= last_day(year)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_notice_leaves_a_whole_academic_year(day):
    end = earliest_end(day)

    begins = first_day(academic_year_of(end))
    assert begins >= day
    assert (begins - day).days <= 366


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 9, 2), date(2028, 8, 31)),
        (date(2027, 3, 1), date(2028, 8, 31)),
    ],
)
def test_told_by_september_it_ends_a_year_later(told, ends):
    assert earliest_end(told) == ends


def test_years_are_written_as_people_write_them():
    assert [year_label(2026), year_label(1999)] == ["2026/27", "1999/00"]
