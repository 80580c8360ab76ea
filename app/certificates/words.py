"""States, reasons and obstacles of this package as words."""

from app.certificates.reasons import Hindrance, Kind, Obstacle, Reason
from app.certificates.states import CertificateState
from app.certificates.verification import Verdict
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.i18n import ngettext

CERTIFICATE_LABELS: dict[CertificateState, str] = {
    CertificateState.PENDING: _l("Being printed"),
    CertificateState.ISSUED: _l("Valid"),
    CertificateState.SUSPENDED: _l("Suspended"),
    CertificateState.SUPERSEDED: _l("Replaced"),
    CertificateState.REVOKED: _l("Revoked"),
    CertificateState.CANCELLED: _l("Never issued"),
}
CERTIFICATE_CHIPS = {
    CertificateState.PENDING: "wait",
    CertificateState.ISSUED: "ok",
    CertificateState.SUSPENDED: "wait",
    CertificateState.SUPERSEDED: "closed",
    CertificateState.REVOKED: "no",
    CertificateState.CANCELLED: "closed",
}

KIND_LABELS: dict[str, str] = {
    Kind.COMPLETION: _l("Certificate of completion"),
    Kind.ATTENDANCE: _l("Certificate of attendance"),
}

REASON_LABELS: dict[str, str] = {
    Reason.ISSUED_IN_ERROR: _l("It was issued in error"),
    Reason.NAME_CORRECTED: _l("The name was corrected"),
    Reason.DETAILS_CORRECTED: _l("Details were corrected"),
    Reason.COMPLETION_REVERSED: _l("The completion was taken back"),
    Reason.MISCONDUCT: _l("Misconduct was established"),
    Reason.UNDER_REVIEW: _l("It is being looked into"),
    Reason.OTHER: _l("For another reason"),
}

SCRIPT_LABELS: dict[str, str] = {
    "latin": _l("Latin letters"),
    "cyrillic": _l("Cyrillic letters"),
    "han": _l("Chinese characters"),
}

EVENT_LABELS: dict[str, str] = {
    "prepare": _l("Number given"),
    "issue": _l("Issued"),
    "suspend": _l("Suspended"),
    "reinstate": _l("In force again"),
    "supersede": _l("Replaced by another certificate"),
    "revoke": _l("Revoked"),
    "cancel": _l("Cancelled before it was printed"),
}

VERDICT_TITLES: dict[Verdict, str] = {
    Verdict.VALID: _l("This certificate is valid"),
    Verdict.EXPIRED: _l("This certificate has expired"),
    Verdict.SUSPENDED: _l("This certificate is suspended"),
    Verdict.SUPERSEDED: _l("This certificate was replaced by another one"),
    Verdict.REVOKED: _l("This certificate was revoked"),
}
LETTER_TITLES: dict[Verdict, str] = {
    Verdict.VALID: _l("This letter is in force"),
    Verdict.SUPERSEDED: _l("This letter was replaced by another one"),
    Verdict.REVOKED: _l("This letter was revoked"),
}
VERDICT_TONES = {
    Verdict.VALID: "ok",
    Verdict.EXPIRED: "wait",
    Verdict.SUSPENDED: "wait",
    Verdict.SUPERSEDED: "wait",
    Verdict.REVOKED: "no",
}

PLACEHOLDER_LABELS: dict[str, str] = {
    "holder": _l("name of the holder"),
    "course": _l("title of the course; alone in a line it is printed large"),
    "code": _l("code of the course"),
    "hours": _l("hours of teaching"),
    "ects": _l("ECTS credits"),
    "attendance": _l("attendance in per cent"),
    "from": _l("first day"),
    "to": _l("last day"),
    "place": _l("city of the institution"),
    "issuer": _l("name of the institution"),
}

_OBSTACLES: dict[Obstacle, str] = {
    Obstacle.NOT_COMPLETED: _l("The course is not completed."),
    Obstacle.NO_DECISION: _l("Nothing has been decided about the completion yet."),
    Obstacle.NOT_MET: _l("The conditions are not met."),
    Obstacle.UNDER_REVIEW: _l("The completion is being reviewed."),
    Obstacle.NAME_MISSING: _l("There is no name in Latin letters."),
    Obstacle.ALREADY_ISSUED: _l("There is a certificate already."),
}

_UNCONFIRMED: dict[str, str] = {
    "latin": _l("The holder has not confirmed the name in Latin letters."),
    "cyrillic": _l("The holder has not confirmed the name in Cyrillic letters."),
    "han": _l("The holder has not confirmed the name in Chinese characters."),
}


def in_words(hindrance: Hindrance) -> str:
    """Say what stands in the way of a certificate, in the language in use."""
    values = hindrance.values
    if hindrance.obstacle == Obstacle.REGISTER_OPEN:
        return ngettext(
            "The register of %(num)s required session is still open.",
            "The registers of %(num)s required sessions are still open.",
            int(str(values["num"])),
        )
    if hindrance.obstacle == Obstacle.NAME_UNCONFIRMED:
        return str(_UNCONFIRMED[str(values["script"])])
    if hindrance.obstacle == Obstacle.NAME_UNDRAWABLE:
        return _(
            "The name cannot be printed because of %(characters)s.",
            characters=values["characters"],
        )
    return str(_OBSTACLES[hindrance.obstacle])
