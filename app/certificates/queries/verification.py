"""Finding the certificate that a stranger asks about."""

import re

from sqlalchemy import select

from app.certificates.models import Certificate, CertificateEvent
from app.certificates.verification import printed_names
from app.core.database import db
from app.core.names import search_key
from app.core.serials import read_serial, read_verification_code

_DIGEST = re.compile(r"[0-9a-f]{64}")


def by_code(typed: str) -> Certificate | None:
    """Return the certificate with this code, however it was typed."""
    code = read_verification_code(typed)
    if code is None:
        return None
    return db.session.scalars(select(Certificate).where(Certificate.code == code)).one_or_none()


def by_number(typed: str, name: str) -> Certificate | None:
    """Return the certificate with this number if it bears that name; a number alone finds none."""
    serial = read_serial(typed)
    wanted = _folded(name)
    if serial is None or not wanted:
        return None
    query = select(Certificate).where(Certificate.number == str(serial))
    found = db.session.scalars(query).one_or_none()
    if found is None or wanted not in {_folded(one) for one in printed_names(found.snapshot)}:
        return None
    return found


def by_file(digest: str) -> Certificate | None:
    """Return the certificate whose PDF has this SHA-256."""
    if not _DIGEST.fullmatch(digest):
        return None
    query = select(Certificate).where(Certificate.pdf_sha256 == digest)
    return db.session.scalars(query).first()


def reason_of(certificate: Certificate) -> str:
    """Return the category of the reason for which a certificate lost its force."""
    query = (
        select(CertificateEvent.category)
        .where(CertificateEvent.certificate_id == certificate.id, CertificateEvent.category != "")
        .order_by(CertificateEvent.at.desc(), CertificateEvent.id.desc())
        .limit(1)
    )
    return db.session.scalar(query) or ""


def _folded(name: str) -> str:
    return " ".join(search_key(name[:300]).split())
