"""What holders of certificates are told."""

from uuid import UUID

from app.accounts.queries import recipient_for
from app.certificates.models import Certificate
from app.certificates.reasons import Reason
from app.certificates.snapshots import pick
from app.courses.models.runs import Run
from app.notifications.services import tell


def issued(certificate: Certificate) -> None:
    """Tell the holder that the certificate can be downloaded."""
    _tell(certificate, "certificates/issued", key=f"issued:{certificate.id}")


def suspended(certificate: Certificate, category: Reason) -> None:
    """Tell the holder that the certificate is out of force for a while."""
    _tell(certificate, "certificates/suspended", reason=str(category))


def reinstated(certificate: Certificate) -> None:
    """Tell the holder that the certificate is in force again."""
    _tell(certificate, "certificates/reinstated")


def revoked(certificate: Certificate, category: Reason) -> None:
    """Tell the holder that the certificate is out of force for good."""
    _tell(certificate, "certificates/revoked", reason=str(category))


def names_wanted(user_id: UUID, run: Run, *, key: str) -> None:
    """Ask a person to confirm the names that will be printed."""
    recipient = recipient_for(user_id)
    values = {"course": pick(run.title, recipient.language)}
    tell(recipient, "certificates/names-wanted", values, path="/certificates/names", key=key)


def _tell(certificate: Certificate, kind: str, *, key: str = "", reason: str = "") -> None:
    if certificate.holder_id is None:
        return
    recipient = recipient_for(certificate.holder_id)
    values = {
        "number": certificate.number,
        "course": pick(certificate.snapshot["course"], recipient.language),
        "replaces": certificate.replaces_id is not None,
        "reason": reason,
    }
    path = f"/certificates/{certificate.id}"
    tell(recipient, kind, values, path=path, key=key)
