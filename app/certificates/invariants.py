"""What must be true of certificates at all times."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from app.certificates.models import Certificate, NumberSeries
from app.certificates.snapshots import digest
from app.certificates.states import NEVER_ISSUED
from app.core.database import db
from app.core.invariants import invariant
from app.core.serials import read_serial
from app.files.models import StoredFile
from app.files.vault import store


@invariant("What an issued certificate says, and its file, are as they were frozen.")
def certificates_are_frozen() -> Iterator[str]:
    """Name each certificate whose snapshot or file has another hash than the one noted."""
    query = select(Certificate, StoredFile).outerjoin(
        StoredFile, StoredFile.id == Certificate.file_id
    )
    for one, file in db.session.execute(query).yield_per(200):
        if digest(one.snapshot) != one.snapshot_sha256:
            yield f"{one.number}: the snapshot was changed"
        if one.state in NEVER_ISSUED:
            continue
        if file is None or file.sha256 != one.pdf_sha256:
            yield f"{one.number}: the file is not the one that was issued"
        elif _digest_on_disk(file.sha256) != file.sha256:
            yield f"{one.number}: the file is missing or was changed"


@invariant("Certificate numbers have no gap within an institution and year.")
def numbers_have_no_gap() -> Iterator[str]:
    """Name each series in which a number is missing."""
    given: dict[tuple[object, int], set[int]] = {}
    for institution_id, number in db.session.execute(
        select(Certificate.institution_id, Certificate.number)
    ):
        serial = read_serial(number)
        if serial is None:
            yield f"{number}: the check characters are wrong"
        else:
            given.setdefault((institution_id, serial.year), set()).add(serial.number)
    for series in db.session.scalars(select(NumberSeries)):
        found = given.get((series.institution_id, series.year), set())
        if found != set(range(1, series.last + 1)):
            yield f"{series.institution_id} {series.year}: {len(found)} of {series.last} numbers"


def _digest_on_disk(sha256: str) -> str:
    try:
        return hashlib.sha256(store().get(sha256)).hexdigest()
    except FileNotFoundError:
        return ""
