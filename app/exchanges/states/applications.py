"""The life of an application, of its documents, reviews, allocation runs and appeals."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    INELIGIBLE = "ineligible"
    UNDER_REVIEW = "under_review"
    RANKED = "ranked"
    SELECTED = "selected"
    WAIT_LISTED = "wait_listed"
    NOT_SELECTED = "not_selected"
    CONFIRMED = "confirmed"
    NOMINATED = "nominated"
    DECLINED = "declined"
    OFFER_EXPIRED = "offer_expired"
    UNDER_APPEAL = "under_appeal"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


_A = ApplicationState
SEAT_HOLDING = frozenset({_A.SELECTED, _A.CONFIRMED, _A.NOMINATED})
"""States in which a place of a quota is held; a stay holds it further on."""

OVER = frozenset(
    {_A.DECLINED, _A.OFFER_EXPIRED, _A.DISMISSED, _A.WITHDRAWN, _A.INELIGIBLE, _A.NOT_SELECTED}
)
ACTIVE = frozenset(ApplicationState) - OVER
"""States in which somebody has no second application in the same call."""

DECIDED = frozenset({_A.SELECTED, _A.WAIT_LISTED, _A.NOT_SELECTED})
"""States that nobody but the office learns of before results are released."""

UNSETTLED = frozenset({_A.UNDER_APPEAL, _A.UNDER_REVIEW, _A.RANKED})
"""States that wait for a decision once results are known: the call is not over before."""

LEFT_OPEN = UNSETTLED | {_A.SELECTED, _A.WAIT_LISTED, _A.CONFIRMED}
"""States in which somebody still waits for the office, an answer or a place of a call."""

_WITHDRAWABLE = {
    _A.DRAFT,
    _A.SUBMITTED,
    _A.RETURNED,
    _A.UNDER_REVIEW,
    _A.RANKED,
    _A.SELECTED,
    _A.WAIT_LISTED,
    # Before results are known: else who is refused the step would learn of them.
    _A.NOT_SELECTED,
    _A.CONFIRMED,
    _A.UNDER_APPEAL,
}

APPLICATION = Workflow(
    "exchange_application",
    Machine(
        move("submit", {_A.DRAFT, _A.RETURNED}, _A.SUBMITTED),
        move("return", {_A.SUBMITTED}, _A.RETURNED),
        move("lapse", {_A.RETURNED}, _A.WITHDRAWN),
        move("refuse", {_A.SUBMITTED}, _A.INELIGIBLE),
        move("review", {_A.SUBMITTED}, _A.UNDER_REVIEW),
        move("rank", {_A.UNDER_REVIEW}, _A.RANKED),
        move("reopen_review", {_A.RANKED}, _A.UNDER_REVIEW),
        move("select", {_A.RANKED, _A.WAIT_LISTED}, _A.SELECTED),
        move("wait_list", {_A.RANKED}, _A.WAIT_LISTED),
        move("not_select", {_A.RANKED, _A.WAIT_LISTED}, _A.NOT_SELECTED),
        # Results still under embargo may be taken back; who has confirmed is never moved.
        move("unselect", {_A.SELECTED, _A.WAIT_LISTED, _A.NOT_SELECTED}, _A.RANKED),
        move("confirm", {_A.SELECTED}, _A.CONFIRMED),
        move("decline", {_A.SELECTED}, _A.DECLINED),
        move("expire", {_A.SELECTED}, _A.OFFER_EXPIRED),
        move("nominate", {_A.CONFIRMED}, _A.NOMINATED),
        move("appeal", {_A.INELIGIBLE, _A.NOT_SELECTED}, _A.UNDER_APPEAL),
        move("uphold", {_A.UNDER_APPEAL}, _A.UNDER_REVIEW),
        move("dismiss", {_A.UNDER_APPEAL}, _A.DISMISSED),
        move("withdraw", _WITHDRAWABLE, _A.WITHDRAWN),
        start=_A.DRAFT,
    ),
    {
        "submit": {Party.APPLICANT},
        "return": {Party.HOME_OFFICER},
        "lapse": {Party.SYSTEM},
        "refuse": {Party.HOME_OFFICER, Party.SYSTEM},
        "review": {Party.HOME_OFFICER},
        "rank": {Party.SYSTEM},
        "reopen_review": {Party.CHAIR},
        "select": {Party.CHAIR, Party.SYSTEM},
        "wait_list": {Party.CHAIR},
        "not_select": {Party.CHAIR, Party.SYSTEM},
        "unselect": {Party.CHAIR},
        "confirm": {Party.APPLICANT},
        "decline": {Party.APPLICANT},
        "expire": {Party.SYSTEM},
        "nominate": {Party.HOME_OFFICER},
        "appeal": {Party.APPLICANT},
        "uphold": {Party.CHAIR},
        "dismiss": {Party.CHAIR},
        "withdraw": {Party.APPLICANT},
    },
)


class DocumentState(StrEnum):
    """What the office said about a document that was handed in."""

    HANDED_IN = "handed_in"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLACED = "replaced"


DOCUMENT = Workflow(
    "exchange_document",
    Machine(
        move("accept", {DocumentState.HANDED_IN, DocumentState.REFUSED}, DocumentState.ACCEPTED),
        move("refuse", {DocumentState.HANDED_IN, DocumentState.ACCEPTED}, DocumentState.REFUSED),
        move(
            "replace",
            {DocumentState.HANDED_IN, DocumentState.ACCEPTED, DocumentState.REFUSED},
            DocumentState.REPLACED,
        ),
        start=DocumentState.HANDED_IN,
    ),
    {
        "accept": {Party.HOME_OFFICER},
        "refuse": {Party.HOME_OFFICER},
        "replace": {Party.APPLICANT},
    },
)


class Conflict(StrEnum):
    """Whether a reviewer is free to judge an application."""

    NONE = "none"
    DECLARED = "declared"
    DETECTED = "detected"


class AllocationRunState(StrEnum):
    """Whether an allocation was only tried, or holds."""

    DRY_RUN = "dry_run"
    PUBLISHED = "published"
    DISCARDED = "discarded"


ALLOCATION_RUN = Workflow(
    "allocation_run",
    Machine(
        move("publish", {AllocationRunState.DRY_RUN}, AllocationRunState.PUBLISHED),
        move("discard", {AllocationRunState.DRY_RUN}, AllocationRunState.DISCARDED),
        start=AllocationRunState.DRY_RUN,
    ),
    {"publish": {Party.CHAIR}, "discard": {Party.CHAIR, Party.HOME_OFFICER}},
)
