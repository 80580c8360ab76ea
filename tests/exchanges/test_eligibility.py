"""Rules of eligibility: what they decide, at their limits and for any facts at all."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.i18n import LOCALES, in_language
from app.exchanges.rules import isced
from app.exchanges.rules.eligibility import (
    CEFR,
    TYPES,
    CallFacts,
    Fault,
    Outcome,
    check,
    facts_needed,
    is_blocked,
    problems,
)
from app.exchanges.rules.periods import add_months, days_between, months_of
from app.exchanges.words.eligibility import RULE_LABELS, reason, rule_in_words, what_to_do

TODAY = date(2027, 3, 1)
CALL = CallFacts("home", date(2027, 9, 1), date(2028, 1, 31))
PARAMETERS: dict[str, dict[str, Any]] = {
    "home_institution": {},
    "eqf_level": {"levels": [6, 7]},
    "field_isced": {"codes": ["09"]},
    "min_ects": {"minimum": 60},
    "language_level": {"language": "en", "level": "B2"},
    "months_between": {"minimum": 3, "maximum": 12},
    "max_months_cycle": {"maximum": 12},
    "no_overlapping_stay": {},
    "passport_valid_months": {"months": 15, "counted_from": "today"},
    "documents_fresh": {"days": 180},
    "citizenship_lead_time": {"countries": ["BA", "RS"], "days": 60},
}
RULES = [{"id": name, "type": name, "parameters": one} for name, one in PARAMETERS.items()]
GOOD: dict[str, Any] = {
    "institution_id": "home",
    "eqf_level": 6,
    "isced": "0912",
    "ects_done": 60,
    "languages": {"en": "B2"},
    "months_abroad": 7,
    "stays": [{"from": "2026-09-01", "until": "2027-08-31"}],
    "passport_until": "2028-06-01",
    "documents": [{"issued_on": "2026-09-02"}],
    "citizenship": "BA",
}


def one(name: str, facts: dict[str, Any], **changes: Any):
    rule = {"id": name, "type": name, "parameters": PARAMETERS[name], **changes}
    (finding,) = check([rule], facts, TODAY, CALL)
    return finding


def test_whoever_meets_every_rule_at_its_limit_passes():
    found = check(RULES, GOOD, TODAY, CALL)

    assert [finding.outcome for finding in found] == [Outcome.PASS] * len(TYPES)
    assert problems(RULES) == ()
    assert set(PARAMETERS) == set(TYPES) == set(RULE_LABELS)


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("home_institution", "institution_id", "elsewhere"),
        ("eqf_level", "eqf_level", 5),
        ("field_isced", "isced", "0613"),
        ("min_ects", "ects_done", "59.5"),
        ("language_level", "languages", [{"language": "en", "level": "B1"}]),
        ("language_level", "languages", {}),
        ("max_months_cycle", "months_abroad", "7.1"),
        ("no_overlapping_stay", "stays", [{"from": "2028-01-31", "until": "2028-06-30"}]),
        ("passport_valid_months", "passport_until", date(2028, 5, 31)),
        ("documents_fresh", "documents", [{"issued_on": "2026-09-01"}]),
    ],
)
def test_one_step_beyond_the_limit_fails_or_is_left_to_the_office(name, fact, value):
    facts = GOOD | {fact: value}

    assert one(name, facts).outcome is Outcome.FAIL
    assert one(name, facts, strict=False).outcome is Outcome.NEEDS_HUMAN
    assert is_blocked([one(name, facts)])


def test_the_length_of_the_stay_is_counted_in_months_of_thirty_days():
    short = CallFacts("home", date(2027, 9, 1), date(2027, 11, 29))
    (finding,) = check([RULES[5]], {}, TODAY, short)

    assert (finding.outcome, finding.details["days"]) == (Outcome.FAIL, 89)
    assert days_between(date(2027, 2, 1), date(2027, 2, 28)) == 30
    assert days_between(date(2028, 2, 1), date(2028, 6, 30)) == 150
    assert [months_of(days) for days in (30, 45, 89, 150)] == ["1", "1.5", "3", "5"]
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)


def test_two_passports_need_a_visa_only_when_both_do():
    late = CallFacts("home", TODAY + timedelta(days=59), date(2028, 1, 31))
    rule = [RULES[-1]]

    assert check(rule, {"citizenship": "BA"}, TODAY, late)[0].outcome is Outcome.FAIL
    assert check(rule, {"citizenship": ["BA", "RS"]}, TODAY, late)[0].outcome is Outcome.FAIL
    assert check(rule, {"citizenship": ["BA", "HR"]}, TODAY, late)[0].outcome is Outcome.PASS


def test_what_is_not_known_is_left_to_a_person():
    for finding in check(RULES, {}, TODAY, CALL):
        if finding.type != "months_between":
            assert finding.outcome is Outcome.NEEDS_HUMAN
            assert finding.details["missing"] in facts_needed(RULES)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"id": "a", "type": "min_ects", "parameters": {}}, Fault.MISSING),
        ({"id": "a", "type": "min_ects", "parameters": {"minimum": 0}}, Fault.NOT_POSSIBLE),
        ({"id": "a", "type": "min_ects", "parameters": {"minimum": True}}, Fault.NOT_POSSIBLE),
        ({"id": "a", "type": "nonsense"}, Fault.UNKNOWN_TYPE),
        ({"id": "", "type": "home_institution"}, Fault.NO_ID),
        ({"id": "a", "type": "field_isced", "parameters": {"codes": ["9998"]}}, Fault.NOT_POSSIBLE),
        (
            {"id": "a", "type": "months_between", "parameters": {"minimum": 6, "maximum": 3}},
            Fault.NOT_IN_ORDER,
        ),
    ],
)
def test_rules_that_make_no_sense_are_not_stored_and_never_pass(rule, fault):
    assert [problem.fault for problem in problems([rule])] == [fault]
    if fault is not Fault.NO_ID:
        assert check([rule], GOOD, TODAY, CALL)[0].outcome is Outcome.NEEDS_HUMAN
    assert Fault.SAME_ID in {problem.fault for problem in problems([RULES[0], RULES[0]])}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=12)
    | st.dates().map(str)
    | st.sampled_from(["en", "B2", "0912", "BA", "2027-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["language", "level", "from", "until", "issued_on", "en"]), inner
        )
    ),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(GOOD)), VALUES))
def test_any_facts_at_all_get_one_finding_for_each_rule(facts):
    found = check(RULES, facts, TODAY, CALL)

    assert [finding.rule_id for finding in found] == list(PARAMETERS)
    assert found == check(RULES, facts, TODAY, CALL)
    for finding in found:
        json.dumps(finding.details)
        assert reason(finding) is not None
        assert (what_to_do(finding) == "") == (finding.outcome is Outcome.PASS)


@given(
    st.integers(1, 600),
    st.integers(0, 700),
    st.integers(0, 100),
    st.sampled_from(CEFR),
    st.sampled_from(CEFR),
)
def test_more_never_harms(needed, done, more, level, needed_level):
    credits_ = {"id": "a", "type": "min_ects", "parameters": {"minimum": needed}}
    language = {
        "id": "b",
        "type": "language_level",
        "parameters": {"language": "en", "level": needed_level},
    }
    higher = CEFR[min(CEFR.index(level) + 1, 5)]

    before = check(
        [credits_, language], {"ects_done": done, "languages": {"en": level}}, TODAY, CALL
    )
    after = check(
        [credits_, language], {"ects_done": done + more, "languages": {"en": higher}}, TODAY, CALL
    )

    for one_before, one_after in zip(before, after, strict=True):
        assert one_before.outcome is not Outcome.PASS or one_after.outcome is Outcome.PASS


@pytest.mark.parametrize("locale", LOCALES)
def test_every_rule_is_said_in_every_language(locale):
    bad = {"eqf_level": 3, "isced": "0613", "ects_done": 1, "languages": {"en": "A1"}}
    with in_language(locale):
        for rule, finding in zip(RULES, check(RULES, GOOD | bad, TODAY, CALL), strict=True):
            assert rule_in_words(rule)
            assert "%(" not in rule_in_words(rule) + reason(finding) + what_to_do(finding)


def test_the_list_of_fields_is_that_of_isced_f_2013():
    lengths = [len(isced.of_length(digits)) for digits in (2, 3, 4)]

    assert len(isced.names()) == sum(lengths) == 220
    assert isced.name_of("0912") == "Medicine"
    assert isced.unknown(["0912", "9998", "091"]) == ["9998"]
    assert [isced.is_detailed(code) for code in ("0912", "091", "9998")] == [True, False, False]
