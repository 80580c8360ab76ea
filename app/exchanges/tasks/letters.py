"""Printing and issuing letters in the background."""

from uuid import UUID

from app.exchanges.jobs import ISSUE_LETTERS, PRINT_LETTER
from app.exchanges.services import letters
from app.exchanges.states.letters import LetterKind


@PRINT_LETTER.done_by
def print_letter(letter_id: UUID) -> None:
    """Print one letter and bring it into force."""
    letters.print_and_issue(UUID(str(letter_id)))


@ISSUE_LETTERS.done_by
def issue_letters(mobility_ids: list[str], kind: str, languages: list[str], asked_by: UUID) -> None:
    """Issue letters for stays, one after the other."""
    ids = [UUID(one) for one in mobility_ids]
    letters.work_through(ids, LetterKind(kind), languages, UUID(str(asked_by)))
