"""The words for letters of exchanges."""

from app.core.i18n import lazy_gettext as _l
from app.exchanges.states.letters import LetterKind, LetterState

LETTER_LABELS: dict[LetterKind, str] = {
    LetterKind.INVITATION: _l("Letter of invitation"),
    LetterKind.ACCEPTANCE: _l("Letter of acceptance"),
    LetterKind.VISA_SUPPORT: _l("Letter in support of a visa"),
    LetterKind.CONFIRMATION_OF_STAY: _l("Confirmation of stay"),
    LetterKind.TRANSCRIPT: _l("Transcript of records"),
    LetterKind.RECOGNITION: _l("Record of recognition"),
}
STATE_LABELS: dict[LetterState, str] = {
    LetterState.PENDING: _l("Being printed"),
    LetterState.ISSUED: _l("In force"),
    LetterState.SUPERSEDED: _l("Replaced"),
    LetterState.REVOKED: _l("Revoked"),
}
STATE_CHIPS: dict[LetterState, str] = {
    LetterState.PENDING: "wait",
    LetterState.ISSUED: "ok",
    LetterState.SUPERSEDED: "closed",
    LetterState.REVOKED: "no",
}
EVENT_LABELS: dict[str, str] = {
    "prepare": _l("Got its number"),
    "issue": _l("Issued"),
    "supersede": _l("Replaced by another letter"),
    "revoke": _l("Revoked"),
}
