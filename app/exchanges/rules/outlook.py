"""For whom an application waits, until when, and what comes next: all from its state and dates."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.exchanges.states.applications import OVER, ApplicationState
from app.exchanges.states.mobilities import (
    ABROAD,
    AdmissionState,
    MobilityState,
    NominationState,
)


class Waits(StrEnum):
    """Whose turn it is."""

    YOU = "you"
    OFFICE = "office"
    COMMITTEE = "committee"
    OTHERS = "others"
    HOST = "host"
    HOME = "home"
    NOBODY = "nobody"


class Now(StrEnum):
    """What has to happen now."""

    SEND = "send"
    NOT_SENT = "not_sent"
    CANCELLED = "cancelled"
    CORRECT = "correct"
    TOO_LATE = "too_late"
    CHECK = "check"
    REVIEW = "review"
    ANSWER = "answer"
    OFFER_OVER = "offer_over"
    QUEUE = "queue"
    NOMINATE = "nominate"
    ADMIT = "admit"
    REJECTED = "rejected"
    PAPERS = "papers"
    CONDITIONS = "conditions"
    NOT_ADMITTED = "not_admitted"
    ADMISSION_LAPSED = "admission_lapsed"
    SAY_COMING = "say_coming"
    CHANGED_PLAN = "changed_plan"
    PREPARE = "prepare"
    ABROAD = "abroad"
    RECORDS = "records"
    RECOGNITION = "recognition"
    RECOGNISED = "recognised"
    NO_STAY = "no_stay"
    APPEAL = "appeal"
    STAY_OVER = "stay_over"
    OVER = "over"


class Next(StrEnum):
    """What happens after that."""

    CHECK = "check"
    REVIEW = "review"
    RESULTS = "results"
    NOMINATION = "nomination"
    HOST = "host"
    STAY = "stay"
    RECOGNITION = "recognition"
    PASSED_ON = "passed_on"
    DECISION = "decision"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Dates:
    """The moments that an outlook rests on, and how far a stay and its answers have come."""

    accepts: bool
    is_cancelled: bool
    closes_at: datetime
    release_at: datetime
    due_at: datetime | None = None
    offer_expires_at: datetime | None = None
    stay: MobilityState | None = None
    nomination: NominationState | None = None
    admission: AdmissionState | None = None
    has_records: bool = True
    """Whether the host certifies results of the stay; of staff and short visits it does not."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whose turn it is, for what, until when, and what follows when."""

    waits_for: Waits
    now: Now
    until: datetime | None = None
    next: Next = Next.NOTHING
    next_at: datetime | None = None


_S = ApplicationState
_M, _N, _A = MobilityState, NominationState, AdmissionState


def outlook(shown: ApplicationState, dates: Dates, moment: datetime) -> Outlook:
    """Return what an applicant may be told, from the state they may know.

    What the clock has not noted yet is told as it is: a deadline that has passed has passed.
    """
    if dates.is_cancelled and shown not in OVER:
        return Outlook(Waits.NOBODY, Now.CANCELLED)
    coming = dates.release_at if dates.release_at > moment else None
    return {
        _S.DRAFT: _of_draft(dates),
        _S.RETURNED: _of_returned(dates, moment),
        _S.SELECTED: _of_offer(dates, moment),
        _S.SUBMITTED: Outlook(Waits.OFFICE, Now.CHECK, None, Next.RESULTS, coming),
        _S.UNDER_REVIEW: Outlook(Waits.COMMITTEE, Now.REVIEW, None, Next.RESULTS, coming),
        _S.RANKED: Outlook(Waits.COMMITTEE, Now.REVIEW, None, Next.RESULTS, coming),
        _S.WAIT_LISTED: Outlook(Waits.OTHERS, Now.QUEUE, None, Next.PASSED_ON),
        _S.CONFIRMED: Outlook(Waits.OFFICE, Now.NOMINATE, None, Next.HOST),
        _S.NOMINATED: _of_stay(dates),
        _S.UNDER_APPEAL: Outlook(Waits.COMMITTEE, Now.APPEAL, None, Next.DECISION),
    }.get(shown, Outlook(Waits.NOBODY, Now.OVER))


