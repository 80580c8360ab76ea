"""What the holders of letters are told."""

from app.accounts.queries import recipient_for
from app.exchanges.models.letters import IssuedDocument
from app.notifications.services import tell


def issued(letter: IssuedDocument) -> None:
    """Tell the holder that a letter can be downloaded."""
    _tell(letter, "letter-issued", key=f"letter:{letter.id}")


def revoked(letter: IssuedDocument) -> None:
    """Tell the holder that a letter is out of force for good."""
    _tell(letter, "letter-revoked")


def _tell(letter: IssuedDocument, name: str, key: str = "") -> None:
    values = {"number": letter.number, "kind": str(letter.kind), "reason": letter.reason}
    path = f"/exchanges/stays/{letter.mobility_id}/letters/{letter.id}"
    tell(recipient_for(letter.holder_id), f"exchanges/{name}", values, path=path, key=key)
