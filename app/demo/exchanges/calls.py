"""The calls of the demo: one in every state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.calls import Call
from app.exchanges.queries import calls as queries
from app.exchanges.queries import quotas
from app.exchanges.rules.academic_years import academic_year_of
from app.exchanges.services import call_clock, call_parts, call_questions, calls
from app.exchanges.services.call_parts import CriterionPlan, RequirementPlan
from app.exchanges.services.call_plans import CallPlan
from app.exchanges.states.agreements import STAFF_KINDS, ExchangeKind
from app.exchanges.states.calls import AcademicTerm, Audience, CallState

_RUBRIC = (
    ({"en": "Study results", "zh_Hans_CN": "学业成绩", "sr_Cyrl": "Успјех у студију"}, 3),
    ({"en": "Motivation", "zh_Hans_CN": "申请动机", "sr_Cyrl": "Мотивација"}, 2),
    ({"en": "Language", "zh_Hans_CN": "语言", "sr_Cyrl": "Језик"}, 1),
)
_S = CallState
ZONES = {"UNIBL": "Europe/Sarajevo", "SUMHS": "Asia/Shanghai"}
OFFICERS = {"UNIBL": "officer", "SUMHS": "officer_shanghai"}
CHAIRS = {"UNIBL": "administrator", "SUMHS": "faculty_shanghai"}
REVIEWERS = {
    "UNIBL": ("faculty", "teacher_banja_luka"),
    "SUMHS": ("teacher_shanghai", "officer_shanghai"),
}


@dataclass(frozen=True, slots=True)
class Idea:
    """One call: whose, how far it has come, how many apply, and when its stays begin."""

    home: str
    code: str
    title: Mapping[str, str]
    state: CallState
    people: int
    begins: int
    lasts: int = 140
    kind: ExchangeKind = ExchangeKind.STUDIES
    term: AcademicTerm = AcademicTerm.SPRING
    named: tuple[str, ...] = ()
    notice_days: int = 0


def _semester(when: str, when_zh: str, when_sr: str) -> dict[str, str]:
    return {
        "en": f"A semester in Shanghai, {when}",
        "zh_Hans_CN": f"上海学期交流，{when_zh}",
        "sr_Cyrl": f"Семестар у Шангају, {when_sr}",
    }


_VISIT = {
    "en": "Two weeks in the laboratories of Shanghai",
    "zh_Hans_CN": "上海实验室两周访问",
    "sr_Cyrl": "Двије седмице у лабораторијама Шангаја",
}
_TO_BANJA_LUKA = {
    "en": "A semester in Banja Luka",
    "zh_Hans_CN": "巴尼亚卢卡学期交流",
    "sr_Cyrl": "Семестар у Бањој Луци",
}
_TEACH = {
    "en": "Teaching visits to Shanghai",
    "zh_Hans_CN": "赴上海教学访问",
    "sr_Cyrl": "Наставничке посјете Шангају",
}

IDEAS = (
    Idea("UNIBL", "SEM-A", _semester("last year", "去年", "прошле године"), _S.ARCHIVED, 8, -260),
    Idea(
        "UNIBL", "SEM-B", _semester("this autumn", "今年秋季", "ове јесени"), _S.FINALISED, 9, -70
    ),
    Idea("SUMHS", "SEM-1", _TO_BANJA_LUKA, _S.FINALISED, 8, -55, named=("trainee_shanghai",)),
    Idea("UNIBL", "LAB-A", _VISIT, _S.NOTICE, 7, 75, 14, ExchangeKind.SHORT_VISIT, notice_days=14),
    Idea(
        "UNIBL",
        "SEM-C",
        _semester("next spring", "明年春季", "идућег прољећа"),
        _S.RELEASED,
        8,
        92,
        named=("trainee",),
    ),
    Idea("SUMHS", "SEM-2", _TO_BANJA_LUKA, _S.EMBARGOED, 7, 95),
    Idea("UNIBL", "LAB-B", _VISIT, _S.SELECTING, 7, 300, 14, ExchangeKind.SHORT_VISIT),
    Idea("SUMHS", "LAB-1", _TO_BANJA_LUKA, _S.CLOSED, 5, 130, 14, ExchangeKind.SHORT_VISIT),
    Idea(
        "UNIBL",
        "SEM-D",
        _semester("next autumn", "明年秋季", "идуће јесени"),
        _S.OPEN,
        9,
        290,
        term=AcademicTerm.AUTUMN,
        named=("trainee",),
    ),
    Idea("UNIBL", "TEA-A", _TEACH, _S.PUBLISHED, 0, 200, 5, ExchangeKind.TEACHING),
    Idea("SUMHS", "TEA-1", _TEACH, _S.CANCELLED, 2, 150, 5, ExchangeKind.TEACHING),
    Idea("UNIBL", "TEA-B", _TEACH, _S.DRAFT, 0, 400, 5, ExchangeKind.TEACHING),
)

_DONE = (_S.EMBARGOED, _S.RELEASED, _S.NOTICE, _S.FINALISED, _S.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Opened:
    """One call that was made."""

    idea: Idea
    call_id: UUID
    officer: Actor
    chair: Actor


def open_call(idea: Idea, staff: Mapping[str, UUID], places: Mapping[str, UUID]) -> Opened:
    """Write a call with its parts and, unless it stays a draft, publish it."""
    officer = actor_for(staff[OFFICERS[idea.home]])
    chair_id = staff[CHAIRS[idea.home]]
    call_id = calls.create_call(officer, places[idea.home], _plan(idea, chair_id))
    _add_parts(idea, officer, call_id)
    if idea.state != _S.DRAFT:
        calls.publish(officer, call_id)
    return Opened(idea, call_id, officer, actor_for(chair_id))


def _plan(idea: Idea, chair_id: UUID) -> CallPlan:
    zone = ZONES[idea.home]
    today = now().astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    first = today.date() + timedelta(days=idea.begins)
    opens = _at(today, 6 if idea.state == _S.PUBLISHED else -9, 9)
    return CallPlan(
        code=idea.code,
        title=idea.title,
        summary={
            "en": "Places at the partner university, with a grant for travel and stay.",
            "zh_Hans_CN": "合作大学名额，含旅费和生活费资助。",
            "sr_Cyrl": "Мјеста на партнерском универзитету, са стипендијом за пут и боравак.",
        },
        description={
            "en": "You study or work with a group of the partner and come back with results that"
            " are recognised. The office helps with visa, insurance and a place to live.",
            "zh_Hans_CN": "您将在合作院校的团队中学习或工作，取得的成绩回校后予以认定。"
            "国际交流处协助办理签证、保险和住宿。",
            "sr_Cyrl": "Учите или радите са групом партнера и враћате се са резултатима који"
            " се признају. Канцеларија помаже око визе, осигурања и смјештаја.",
        },
        kind=idea.kind,
        academic_year=academic_year_of(first),
        term=idea.term,
        stay_from=first,
        stay_until=first + timedelta(days=idea.lasts),
        timezone=zone,
        opens=opens,
        closes=_at(today, 24, 20),
        release=_at(today, 45, 12),
        public_notice_days=idea.notice_days,
        max_preferences=1,
        chair_id=chair_id,
        # Doctoral students who teach go on visits too.
        audience=Audience.BOTH if idea.people and idea.kind in STAFF_KINDS else None,
    )


def _at(today: datetime, days: int, hour: int) -> datetime:
    return (today + timedelta(days=days)).replace(hour=hour, minute=0)


def _add_parts(idea: Idea, officer: Actor, call_id: UUID) -> None:
    call = queries.locked(call_id)
    offered = quotas.offered_to(call.institution_id, call.kind, call.academic_year)
    for quota, _host in offered:
        call_parts.add_destination(officer, call_id, quota.id, {})
    call_questions.put_rule(officer, call_id, "home_institution", {}, strict=True)
    if idea.kind == ExchangeKind.STUDIES:
        call_questions.put_rule(officer, call_id, "min_ects", {"minimum": 60}, strict=True)
    call_questions.put_rule(
        officer, call_id, "language_level", {"language": "en", "level": "B1"}, strict=False
    )
    call_questions.put_field(
        officer,
        call_id,
        {
            "type": "long_text",
            "step": 1,
            "label": {
                "en": "Why you want to go",
                "zh_Hans_CN": "申请理由",
                "sr_Cyrl": "Зашто желите да идете",
            },
            "required": True,
            "limits": {"max": 3000},
        },
    )
    if idea.kind == ExchangeKind.STUDIES:
        call_parts.put_requirement(
            officer,
            call_id,
            RequirementPlan(
                title={
                    "en": "Transcript of records so far",
                    "zh_Hans_CN": "成绩单",
                    "sr_Cyrl": "Досадашњи препис оцјена",
                },
                note={},
                media_types=("application/pdf",),
                max_bytes=5_000_000,
            ),
        )
    for title, weight in _RUBRIC:
        call_parts.put_criterion(
            officer,
            call_id,
            CriterionPlan(title=title, note={}, max_points=10, weight=weight),
        )


def close(opened: Opened) -> None:
    """Close or cancel a call whose time in the demo is over.

    Nobody can apply in the past, so its dates are set by hand; the history says truly that it
    was written today.
    """
    idea, moment = opened.idea, now()
    if idea.state == _S.CANCELLED:
        reason = "The partner has no funds for teaching visits this year."
        calls.cancel(opened.officer, opened.call_id, reason=reason)
    if idea.state not in (*_DONE, _S.CLOSED, _S.SELECTING):
        return
    with atomic():
        call = queries.locked(opened.call_id)
        call.opens_at, call.closes_at = moment - timedelta(days=60), moment - timedelta(days=12)
        call.release_at = moment + timedelta(days=6)
    call_clock.advance(opened.call_id)
    if idea.state != _S.CLOSED:
        calls.begin_selection(opened.officer, opened.call_id)


def release(opened: Opened) -> None:
    """End the embargo of a call, whose results are then known."""
    with atomic():
        queries.locked(opened.call_id).release_at = now()
    call_clock.advance(opened.call_id)


def finish(opened: Opened) -> None:
    """Let a call be over whose time to appeal is past, and put the oldest away."""
    if opened.idea.state not in (_S.FINALISED, _S.ARCHIVED):
        return
    with atomic():
        call: Call = queries.locked(opened.call_id)
        call.released_at = now() - timedelta(days=11)
        db.session.flush()
    call_clock.advance(opened.call_id)
    if opened.idea.state == _S.ARCHIVED:
        calls.archive(opened.officer, opened.call_id)
