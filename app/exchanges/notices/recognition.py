"""What people are told about their transcript and what it counts at home."""

from app.accounts.queries import recipient_for
from app.exchanges.models.mobilities import Mobility
from app.notifications.services import tell


def transcript_released(mobility: Mobility) -> None:
    """Tell the person that the host has released their transcript of records."""
    _tell(mobility, "transcript-released")


def decided(mobility: Mobility) -> None:
    """Tell the person that the registrar has decided what the stay counts."""
    _tell(mobility, "recognition-decided")


def _tell(mobility: Mobility, name: str) -> None:
    tell(
        recipient_for(mobility.person_id),
        f"exchanges/{name}",
        {
            "number": mobility.number,
            "host": dict(mobility.receiving_institution.name),
            "home": dict(mobility.sending_institution.name),
        },
        path=f"/exchanges/stays/{mobility.id}/recognition",
    )
