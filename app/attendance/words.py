"""Marks and where they come from, as words."""

from app.attendance.states import RecordSource, StatusKind
from app.core.i18n import lazy_gettext as _

STATUS_LABELS: dict[StatusKind | None, str] = {
    None: _("Not marked"),
    StatusKind.PRESENT: _("Present"),
    StatusKind.LATE: _("Late"),
    StatusKind.LEFT_EARLY: _("Left early"),
    StatusKind.PARTIAL: _("Present in part"),
    StatusKind.EXCUSED: _("Excused"),
    StatusKind.ABSENT: _("Absent"),
}
STATUS_SIGNS: dict[StatusKind | None, tuple[str, str]] = {
    None: ("u", ""),
    StatusKind.PRESENT: ("p", "✓"),
    StatusKind.LATE: ("l", "L"),
    StatusKind.LEFT_EARLY: ("l", "½"),
    StatusKind.PARTIAL: ("l", "½"),
    StatusKind.EXCUSED: ("e", "E"),
    StatusKind.ABSENT: ("a", "✕"),
}
"""The class and the sign of a cell."""

SOURCE_LABELS: dict[RecordSource, str] = {
    RecordSource.SELF_QR: _("Own phone, from the picture"),
    RecordSource.SELF_CODE: _("Own phone, with the code"),
    RecordSource.STAFF: _("Marked by staff"),
    RecordSource.KIOSK: _("Check-in desk"),
    RecordSource.PASS_SCAN: _("Pass shown at the door"),
    RecordSource.IMPORT: _("From a list"),
    RecordSource.AUTO_CLOSE: _("When the register was closed"),
    RecordSource.EXCUSE: _("By an excuse"),
    RecordSource.CORRECTION: _("Corrected"),
}