def _of_returned(dates: Dates, moment: datetime) -> Outlook:
    if dates.due_at is not None and moment < dates.due_at:
        return Outlook(Waits.YOU, Now.CORRECT, dates.due_at, Next.CHECK)
    return Outlook(Waits.NOBODY, Now.TOO_LATE)


def _of_offer(dates: Dates, moment: datetime) -> Outlook:
    if dates.offer_expires_at is None or moment < dates.offer_expires_at:
        return Outlook(Waits.YOU, Now.ANSWER, dates.offer_expires_at, Next.NOMINATION)
    return Outlook(Waits.NOBODY, Now.OFFER_OVER, None, Next.PASSED_ON)


def _of_stay(dates: Dates) -> Outlook:
    stay = dates.stay or _M.PLANNED
    if stay == _M.PLANNED:
        return _of_plan(dates)
    if stay in ABROAD:
        after = Next.RECOGNITION if dates.has_records else Next.NOTHING
        return Outlook(Waits.NOBODY, Now.ABROAD, None, after)
    if stay in (_M.DEPARTED, _M.ENDED_EARLY) and not dates.has_records:
        return Outlook(Waits.HOME, Now.STAY_OVER)
    if stay in (_M.PRE_DEPARTURE, _M.READY):
        return _before_departure(dates)
    return {
        _M.DEPARTED: Outlook(Waits.HOST, Now.RECORDS, None, Next.RECOGNITION),
        _M.ENDED_EARLY: Outlook(Waits.HOST, Now.RECORDS, None, Next.RECOGNITION),
        _M.RECORDS_RECEIVED: Outlook(Waits.HOME, Now.RECOGNITION),
        _M.RECOGNISED: Outlook(Waits.NOBODY, Now.RECOGNISED),
        _M.CLOSED: Outlook(Waits.NOBODY, Now.OVER),
        _M.CANCELLED: Outlook(Waits.NOBODY, Now.NO_STAY),
        _M.NO_SHOW: Outlook(Waits.NOBODY, Now.NO_STAY),
    }[stay]


def _of_plan(dates: Dates) -> Outlook:
    """Return who is to act before a stay is sure: the host, the applicant, or home again."""
    if dates.nomination == _N.REJECTED:
        return Outlook(Waits.HOME, Now.REJECTED)
    if dates.nomination == _N.CANCELLED:
        return Outlook(Waits.NOBODY, Now.NO_STAY)
    waits_for_host = Outlook(Waits.HOST, Now.ADMIT, None, Next.STAY)
    if dates.nomination != _N.APPROVED:
        return waits_for_host
    return {
        _A.AWAITING_DOCUMENTS: Outlook(Waits.YOU, Now.PAPERS, None, Next.HOST),
        _A.CONDITIONAL: Outlook(Waits.YOU, Now.CONDITIONS, None, Next.HOST),
        _A.REFUSED: Outlook(Waits.HOME, Now.NOT_ADMITTED),
        _A.LAPSED: Outlook(Waits.HOME, Now.ADMISSION_LAPSED),
    }.get(dates.admission or _A.COMPLETE, waits_for_host)


def _before_departure(dates: Dates) -> Outlook:
    if dates.nomination == _N.PENDING:
        return Outlook(Waits.HOST, Now.CHANGED_PLAN, None, Next.STAY)
    if dates.admission == _A.LETTER_ISSUED:
        return Outlook(Waits.YOU, Now.SAY_COMING, None, Next.STAY)
    return Outlook(Waits.YOU, Now.PREPARE)


def _of_draft(dates: Dates) -> Outlook:
    if dates.accepts:
        return Outlook(Waits.YOU, Now.SEND, dates.closes_at, Next.CHECK)
    return Outlook(Waits.NOBODY, Now.NOT_SENT)
