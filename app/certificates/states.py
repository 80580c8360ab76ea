"""The life of a certificate; that it has expired follows from its date and is never stored."""

from enum import StrEnum

from app.core.machine import Machine, move


class CertificateState(StrEnum):
    """Where one certificate stands."""

    PENDING = "pending"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    CANCELLED = "cancelled"


NEVER_ISSUED = (CertificateState.PENDING, CertificateState.CANCELLED)
"""What has a number but no file: holders are not shown it, and nobody can verify it."""

CERTIFICATE = Machine(
    move("issue", {CertificateState.PENDING}, CertificateState.ISSUED),
    move("cancel", {CertificateState.PENDING}, CertificateState.CANCELLED),
    move("supersede", {CertificateState.ISSUED}, CertificateState.SUPERSEDED),
    move("suspend", {CertificateState.ISSUED}, CertificateState.SUSPENDED),
    move("reinstate", {CertificateState.SUSPENDED}, CertificateState.ISSUED),
    move(
        "revoke",
        {CertificateState.ISSUED, CertificateState.SUSPENDED},
        CertificateState.REVOKED,
    ),
    start=CertificateState.PENDING,
)
