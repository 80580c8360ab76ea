"""What applicants are told about their applications; moments travel as ISO text."""

from typing import Any

from app.accounts.queries import recipient_for
from app.exchanges.models.applications import Application, Document
from app.exchanges.models.calls import Call
from app.notifications.services import tell


def sent(application: Application, call: Call) -> None:
    """Confirm that an application has arrived, with its number."""
    _tell(application, call, "application-sent", _moment(application.submitted_at))


def returned(application: Application, call: Call) -> None:
    """Ask for changes by a moment."""
    due_at = _moment(application.due_at)
    _tell(
        application, call, "application-returned", due_at, reason=application.reason, due_at=due_at
    )


def lapsed(application: Application, call: Call) -> None:
    """Tell that the time to send an application again is over."""
    _tell(application, call, "application-lapsed", _moment(application.due_at))


def ineligible(application: Application, call: Call) -> None:
    """Tell that an application was refused before the selection, and why."""
    _tell(
        application,
        call,
        "application-ineligible",
        _moment(application.decided_at),
        reason=application.reason,
        appeal_days=call.appeal_days,
    )


def withdrawn(application: Application, call: Call) -> None:
    """Confirm that an application was taken back."""
    _tell(application, call, "application-withdrawn", "")


def document_refused(
    application: Application, call: Call, document: Document, title: dict[str, str]
) -> None:
    """Tell that a document was refused, and why."""
    key = f"{document.id}:{document.file_id}"
    _tell(
        application,
        call,
        "document-refused",
        f"{key}:{document.reason[:60]}",
        title=title,
        reason=document.reason,
    )


def remind_of_draft(application: Application, call: Call) -> None:
    """Remind somebody of what cannot be sent much longer: a draft, or what was given back."""
    closes_at = _moment(application.due_at or call.closes_at)
    values = {"closes_at": closes_at, "is_returned": application.due_at is not None}
    _tell(application, call, "application-reminder", closes_at, **values)


def _moment(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _tell(application: Application, call: Call, name: str, once: str, **values: Any) -> None:
    """Tell it once; `once` tells apart the times that it happens to one application."""
    number = f"{call.code}-{application.number:04d}" if application.number else call.code
    tell(
        recipient_for(application.applicant_id),
        f"exchanges/{name}",
        {"call": dict(call.title), "number": number, "zone": call.timezone, **values},
        path=f"/exchanges/applications/{application.id}",
        key=f"application:{application.id}:{name}:{once}"[:200],
    )
