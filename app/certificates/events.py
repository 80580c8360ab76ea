"""What this package announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate is printed and in force."""

    certificate_id: UUID


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    """A certificate lost its force for good."""

    certificate_id: UUID


@dataclass(frozen=True, slots=True)
class CertificateReplaced:
    """A certificate gave way to another one."""

    certificate_id: UUID
    by_id: UUID
