"""What a mark in a register can say, and where it can come from."""

from enum import StrEnum


class StatusKind(StrEnum):
    """What a mark says; a session without a mark is unmarked, which is not absent."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    PARTIAL = "partial"
    EXCUSED = "excused"
    ABSENT = "absent"


class RecordSource(StrEnum):
    """Where a mark comes from."""

    SELF_QR = "self_qr"
    SELF_CODE = "self_code"
    STAFF = "staff"
    KIOSK = "kiosk"
    PASS_SCAN = "pass_scan"  # noqa: S105 -- the pass at the door, no password
    IMPORT = "import"
    AUTO_CLOSE = "auto_close"
    EXCUSE = "excuse"
    CORRECTION = "correction"


# A person answers for these; no automatic source may write over them.
BY_A_PERSON = frozenset({RecordSource.STAFF, RecordSource.EXCUSE, RecordSource.CORRECTION})
AUTOMATIC = frozenset(RecordSource) - BY_A_PERSON
SELF_CHECK_IN = frozenset({RecordSource.SELF_QR, RecordSource.SELF_CODE})
