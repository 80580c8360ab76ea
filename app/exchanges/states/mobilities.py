"""The life of a stay abroad, of its nomination, the host's admission and the letters."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class NominationState(StrEnum):
    """What the host said to a nomination."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


_N = NominationState
OVER_FOR_HOST = frozenset({_N.REJECTED, _N.CANCELLED})
"""What the host said no to, or what was taken back: of the stay it reads nothing more."""

NOMINATION = Workflow(
    "nomination",
    Machine(
        move("approve", {_N.PENDING}, _N.APPROVED),
        move("reject", {_N.PENDING}, _N.REJECTED),
        # A no to a changed plan leaves what was approved before as it is, with its place.
        move("keep_former", {_N.PENDING}, _N.APPROVED),
        # A change of content is a new proposal, which the host has not seen yet.
        move("propose", {_N.PENDING, _N.APPROVED, _N.REJECTED}, _N.PENDING),
        move("cancel", {_N.PENDING, _N.APPROVED}, _N.CANCELLED),
        start=_N.PENDING,
    ),
    {
        "approve": {Party.HOST_OFFICER},
        "reject": {Party.HOST_OFFICER},
        "keep_former": {Party.HOST_OFFICER},
        "propose": {Party.HOME_OFFICER},
        "cancel": {Party.HOME_OFFICER},
    },
)


class AdmissionState(StrEnum):
    """How far the host's admission has come."""

    AWAITING_DOCUMENTS = "awaiting_documents"
    COMPLETE = "complete"
    CONDITIONAL = "conditional"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    LETTER_ISSUED = "letter_issued"
    CONFIRMED_COMING = "confirmed_coming"


_A = AdmissionState
ADMITTED = frozenset({_A.ACCEPTED, _A.LETTER_ISSUED, _A.CONFIRMED_COMING})
NOT_ADMITTED = frozenset({_A.REFUSED, _A.LAPSED})
"""Admissions that came to nothing: the place is free until something else is proposed."""

ADMISSION = Workflow(
    "host_admission",
    Machine(
        move("complete", {_A.AWAITING_DOCUMENTS}, _A.COMPLETE),
        move("accept", {_A.COMPLETE}, _A.ACCEPTED),
        move("accept_conditionally", {_A.COMPLETE}, _A.CONDITIONAL),
        move("refuse", {_A.COMPLETE}, _A.REFUSED),
        move("fulfil", {_A.CONDITIONAL}, _A.ACCEPTED),
        move("lapse", {_A.CONDITIONAL}, _A.LAPSED),
        # The host approves another proposal for somebody whom it did not admit before.
        move("reopen", {_A.REFUSED, _A.LAPSED}, _A.AWAITING_DOCUMENTS),
        move("issue_letter", {_A.ACCEPTED}, _A.LETTER_ISSUED),
        move("confirm_coming", {_A.LETTER_ISSUED}, _A.CONFIRMED_COMING),
        start=_A.AWAITING_DOCUMENTS,
    ),
    {
        "complete": {Party.APPLICANT},
        "accept": {Party.HOST_COORDINATOR, Party.FOR_HOST},
        "accept_conditionally": {Party.HOST_COORDINATOR, Party.FOR_HOST},
        "refuse": {Party.HOST_COORDINATOR, Party.FOR_HOST},
        "fulfil": {Party.SYSTEM},
        "lapse": {Party.SYSTEM},
        "reopen": {Party.SYSTEM},
        "issue_letter": {Party.HOST_OFFICER, Party.FOR_HOST},
        "confirm_coming": {Party.APPLICANT},
    },
)


class ConditionState(StrEnum):
    """Whether what the host asked for is met."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"


CONDITION = Workflow(
    "admission_condition",
    Machine(
        move("meet", {ConditionState.OPEN}, ConditionState.MET),
        move("waive", {ConditionState.OPEN}, ConditionState.WAIVED),
        start=ConditionState.OPEN,
    ),
    {
        "meet": {Party.HOST_COORDINATOR, Party.HOST_OFFICER, Party.FOR_HOST},
        # What an admission that lapsed still asked for is dropped when it begins anew.
        "waive": {Party.HOST_COORDINATOR, Party.FOR_HOST, Party.SYSTEM},
    },
)


class MobilityState(StrEnum):
    """How far a stay has come."""

    PLANNED = "planned"
    PRE_DEPARTURE = "pre_departure"
    READY = "ready"
    ARRIVED = "arrived"
    IN_PROGRESS = "in_progress"
    INTERRUPTED = "interrupted"
    DEPARTED = "departed"
    RECORDS_RECEIVED = "records_received"
    RECOGNISED = "recognised"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    ENDED_EARLY = "ended_early"


_M = MobilityState
ABROAD = frozenset({_M.ARRIVED, _M.IN_PROGRESS, _M.INTERRUPTED})
BEFORE_ARRIVAL = frozenset({_M.PLANNED, _M.PRE_DEPARTURE, _M.READY})

MOBILITY = Workflow(
    "mobility",
    Machine(
        move("prepare", {_M.PLANNED}, _M.PRE_DEPARTURE),
        move("make_ready", {_M.PRE_DEPARTURE}, _M.READY),
        # What was ready need not stay so: a policy is taken back, the plan changes.
        move("make_unready", {_M.READY}, _M.PRE_DEPARTURE),
        # Somebody may arrive with a box of the checklist still open: the truth is recorded.
        move("arrive", {_M.PRE_DEPARTURE, _M.READY}, _M.ARRIVED),
        move("begin", {_M.ARRIVED}, _M.IN_PROGRESS),
        move("interrupt", {_M.ARRIVED, _M.IN_PROGRESS}, _M.INTERRUPTED),
        move("resume", {_M.INTERRUPTED}, _M.IN_PROGRESS),
        move("depart", {_M.ARRIVED, _M.IN_PROGRESS, _M.INTERRUPTED}, _M.DEPARTED),
        move("end_early", {_M.ARRIVED, _M.IN_PROGRESS, _M.INTERRUPTED}, _M.ENDED_EARLY),
        move("receive_records", {_M.DEPARTED, _M.ENDED_EARLY}, _M.RECORDS_RECEIVED),
        move("recognise", {_M.RECORDS_RECEIVED}, _M.RECOGNISED),
        move("close", {_M.RECOGNISED, _M.DEPARTED, _M.ENDED_EARLY}, _M.CLOSED),
        move("cancel", {_M.PLANNED, _M.PRE_DEPARTURE, _M.READY}, _M.CANCELLED),
        move("no_show", {_M.PRE_DEPARTURE, _M.READY}, _M.NO_SHOW),
        start=_M.PLANNED,
    ),
    {
        "prepare": {Party.SYSTEM},
        "make_ready": {Party.SYSTEM},
        "make_unready": {Party.SYSTEM},
        "arrive": {Party.HOST_OFFICER, Party.FOR_HOST},
        "begin": {Party.SYSTEM},
        "interrupt": {Party.HOME_OFFICER, Party.HOST_OFFICER},
        "resume": {Party.HOME_OFFICER, Party.HOST_OFFICER},
        "depart": {Party.HOST_OFFICER, Party.FOR_HOST},
        "end_early": {Party.HOME_OFFICER},
        "receive_records": {Party.HOST_OFFICER, Party.REGISTRAR},
        "recognise": {Party.REGISTRAR},
        "close": {Party.HOME_OFFICER},
        "cancel": {Party.HOME_OFFICER},
        "no_show": {Party.HOST_OFFICER, Party.FOR_HOST},
    },
)
