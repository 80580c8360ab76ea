"""Forms that an office builds: what answers are worth keeping, and why others are not."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchanges.rules.forms import (
    AnswerFault,
    FieldFault,
    FieldType,
    clean,
    in_step,
    moved,
    problems,
    steps_of,
)
from app.exchanges.words.forms import fault_in_words

PLACES = ("p1", "p2", "p3")
FILE = str(UUID(int=7))
OPTIONS = [{"id": key, "label": {"en": key}} for key in ("a", "b", "c")]
FIELDS: list[dict[str, Any]] = [
    {"id": "text", "type": "text", "limits": {"min": 2, "max": 5}},
    {"id": "long", "type": "long_text", "limits": {"max": 20}},
    {"id": "choice", "type": "choice", "options": OPTIONS},
    {"id": "multiple", "type": "multiple", "options": OPTIONS, "limits": {"max": 2}},
    {"id": "number", "type": "number", "limits": {"min": 0, "max": 10, "decimals": 2}},
    {"id": "date", "type": "date", "limits": {"min": "2027-01-01", "max": "2027-12-31"}},
    {"id": "file", "type": "file"},
    {"id": "preferences", "type": "preferences", "limits": {"max": 2}, "required": True},
]
for _field in FIELDS:
    _field.update(step=1, label={"en": _field["id"]})


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("text", "  ab  c ", "ab c"),
        ("long", "one\r\ntwo ", "one\ntwo"),
        ("choice", "b", "b"),
        ("multiple", ["c", "a"], ["a", "c"]),
        ("number", "9,50", "9.5"),
        ("number", 7, 7),
        ("number", "10.00", 10),
        ("date", "2027-05-06", "2027-05-06"),
        ("file", FILE.upper(), FILE),
        ("preferences", ["p2", "", "p1"], ["p2", "p1"]),
    ],
)
def test_answers_are_kept_in_one_shape(key, typed, kept):
    found, faults = clean(FIELDS, {key: typed}, partial=True, destinations=PLACES)

    assert (found, faults) == ({key: kept}, {})


@pytest.mark.parametrize(
    ("key", "typed", "fault"),
    [
        ("text", "abcdef", AnswerFault.TOO_LONG),
        ("text", "a", AnswerFault.TOO_SHORT),
        ("long", ["x"], AnswerFault.WRONG_SHAPE),
        ("choice", "z", AnswerFault.NO_CHOICE),
        ("multiple", ["a", "b", "c"], AnswerFault.TOO_MANY),
        ("multiple", ["z"], AnswerFault.NO_CHOICE),
        ("number", "nan", AnswerFault.NO_NUMBER),
        ("number", "1e999", AnswerFault.NO_NUMBER),
        ("number", "1.234", AnswerFault.NO_NUMBER),
        ("number", True, AnswerFault.NO_NUMBER),
        ("number", "-1", AnswerFault.TOO_SMALL),
        ("number", "11", AnswerFault.TOO_LARGE),
        ("date", "tomorrow", AnswerFault.NO_DATE),
        ("date", "2026-12-31", AnswerFault.TOO_EARLY),
        ("date", "2028-01-01", AnswerFault.TOO_LATE),
        ("file", "../etc/passwd", AnswerFault.NO_FILE),
        ("preferences", ["p1", "p1"], AnswerFault.TWICE),
        ("preferences", ["p9"], AnswerFault.NO_CHOICE),
        ("preferences", list(PLACES), AnswerFault.TOO_MANY),
        ("preferences", [" "], AnswerFault.REQUIRED),
    ],
)
def test_answers_that_cannot_be_taken_name_their_fault(key, typed, fault):
    found, faults = clean(FIELDS, {key: typed}, destinations=PLACES)

    assert key not in found
    assert faults[key] is fault
    field = next(one for one in FIELDS if one["id"] == key)
    assert "%(" not in fault_in_words(fault, field)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.dates().map(str)
    | st.sampled_from(["a", "p1", "p2", FILE]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
ANSWERS = st.dictionaries(st.sampled_from([one["id"] for one in FIELDS] + ["unasked"]), VALUES)


@settings(max_examples=60)
@given(ANSWERS, st.booleans())
def test_what_is_kept_is_kept_again_and_nothing_is_both_kept_and_refused(answers, partial):
    kept, faults = clean(FIELDS, answers, partial=partial, destinations=PLACES)

    json.dumps(kept)
    assert set(kept).isdisjoint(faults)
    assert set(kept) | set(faults) <= {one["id"] for one in FIELDS}
    again, further = clean(FIELDS, kept, partial=partial, destinations=PLACES)
    assert again == kept
    assert set(further) <= {"preferences"} & set(faults)


@settings(max_examples=50)
@given(ANSWERS)
def test_a_whole_answer_is_also_a_draft(answers):
    whole, _faults = clean(FIELDS, answers, destinations=PLACES)
    draft, missing = clean(FIELDS, answers, partial=True, destinations=PLACES)

    assert whole.items() <= draft.items()
    assert AnswerFault.REQUIRED not in missing.values()


@given(st.lists(st.integers(), max_size=8), st.integers(-2, 9), st.sampled_from([-1, 1]))
def test_moving_keeps_everything_and_moving_back_restores_it(items, index, by):
    order = moved(items, index, by)

    assert sorted(order) == sorted(items)
    if order != items:
        assert moved(order, index + by, -by) == items


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ({"id": ""}, FieldFault.NO_ID),
        ({"type": "colour"}, FieldFault.UNKNOWN_TYPE),
        ({"label": {"bs": "Ime"}}, FieldFault.NO_LABEL),
        ({"step": 3}, FieldFault.NO_SUCH_STEP),
        ({"type": "choice"}, FieldFault.NO_OPTIONS),
        ({"type": "choice", "options": [OPTIONS[0], OPTIONS[0]]}, FieldFault.SAME_OPTION),
        ({"limits": {"min": 5, "max": 2}}, FieldFault.LIMITS),
    ],
)
def test_a_form_that_cannot_be_filled_in_is_not_stored(field, fault):
    whole = {"id": "x", "type": "text", "step": 1, "label": {"en": "X"}} | field

    assert [problem.fault for problem in problems([whole], 2)] == [fault]


def test_forms_have_one_order_of_destinations_and_steps_in_order():
    assert problems(FIELDS) == ()
    twice = [*FIELDS, FIELDS[-1] | {"id": "again", "step": 1}]
    assert [one.fault for one in problems(twice)] == [FieldFault.TWO_PREFERENCES]
    later = [FIELDS[0] | {"step": 2}, FIELDS[1]]
    assert steps_of(later) == [1, 2]
    assert [one["id"] for one in in_step(later, 2)] == ["text"]
    assert {FieldType(one["type"]) for one in FIELDS} == set(FieldType)
