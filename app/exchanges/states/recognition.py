"""The lives of a transcript of records and of a decision that recognises it."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class TranscriptState(StrEnum):
    """Whether the host has released what it certifies; a correction is a new transcript."""

    DRAFT = "draft"
    RELEASED = "released"
    REPLACED = "replaced"


TRANSCRIPT = Workflow(
    "transcript",
    Machine(
        move("release", {TranscriptState.DRAFT}, TranscriptState.RELEASED),
        move("replace", {TranscriptState.RELEASED}, TranscriptState.REPLACED),
        start=TranscriptState.DRAFT,
    ),
    {
        # A host without an account sends paper: the home registrar enters what it says.
        "release": {Party.HOST_OFFICER, Party.REGISTRAR},
        "replace": {Party.HOST_OFFICER, Party.REGISTRAR},
    },
)


class RecognitionState(StrEnum):
    """Whether the registrar has decided; a later decision replaces an earlier one."""

    DRAFT = "draft"
    DECIDED = "decided"
    REPLACED = "replaced"


RECOGNITION = Workflow(
    "recognition",
    Machine(
        move("decide", {RecognitionState.DRAFT}, RecognitionState.DECIDED),
        move("replace", {RecognitionState.DECIDED}, RecognitionState.REPLACED),
        start=RecognitionState.DRAFT,
    ),
    {"decide": {Party.REGISTRAR}, "replace": {Party.REGISTRAR}},
)


class LineOutcome(StrEnum):
    """What became of a course at the host."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TAKEN = "not_taken"


class GroupOutcome(StrEnum):
    """What the registrar says to a group of courses."""

    AS_AGREED = "as_agreed"
    PARTIAL = "partial"
    REFUSED = "refused"
