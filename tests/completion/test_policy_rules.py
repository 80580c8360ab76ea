"""A completion follows from its policy and its facts alone."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attendance.rules import Mark, Meeting
from app.attendance.states import StatusKind
from app.completion.rules import (
    Fault,
    Finding,
    InvalidPolicy,
    Verdict,
    evaluate,
    facts_hash,
    facts_of,
    is_due,
    policy_problems,
    read_policy,
    register,
    standing,
)
from app.courses.states import SessionState

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
PRESENT, ABSENT, EXCUSED = (
    Mark(k) for k in (StatusKind.PRESENT, StatusKind.ABSENT, StatusKind.EXCUSED)
)
SHARE = {"criterion": "attendance", "threshold_bp": 8000}
ALL = {"criterion": "required_sessions", "sessions": "all"}


class Said:
    """Finds what it is told to."""

    def problems(self, node):
        return iter(())

    def find(self, node, facts, context):
        return Finding(Verdict(node["verdict"]), None, None)


register("said_by_a_test", Said())


def said(verdict):
    return {"criterion": "said_by_a_test", "verdict": verdict}


def facts(*marks, scheduled=0, run_closed=False, state=SessionState.LOCKED):
    states = [state] * len(marks) + [SessionState.SCHEDULED] * scheduled
    planned = [
        Meeting(f"m{n}", START + timedelta(days=n), 90, 90, one) for n, one in enumerate(states)
    ]
    known = {f"m{n}": mark for n, mark in enumerate(marks) if mark}
    return facts_of(planned, known, run_closed=run_closed)


def verdict_of(rule, known):
    return evaluate(read_policy({"rule": rule}), known).verdict


TREES = st.recursive(
    st.sampled_from(Verdict).map(said),
    lambda inner: st.builds(
        lambda key, children: {key: children},
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=12,
)


def possible(node):
    """Return what the tree could become once every pending criterion is settled."""
    if "criterion" in node:
        pending = node["verdict"] == Verdict.PENDING
        return {True, False} if pending else {node["verdict"] == Verdict.MET}
    key = "all" if "all" in node else "any"
    children = [possible(child) for child in node[key]]
    wholly = all if key == "all" else any
    partly = any if key == "all" else all
    outcomes = set()
    if wholly(True in one for one in children):
        outcomes.add(True)
    if partly(False in one for one in children):
        outcomes.add(False)
    return outcomes


@given(TREES)
def test_a_tree_is_settled_exactly_when_nothing_pending_can_turn_it(tree):
    depth = json.dumps(tree).count("[")
    if depth > 6:
        return

    outcome = verdict_of(tree, {})

    assert outcome == (
        Verdict.PENDING if len(possible(tree)) == 2
        else Verdict.MET if possible(tree) == {True} else Verdict.NOT_MET
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (facts(*[PRESENT] * 8, ABSENT, ABSENT), Verdict.MET),
        (facts(*[PRESENT] * 7, *[ABSENT] * 3), Verdict.NOT_MET),
        (facts(*[PRESENT] * 8, scheduled=1), Verdict.PENDING),
        (facts(PRESENT, None, state=SessionState.HELD), Verdict.PENDING),
        (facts(*[ABSENT] * 3, scheduled=7), Verdict.NOT_MET),
        (facts(*[ABSENT] * 2, scheduled=8), Verdict.PENDING),
        (facts(), Verdict.PENDING),
        (facts(scheduled=3), Verdict.PENDING),
        ({}, Verdict.PENDING),
    ],
)
def test_a_share_is_pending_only_while_it_can_still_turn(known, verdict):
    assert verdict_of(SHARE, known) == verdict


@pytest.mark.parametrize(
    ("rule", "known", "verdict"),
    [
        (ALL, facts(PRESENT, Mark(StatusKind.LATE)), Verdict.MET),
        (ALL, facts(PRESENT, ABSENT, scheduled=1), Verdict.NOT_MET),
        (ALL, facts(PRESENT, None), Verdict.NOT_MET),
        (ALL, facts(PRESENT, scheduled=1), Verdict.PENDING),
        (ALL, facts(PRESENT, EXCUSED), Verdict.NOT_MET),
        ({**ALL, "excused_counts": True}, facts(PRESENT, EXCUSED), Verdict.MET),
        ({**ALL, "sessions": ["m0"]}, facts(PRESENT, ABSENT), Verdict.MET),
        ({**ALL, "sessions": ["m1"]}, facts(PRESENT, ABSENT), Verdict.NOT_MET),
        ({**ALL, "sessions": ["elsewhere"]}, facts(PRESENT), Verdict.PENDING),
        (ALL, {}, Verdict.PENDING),
    ],
)
def test_required_sessions_are_attended_each(rule, known, verdict):
    assert verdict_of(rule, known) == verdict


def test_a_decision_keeps_value_threshold_and_evidence():
    outcome = evaluate(read_policy({"rule": {"all": [SHARE, ALL]}}), facts(PRESENT, ABSENT))

    assert outcome.criteria_as_json() == [
        {"path": "rule.all.0", "criterion": "attendance", "verdict": "not_met", "value": 5000,
         "threshold": 8000, "evidence": ["m0", "m1"]},
        {"path": "rule.all.1", "criterion": "required_sessions", "verdict": "not_met", "value": 1,
         "threshold": 2, "evidence": ["m0", "m1"]},
    ]  # fmt: skip
    assert json.loads(json.dumps(outcome.criteria_as_json())) == outcome.criteria_as_json()


def test_the_same_facts_have_the_same_hash_and_others_another():
    known = facts(PRESENT, ABSENT)

    assert facts_hash(json.loads(json.dumps(known))) == facts_hash(dict(reversed(known.items())))
    assert facts_hash(known) != facts_hash(facts(PRESENT, PRESENT))
    assert evaluate(read_policy({"rule": SHARE}), known).facts_hash == facts_hash(known)


@pytest.mark.parametrize(
    ("early", "known", "verdict", "due"),
    [
        (False, facts(PRESENT), Verdict.MET, False),
        (True, facts(PRESENT), Verdict.MET, True),
        (True, facts(PRESENT, scheduled=1), Verdict.MET, False),
        (True, facts(ABSENT), Verdict.NOT_MET, False),
        (False, facts(ABSENT, run_closed=True), Verdict.NOT_MET, True),
        (False, facts(PRESENT, run_closed=True), Verdict.PENDING, False),
    ],
)
def test_a_verdict_moves_an_enrolment_at_the_close_or_early_when_allowed(
    early, known, verdict, due
):
    assert is_due(read_policy({"rule": SHARE, "early": early}), known, verdict) == due


@pytest.mark.parametrize(
    ("policy", "path", "fault"),
    [
        (None, "", Fault.NOT_AN_OBJECT),
        ({}, "rule", Fault.MISSING),
        ({"rule": SHARE, "rules": 1}, "rules", Fault.UNKNOWN_KEY),
        ({"rule": SHARE, "early": 1}, "early", Fault.WRONG_TYPE),
        ({"rule": []}, "rule", Fault.NOT_AN_OBJECT),
        ({"rule": {}}, "rule", Fault.NOT_ONE_KIND),
        ({"rule": {"all": [SHARE], "any": [SHARE]}}, "rule", Fault.NOT_ONE_KIND),
        ({"rule": {"all": []}}, "rule.all", Fault.EMPTY_BRANCH),
        ({"rule": {"all": SHARE}}, "rule.all", Fault.WRONG_TYPE),
        ({"rule": {"any": [SHARE], "min": 1}}, "rule.min", Fault.UNKNOWN_KEY),
        ({"rule": {"criterion": "luck"}}, "rule.criterion", Fault.UNKNOWN_CRITERION),
        ({"rule": {"criterion": []}}, "rule.criterion", Fault.UNKNOWN_CRITERION),
        ({"rule": {"criterion": "attendance"}}, "rule.threshold_bp", Fault.MISSING),
        ({"rule": {**SHARE, "threshold_bp": "80"}}, "rule.threshold_bp", Fault.WRONG_TYPE),
        ({"rule": {**SHARE, "threshold_bp": True}}, "rule.threshold_bp", Fault.WRONG_TYPE),
        ({"rule": {**SHARE, "threshold_bp": 0}}, "rule.threshold_bp", Fault.OUT_OF_RANGE),
        ({"rule": {"all": [SHARE, {**SHARE, "threshold_bp": 10_001}]}}, "rule.all.1.threshold_bp",
         Fault.OUT_OF_RANGE),
        ({"rule": {**ALL, "sessions": [1]}}, "rule.sessions", Fault.WRONG_TYPE),
        ({"rule": {**ALL, "sessions": 5}}, "rule.sessions", Fault.WRONG_TYPE),
        ({"rule": {**ALL, "sessions": []}}, "rule.sessions", Fault.OUT_OF_RANGE),
        ({"rule": SHARE, "credits": []}, "credits", Fault.NOT_AN_OBJECT),
        ({"rule": SHARE, "credits": {"x": 1}}, "credits.x", Fault.UNKNOWN_KEY),
        ({"rule": SHARE, "credits": {"late_bp": 0.5}}, "credits.late_bp", Fault.WRONG_TYPE),
        ({"rule": SHARE, "credits": {"late_bp": 20_000}}, "credits.late_bp", Fault.OUT_OF_RANGE),
    ],
)  # fmt: skip
def test_a_faulty_policy_is_refused_with_its_place(policy, path, fault):
    assert [(one.path, one.fault) for one in policy_problems(policy)] == [(path, fault)]
    with pytest.raises(InvalidPolicy):
        read_policy(policy)


def test_a_policy_nested_without_end_is_refused():
    rule = SHARE
    for _ in range(200):
        rule = {"all": [rule]}

    assert [one.fault for one in policy_problems({"rule": rule})] == [Fault.TOO_DEEP]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "criterion", "rule", "credits", "x"]), inner
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_any_json_is_a_policy_or_refused(value):
    if not policy_problems(value):
        evaluate(read_policy(value), {})


def test_a_trainee_sees_so_far_best_and_what_may_be_missed():
    policy = read_policy({"rule": {"all": [SHARE, {**SHARE, "threshold_bp": 5000}]}})

    now = standing(policy, facts(PRESENT, PRESENT, PRESENT, ABSENT, scheduled=6))
    lost = standing(policy, facts(*[ABSENT] * 3, scheduled=7))
    new = standing(policy, facts())

    assert (now.threshold_bp, now.so_far_bp, now.best_bp, now.may_miss) == (8000, 7500, 9000, 1)
    assert (now.outcome.verdict, now.is_out_of_reach) == (Verdict.PENDING, False)
    assert (lost.may_miss, lost.is_out_of_reach) == (None, True)
    assert (new.so_far_bp, new.best_bp, new.is_out_of_reach) == (None, None, False)
