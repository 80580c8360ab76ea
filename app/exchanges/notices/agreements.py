"""What offices and guests are told about agreements."""

from typing import Any

from app.accounts.states import Role
from app.exchanges.models.agreements import Agreement, AgreementVersion, GuestLink
from app.exchanges.queries.offices import office_of
from app.notifications.recipients import Recipient
from app.notifications.services import tell


def shared(agreement: Agreement, version: AgreementVersion) -> None:
    """Tell the partner's office that a text waits for it, and ours who signs."""
    _tell_office(agreement, version, "agreement-shared", to_partner=True)
    for person in office_of(agreement.institution_id, (Role.ADMINISTRATOR,)):
        _tell(person, agreement, version, "agreement-to-sign")


def taken_back(agreement: Agreement, version: AgreementVersion) -> None:
    """Tell the partner that the text is being changed, and signatures under it are void."""
    _tell_office(agreement, version, "agreement-taken-back", to_partner=True)


def signed(agreement: Agreement, version: AgreementVersion, *, by: str, to_partner: bool) -> None:
    """Tell the other side that one has signed."""
    _tell_office(agreement, version, "agreement-signed", to_partner=to_partner, by=by)


def in_force(agreement: Agreement, version: AgreementVersion) -> None:
    """Tell both that a version is in force."""
    for to_partner in (False, True):
        _tell_office(agreement, version, "agreement-in-force", to_partner=to_partner)


def ending(agreement: Agreement, version: AgreementVersion, reason: str) -> None:
    """Tell both on which day an agreement ends by notice, and why."""
    values = {"ends_on": (version.ends_on or version.created_at).isoformat(), "reason": reason}
    for to_partner in (False, True):
        _tell_office(agreement, version, "agreement-ending", to_partner=to_partner, **values)


def ended(agreement: Agreement, version: AgreementVersion) -> None:
    """Tell both that an agreement is over, so that nobody offers its places."""
    values = {"ends_on": (version.ends_on or version.created_at).isoformat()}
    for to_partner in (False, True):
        _tell_office(agreement, version, "agreement-ended", to_partner=to_partner, **values)


def deleted(agreement: Agreement, version: AgreementVersion) -> None:
    """Tell the partner that a text it was shown is given up."""
    _tell_office(agreement, version, "agreement-deleted", to_partner=True)


def invitation(agreement: Agreement, version: AgreementVersion, link: GuestLink, by: str) -> None:
    """Send somebody without an account the link by which to read and sign."""
    guest = Recipient(None, link.email, link.name, link.locale)
    values = {"link": str(link.id), "by": by, "until": link.expires_at.date().isoformat()}
    tell(guest, "exchanges/agreement-invitation", _values(agreement, version) | values)


def copy_for_guest(agreement: Agreement, version: AgreementVersion, link: GuestLink) -> None:
    """Confirm to a guest what was signed, by its hash."""
    guest = Recipient(None, link.email, link.name, link.locale)
    values = _values(agreement, version) | {"terms_hash": version.terms_hash}
    tell(guest, "exchanges/agreement-copy", values)


def _tell_office(
    agreement: Agreement,
    version: AgreementVersion,
    name: str,
    *,
    to_partner: bool,
    **values: Any,
) -> None:
    place = agreement.partner_id if to_partner else agreement.institution_id
    for person in office_of(place):
        _tell(person, agreement, version, name, **values)


def _tell(
    person: Recipient, agreement: Agreement, version: AgreementVersion, name: str, **values: Any
) -> None:
    tell(
        person,
        f"exchanges/{name}",
        _values(agreement, version) | values,
        path=f"/exchanges/agreements/{agreement.id}",
    )


def _values(agreement: Agreement, version: AgreementVersion) -> dict[str, Any]:
    return {"code": agreement.code, "title": agreement.title, "number": version.number}
