"""What applicants are told about results, offers and appeals; times travel as ISO text."""

from typing import Any

from app.accounts.queries import recipient_for
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.notifications.services import tell


def selected(application: Application, call: Call, host: dict[str, str]) -> None:
    """Offer a place, with the moment until which it is held."""
    _tell(application, call, "result-selected", host=host, expires_at=_expiry(application))


def wait_listed(application: Application, call: Call, number: int) -> None:
    """Tell that somebody stands on the wait list, and how many stand before them."""
    _tell(application, call, "result-wait-listed", number=number)


def not_selected(application: Application, call: Call) -> None:
    """Tell that somebody was not selected, why, and how to appeal."""
    _tell(
        application,
        call,
        "result-not-selected",
        reason=application.reason,
        appeal_days=call.appeal_days,
    )


def moved_up(application: Application, call: Call, host: dict[str, str]) -> None:
    """Offer a place that has become free to the first on the wait list."""
    _tell(application, call, "offer-passed-on", host=host, expires_at=_expiry(application))


def confirmed(application: Application, call: Call) -> None:
    """Confirm that somebody goes."""
    _tell(application, call, "offer-confirmed")


def offer_lapsed(application: Application, call: Call) -> None:
    """Tell that an offer was not answered in time and was passed on."""
    _tell(application, call, "offer-lapsed")


def appeal_received(application: Application, call: Call) -> None:
    """Confirm an appeal, and tell the chair that one waits."""
    _tell(application, call, "appeal-received")
    if call.chair_id is not None:
        tell(
            recipient_for(call.chair_id),
            "exchanges/appeal-waits",
            _values(application, call),
            path=f"/exchanges/desk/{application.id}",
            key=f"application:{application.id}:appeal-waits:{_moment(application)}",
        )


def appeal_decided(application: Application, call: Call, *, is_upheld: bool, answer: str) -> None:
    """Tell what the chair said to an appeal, and why."""
    _tell(application, call, "appeal-decided", is_upheld=is_upheld, answer=answer)


def _expiry(application: Application) -> str:
    return application.offer_expires_at.isoformat() if application.offer_expires_at else ""


def _moment(application: Application) -> str:
    return application.decided_at.isoformat() if application.decided_at else ""


def _values(application: Application, call: Call) -> dict[str, Any]:
    return {
        "call": dict(call.title),
        "code": call.code,
        "number": application.number,
        "zone": call.timezone,
    }


def _tell(application: Application, call: Call, name: str, **values: Any) -> None:
    """Each decision is told once: its name and moment are the key."""
    tell(
        recipient_for(application.applicant_id),
        f"exchanges/{name}",
        _values(application, call) | values,
        path=f"/exchanges/applications/{application.id}",
        key=f"application:{application.id}:{name}:{_moment(application)}",
    )
