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


CERTIFICATE = Machine(
    move("issue", {CertificateState.PENDING}, CertificateState.ISSUED),
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
