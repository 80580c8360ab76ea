"""From the host's transcript to the registrar's decision."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import StateChange
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.exchanges.letter_texts import long_day
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import RecognisedResult
from app.exchanges.queries import letters as letter_queries
from app.exchanges.queries import mobilities, transcripts
from app.exchanges.queries import recognition as queries
from app.exchanges.queries import scales as scale_queries
from app.exchanges.rules.credits import Method, Rounding
from app.exchanges.rules.grades import Choice, scale_of
from app.exchanges.services import letters, recognition, record_letters, scales, transcript_lists
from app.exchanges.services import transcripts as transcript_services
from app.exchanges.services.recognition import GroupAnswer
from app.exchanges.services.transcripts import Line
from app.exchanges.states.letters import LetterState
from app.exchanges.states.mobilities import MOBILITY, MobilityState
from app.exchanges.states.recognition import (
    TRANSCRIPT,
    GroupOutcome,
    LineOutcome,
    RecognitionState,
    TranscriptState,
)
from app.institutions.models import Institution
from tests.factories.accounts import an_actor
from tests.factories.exchanges_learning_agreements import a_learning_agreement
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import (
    BOSNIAN,
    CHINESE,
    LINES,
    a_registrar,
    a_scale,
    a_transcript,
    rules_of_home,
)
from tests.factories.institutions import an_institution


@dataclass
class Stay:
    """A stay that is over, and those who deal with its results."""

    mobility: Mobility
    officer: Actor
    registrar: Actor
    scale: UUID
    home: Institution
    host: Institution


@pytest.fixture
def stay(session: Session) -> Stay:
    home = an_institution(name="Home")
    host = an_institution(name="Host", country="CN", timezone="Asia/Shanghai")
    rules_of_home(home)
    mobility = a_mobility(home, host, state=MobilityState.DEPARTED, isced="0912", eqf_level=6)
    return Stay(
        mobility,
        an_actor("officer", host.id),
        a_registrar(home),
        a_scale(host, CHINESE),
        home,
        host,
    )


def results(stay: Stay) -> list[tuple[str, int | None, str, str]]:
    decision = queries.of_stay(stay.mobility.id)[0]
    return [
        (
            one.line.code,
            one.result.credits_centi,
            one.result.grade,
            str(one.result.provenance["method"]),
        )
        for group in queries.groups_of(decision.id)
        for one in group.results
    ]


def answers(stay: Stay) -> list[GroupAnswer]:
    decision = queries.of_stay(stay.mobility.id)[0]
    return [
        GroupAnswer(
            home_title=one.group.home_title,
            home_credits_centi=one.group.home_credits_centi,
            outcome=one.group.outcome,
            reason=one.group.reason,
            results=tuple((r.line.id, r.result.credits_centi, r.result.grade) for r in one.results),
        )
        for one in queries.groups_of(decision.id)
    ]


def version(stay: Stay) -> int:
    return queries.of_stay(stay.mobility.id)[0].version


def test_results_are_converted_by_the_formula_where_no_distribution_is_known(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)

    assert results(stay) == [("BIO301", 500, "10", "formula"), ("PHA210", 400, "9", "formula")]


def test_results_are_converted_by_distribution_in_the_narrowest_group_that_is_large_enough(
    stay: Stay,
) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    host_registrar = a_registrar(stay.host)
    home_scale = scale_queries.newest_of(stay.mobility.sending_institution_id, "HOME")
    assert home_scale is not None
    for isced, total in (("0912", 10), ("", 200)):
        share = total // 4
        scales.save_table(
            host_registrar,
            stay.scale,
            isced=isced,
            eqf_level=6,
            years="2023–2025",
            counts=dict.fromkeys(("优秀", "良好", "中等", "及格"), share),
            source="Registry",
        )
        scales.save_table(
            stay.registrar,
            home_scale.id,
            isced=isced,
            eqf_level=6,
            years="2023–2025",
            counts={"10": share, "9": share, "8": share, "7": share // 2, "6": share - share // 2},
            source="Registry",
        )
    recognition.prepare(stay.registrar, stay.mobility.id)

    assert results(stay) == [
        ("BIO301", 500, "10", "distribution"),
        ("PHA210", 400, "9", "distribution"),
    ]
    provenance = queries.groups_of(queries.of_stay(stay.mobility.id)[0].id)[0].results[0].result
    assert provenance.provenance["host_field"] == ""


def test_the_registrar_puts_courses_together_corrects_a_grade_and_decides(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    one, other = answers(stay)
    together = GroupAnswer(
        "Molekularna medicina",
        900,
        GroupOutcome.PARTIAL,
        "The laboratory part is missing.",
        (one.results[0], (other.results[0][0], 400, "8")),
    )
    recognition.save(stay.registrar, stay.mobility.id, [together], version=1)
    recognition.decide(stay.registrar, stay.mobility.id, reference="05/2027", version=2)

    decision = queries.of_stay(stay.mobility.id)[0]
    (group,) = queries.groups_of(decision.id)
    assert decision.state == RecognitionState.DECIDED
    assert group.credits_centi == 900
    assert [one.result.grade for one in group.results] == ["10", "8"]
    assert group.results[1].result.provenance["changed_from"] == "9"
    assert [one.line.grade for one in group.results] == ["优秀", "良好"]
    assert mobilities.locked(stay.mobility.id).state == MobilityState.RECOGNISED
    with pytest.raises(WrongState):
        recognition.save(stay.registrar, stay.mobility.id, [together], version=2)


def test_where_no_rule_leads_to_credits_none_are_suggested_and_a_person_writes_them(
    stay: Stay,
) -> None:
    def credits_given(*figures: int | None) -> list[GroupAnswer]:
        return [
            replace(one, results=((one.results[0][0], figure, one.results[0][2]),))
            for one, figure in zip(answers(stay), figures, strict=True)
        ]

    a_transcript(stay.officer, stay.mobility, stay.scale, credit_scheme="hours")
    recognition.prepare(stay.registrar, stay.mobility.id)
    assert [centi for _code, centi, _grade, _method in results(stay)] == [None, None]
    with pytest.raises(Invalid, match="Write the credits at home for: 分子生物学"):
        recognition.decide(stay.registrar, stay.mobility.id, reference="1/27", version=1)

    recognition.save(stay.registrar, stay.mobility.id, credits_given(0, None), version=1)
    recognition.prepare(stay.registrar, stay.mobility.id)  # there is still no rule
    assert [centi for _code, centi, _grade, _method in results(stay)] == [0, None]
    scales.save_credit_rule(
        stay.registrar,
        stay.home.id,
        from_scheme="hours",
        to_scheme="ects",
        method=Method.FIXED,
        parameters={"factor": "0.5"},
        rounding=Rounding.HALF,
        valid_from=date(2020, 1, 1),
        source="Decision 9/2026",
    )
    recognition.prepare(stay.registrar, stay.mobility.id)
    assert [centi for _code, centi, _grade, _method in results(stay)] == [0, 150]
    with pytest.raises(Conflict):
        recognition.decide(stay.registrar, stay.mobility.id, reference="1/27", version=2)
    recognition.decide(stay.registrar, stay.mobility.id, reference="1/27", version=version(stay))


def test_a_later_decision_replaces_an_earlier_one_and_leaves_it_on_record(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    for reference in ("1/2027", "2/2027"):
        recognition.prepare(stay.registrar, stay.mobility.id)
        recognition.decide(
            stay.registrar, stay.mobility.id, reference=reference, version=version(stay)
        )

    found = [(one.reference, one.state) for one in queries.of_stay(stay.mobility.id)]
    assert found == [
        ("2/2027", RecognitionState.DECIDED),
        ("1/2027", RecognitionState.REPLACED),
    ]


def test_a_correction_is_a_new_transcript(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    a_transcript(stay.officer, stay.mobility, stay.scale)

    states = [one.state for one in transcripts.of_stay(stay.mobility.id)]
    assert states == [TranscriptState.RELEASED, TranscriptState.REPLACED]
    assert len(transcripts.lines_of(transcripts.of_stay(stay.mobility.id)[1].id)) == 4


def test_two_registrars_at_once_do_not_overwrite_each_other(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    groups = answers(stay)
    recognition.save(stay.registrar, stay.mobility.id, groups, version=1)

    with pytest.raises(Conflict):
        recognition.save(stay.registrar, stay.mobility.id, groups, version=1)
    with pytest.raises(Conflict):
        recognition.decide(stay.registrar, stay.mobility.id, reference="1/27", version=1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"home_title": " "}, "stands for"),
        ({"outcome": GroupOutcome.REFUSED}, "reason"),
        ({"home_credits_centi": -1}, "below zero"),
        ({"results": None}, "passing grade"),
    ],
)
def test_a_group_is_refused_with_its_number_and_reason(
    stay: Stay, change: dict[str, object], expected: str
) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    one, other = answers(stay)
    if "results" in change:
        change = {"results": ((other.results[0][0], 400, "5"),)}
    wrong = replace(other, **change)  # type: ignore[arg-type]  # of the field's own type

    with pytest.raises(Invalid, match=f"Group 2: .*{expected}"):
        recognition.save(stay.registrar, stay.mobility.id, [one, wrong], version=1)
    assert results(stay) == [("BIO301", 500, "10", "formula"), ("PHA210", 400, "9", "formula")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line("", 100, "优秀", LineOutcome.PASSED), "Row 2: the course has no title"),
        (Line("A", -1, "优秀", LineOutcome.PASSED), "below zero"),
        (Line("A", 100, "A+", LineOutcome.PASSED), "A\\+ is not a grade"),
        (Line("A", 100, "不及格", LineOutcome.PASSED), "contradict"),
        (Line("A", 100, "优秀", LineOutcome.NOT_TAKEN), "has no grade"),
    ],
)
def test_a_wrong_row_changes_nothing(stay: Stay, line: Line, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        transcript_services.write(
            stay.officer,
            stay.mobility.id,
            scale_id=stay.scale,
            credit_scheme="cn",
            lines=[LINES[0], line],
        )
    assert transcripts.of_stay(stay.mobility.id) == []


def test_who_is_nothing_to_the_stay_learns_nothing_and_who_is_may_not_all(
    stay: Stay, session: Session
) -> None:
    stranger = an_actor("officer", an_institution().id)
    home_officer = an_actor("officer", stay.mobility.sending_institution_id)
    before = session.scalars(select(StateChange.id)).all()

    for actor, error in ((stranger, NotFound), (home_officer, Forbidden)):
        with pytest.raises(error):
            a_transcript(actor, stay.mobility, stay.scale)
        with pytest.raises(error):
            recognition.prepare(actor, stay.mobility.id)
    with pytest.raises(Forbidden):
        recognition.prepare(stay.officer, stay.mobility.id)
    assert session.scalars(select(StateChange.id)).all() == before


def test_nothing_is_recognised_before_records_are_received(stay: Stay) -> None:
    with pytest.raises(WrongState):
        recognition.prepare(stay.registrar, stay.mobility.id)


def test_a_scale_with_a_gap_is_refused_with_the_points(stay: Stay) -> None:
    gap = [dict(one) for one in BOSNIAN]
    gap[4]["from"], gap[5]["to"] = 51, 49
    gap[3]["from"], gap[4]["to"] = 61, 60
    gap[3]["to"], gap[2]["from"] = 70, 71

    with pytest.raises(Invalid, match="No grade is given for 50 points"):
        a_scale(stay.home, gap, "RS")


def test_the_rule_decides_which_comparable_grade_is_taken(session: Session) -> None:
    home = an_institution()
    rules_of_home(home, choice=Choice.MINIMUM)

    rule = scale_queries.rule_on(home.id, date(2026, 1, 1))
    assert rule is not None
    assert rule.choice == Choice.MINIMUM


def test_a_list_is_read_whole_or_not_at_all() -> None:
    scale = scale_of(CHINESE)
    good = '课程代码,课程名称,学分,成绩\nBIO301,分子生物学,"3,5",优秀\nSPO1,体育,1,\n,,,\n'
    lines, faults = transcript_lists.read(good.encode("gb18030"), scale)
    assert faults == []
    assert [(one.code, one.credits_centi, one.outcome) for one in lines] == [
        ("BIO301", 350, LineOutcome.PASSED),
        ("SPO1", 100, LineOutcome.NOT_TAKEN),
    ]

    bad = "title,credits,grade\nA,many,优秀\n,1,A+\nB,NaN,优秀\nC,1e9,优秀\n"
    _lines, faults = transcript_lists.read(bad.encode(), scale)
    assert [(one.row, one.column) for one in faults] == [
        (2, "Credits"),
        (3, "Title"),
        (3, "Grade"),
        (4, "Credits"),
        (5, "Credits"),
    ]


def test_results_keep_the_scale_they_were_given_on(stay: Stay, session: Session) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    recognition.decide(stay.registrar, stay.mobility.id, reference="1/27", version=1)
    a_scale(stay.host, BOSNIAN)  # a new version of the same code

    assert transcripts.of_stay(stay.mobility.id)[0].scale_id == stay.scale
    used = session.scalars(select(RecognisedResult)).all()
    assert {one.provenance["host_scale"] for one in used} == {str(stay.scale)}


def test_what_was_passed_replaces_as_one_group_what_the_learning_agreement_names(
    session: Session,
) -> None:
    home, host = an_institution(name="Home"), an_institution(name="Host", country="CN")
    rules_of_home(home)
    mobility = a_mobility(home, host, state=MobilityState.PRE_DEPARTURE, eqf_level=6)
    a_learning_agreement(mobility)
    with atomic():
        for action in ("make_ready", "arrive", "begin", "depart"):
            stay = mobilities.locked(mobility.id)
            stay.actual_from = stay.actual_until = stay.planned_from
            audit.move(SYSTEM, stay, MOBILITY.machine, action, kind=MOBILITY.kind)
    office = an_actor("officer", host.id)
    a_transcript(office, mobility, a_scale(host, CHINESE))
    recognition.prepare(a_registrar(home), mobility.id)

    (group,) = queries.groups_of(queries.of_stay(mobility.id)[0].id)
    assert group.group.home_title == "Klinička medicina"
    assert group.group.home_credits_centi == 1800
    assert len(group.results) == 2


def test_a_corrected_transcript_makes_the_decision_in_preparation_begin_anew(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    worse = (replace(LINES[0], grade="不及格", outcome=LineOutcome.FAILED), *LINES[1:])
    transcript_services.write(
        stay.officer, stay.mobility.id, scale_id=stay.scale, credit_scheme="cn", lines=worse
    )
    transcript_services.release(stay.officer, stay.mobility.id)

    stale, number = answers(stay), version(stay)
    with pytest.raises(Conflict):
        recognition.save(stay.registrar, stay.mobility.id, stale, version=number)
    with pytest.raises(Conflict):
        recognition.decide(stay.registrar, stay.mobility.id, reference="4/2026", version=number)
    recognition.prepare(stay.registrar, stay.mobility.id)
    recognition.decide(stay.registrar, stay.mobility.id, reference="4/2026", version=version(stay))

    assert results(stay) == [("PHA210", 400, "9", "formula")]


def test_what_was_printed_of_a_corrected_transcript_is_withdrawn(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    printed = record_letters.issue_transcript(stay.officer, stay.mobility.id, ["en"])
    letters.print_and_issue(printed.id)
    a_transcript(stay.officer, stay.mobility, stay.scale)

    assert letter_queries.locked(printed.id).state == LetterState.REVOKED
    again = record_letters.issue_transcript(stay.officer, stay.mobility.id, ["en"])
    letters.print_and_issue(again.id)
    assert letters.replace(stay.officer, again.id, "A wrong name.").id != again.id
    with atomic():
        audit.move(
            SYSTEM,
            transcripts.released(stay.mobility.id),
            TRANSCRIPT.machine,
            "replace",
            kind=TRANSCRIPT.kind,
            institution_id=stay.host.id,
        )
    newest = letter_queries.of_stay(stay.mobility.id)[0]
    letters.print_and_issue(newest.id)
    with pytest.raises(WrongState):
        letters.replace(stay.officer, newest.id, "Once more.")


def test_what_was_not_achieved_is_not_recognised_as_agreed(stay: Stay) -> None:
    def say(outcome: GroupOutcome, reason: str, *more: GroupAnswer, agreed: int = 1800) -> int:
        (one,) = (one for one in answers(stay) if one.results)
        said = replace(one, outcome=outcome, reason=reason, home_credits_centi=agreed)
        recognition.save(stay.registrar, stay.mobility.id, [said, *more], version=version(stay))
        return version(stay)

    def decide(number: int) -> None:
        recognition.decide(stay.registrar, stay.mobility.id, reference="3/27", version=number)

    a_learning_agreement(stay.mobility)  # 18 ECTS at home
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    (suggested,) = answers(stay)
    assert suggested.outcome == GroupOutcome.PARTIAL
    assert suggested.reason == "9 of the 18 credits that were agreed were earned."
    with pytest.raises(Invalid, match="Group 1: less counts than was agreed"):
        decide(say(GroupOutcome.AS_AGREED, ""))
    with pytest.raises(Invalid, match="answer to 9 of the 18 credits"):
        decide(say(GroupOutcome.AS_AGREED, "", agreed=900))
    failed = GroupAnswer("Statistika", 900, GroupOutcome.REFUSED, "Failed at the host.", ())
    with pytest.raises(Invalid, match="Group 2: no course stands in it"):
        say(GroupOutcome.AS_AGREED, "", replace(failed, outcome=GroupOutcome.PARTIAL))
    decide(say(GroupOutcome.AS_AGREED, "", failed, agreed=900))

    found = queries.groups_of(queries.of_stay(stay.mobility.id)[0].id)
    assert [(one.group.outcome, len(one.results)) for one in found] == [
        (GroupOutcome.AS_AGREED, 2),
        (GroupOutcome.REFUSED, 0),
    ]


@pytest.mark.parametrize("agreed", [True, False])
def test_where_nobody_passed_the_decision_refuses_what_was_agreed(stay: Stay, agreed: bool) -> None:
    if agreed:
        a_learning_agreement(stay.mobility)
    transcript_services.write(
        stay.officer, stay.mobility.id, scale_id=stay.scale, credit_scheme="cn", lines=LINES[2:3]
    )
    transcript_services.release(stay.officer, stay.mobility.id)
    recognition.prepare(stay.registrar, stay.mobility.id)

    (one,) = answers(stay)
    title = "Klinička medicina" if agreed else "统计学 Statistics"
    said = (one.home_title, one.home_credits_centi, one.outcome, one.reason)
    assert said == (title, 1800 * agreed, GroupOutcome.REFUSED, "No course was passed.")
    recognition.save(stay.registrar, stay.mobility.id, [], version=version(stay))
    number = version(stay)
    with pytest.raises(Invalid, match="Nothing is answered yet"):
        recognition.decide(stay.registrar, stay.mobility.id, reference="3/27", version=number)
    recognition.prepare(stay.registrar, stay.mobility.id)
    recognition.decide(stay.registrar, stay.mobility.id, reference="3/27", version=version(stay))
    assert [one.outcome for one in answers(stay)] == [GroupOutcome.REFUSED]


def test_the_printed_decision_says_why_what_failed_how_and_when(stay: Stay) -> None:
    a_transcript(stay.officer, stay.mobility, stay.scale)
    recognition.prepare(stay.registrar, stay.mobility.id)
    one, other = answers(stay)
    half = replace(one, outcome=GroupOutcome.PARTIAL, reason="Half.", home_credits_centi=700)
    none = GroupAnswer("Statistika", 300, GroupOutcome.REFUSED, "Failed there.", ())
    recognition.save(stay.registrar, stay.mobility.id, [half, other, none], version=1)
    recognition.decide(stay.registrar, stay.mobility.id, reference="7/27", version=2)
    printed = record_letters.issue_decision(stay.registrar, stay.mobility.id, ["en"]).snapshot

    said, courses, failed = (table["rows"] for table in printed["extra"]["tables"])
    assert [(row[1], row[2]["en"], row[3]) for row in said] == [
        ("7 / 5", "Recognised in part", "Half."),
        ("4 / 4", "Recognised as agreed", ""),
        ("3 / 0", "Not recognised", "Failed there."),
    ]
    assert "By formula" in courses[0][4]["en"]
    assert "Version 1 of the rules" in courses[0][4]["en"]
    assert [row[0].split()[-1] for row in failed] == ["Statistics", "Sports"]
    day = long_day(now().astimezone(ZoneInfo(stay.home.timezone)).date(), "en")
    assert [fact[0]["en"] for fact in printed["extra"]["facts"]][1] == "Decided on"
    assert printed["extra"]["facts"][1][1]["en"] == day
