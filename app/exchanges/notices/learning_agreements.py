"""What people are told about learning agreements."""

from typing import Any
from uuid import UUID

from app.accounts.queries import recipient_for
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.notifications.services import tell


def to_sign(stay: Mobility, agreement: LearningAgreement, coordinator_id: UUID) -> None:
    """Tell a coordinator that an agreement waits for their signature."""
    _tell(stay, agreement, "learning-agreement-to-sign", coordinator_id)


def returned(stay: Mobility, agreement: LearningAgreement, comment: str, *, by_host: bool) -> None:
    """Tell the student, and home when the host answered, what should be different."""
    told = {stay.person_id, stay.home_coordinator_id if by_host else None}
    for person_id in told:
        _tell(
            stay,
            agreement,
            "learning-agreement-returned",
            person_id,
            comment=comment.strip(),
            by_host=by_host,
        )


def agreed(stay: Mobility, agreement: LearningAgreement, *, is_first: bool) -> None:
    """Tell the student and home that all three have signed."""
    for person_id in {stay.person_id, stay.home_coordinator_id}:
        _tell(stay, agreement, "learning-agreement-agreed", person_id, is_first=is_first)


def taken_back(
    stay: Mobility, agreement: LearningAgreement, reason: str, *, reached_host: bool
) -> None:
    """Tell those before whom it lay that the student took a proposal back."""
    told = {stay.home_coordinator_id, stay.host_coordinator_id if reached_host else None}
    for person_id in told:
        _tell(stay, agreement, "learning-agreement-taken-back", person_id, reason=reason)


def change_asked(stay: Mobility, agreement: LearningAgreement, reason: str) -> None:
    """Tell the student that home wants the agreement changed."""
    _tell(stay, agreement, "learning-agreement-change-asked", stay.person_id, reason=reason)


def _tell(
    stay: Mobility, agreement: LearningAgreement, name: str, person_id: UUID | None, **values: Any
) -> None:
    if person_id is None:
        return
    about = {
        "person": stay.person.display_name,
        "number": stay.number,
        "home": dict(stay.sending_institution.name),
        "host": dict(stay.receiving_institution.name),
        "is_own": person_id == stay.person_id,
    }
    tell(
        recipient_for(person_id),
        f"exchanges/{name}",
        about | values,
        path=f"/exchanges/stays/{stay.id}/learning-agreement",
        key=f"{name}:{agreement.id}:{agreement.round}:{agreement.proposal_id[:16]}",
    )
