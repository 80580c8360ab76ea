"""The life of a printed document of an exchange, and the kinds there are."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class LetterKind(StrEnum):
    """What a document says."""

    INVITATION = "invitation"
    ACCEPTANCE = "acceptance"
    VISA_SUPPORT = "visa_support"
    CONFIRMATION_OF_STAY = "confirmation_of_stay"
    TRANSCRIPT = "transcript"
    RECOGNITION = "recognition"


BY_HOME = frozenset({LetterKind.RECOGNITION})
"""Kinds that the home institution issues; the host issues all others."""


class LetterState(StrEnum):
    """Whether a document was printed, and what it is worth."""

    PENDING = "pending"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


_L = LetterState
LETTER = Workflow(
    "exchange_letter",
    Machine(
        move("issue", {_L.PENDING}, _L.ISSUED),
        move("supersede", {_L.ISSUED}, _L.SUPERSEDED),
        move("revoke", {_L.ISSUED, _L.SUPERSEDED}, _L.REVOKED),
        start=_L.PENDING,
    ),
    {
        "issue": {Party.SYSTEM},
        # Of the institution that issued it.
        "supersede": {Party.HOST_OFFICER, Party.HOME_OFFICER, Party.REGISTRAR},
        "revoke": {Party.HOST_OFFICER, Party.HOME_OFFICER, Party.REGISTRAR},
    },
)
