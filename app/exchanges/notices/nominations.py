"""What hosts, applicants and guests are told about nominations."""

from app.exchanges.models.agreements import GuestLink
from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices.mobilities import (
    home_side,
    host_side,
    tell_all,
    traveller,
    values_of,
)
from app.exchanges.queries import mobilities
from app.notifications.recipients import Recipient
from app.notifications.services import tell


def nominated(mobility: Mobility, *, is_changed: bool = False) -> None:
    """Tell the host that a nomination waits for its answer, and a new one's applicant."""
    mobility = mobilities.locked(mobility.id)
    tell_all(host_side(mobility), mobility, "nomination-waits", is_changed=is_changed)
    if not is_changed:
        tell_all([traveller(mobility)], mobility, "nominated")


def guest_asked(mobility: Mobility, link: GuestLink, by: str) -> None:
    """Send somebody without an account the link by which to answer."""
    guest = Recipient(None, link.email, link.name, link.locale)
    values = {"link": str(link.id), "by": by, "until": link.expires_at.date().isoformat()}
    tell(guest, "exchanges/nomination-asked", values_of(mobility) | values)


def decided(mobility: Mobility, decision: str, comment: str) -> None:
    """Tell the home side and the applicant what the host answered."""
    people = {one.user_id: one for one in [*home_side(mobility), traveller(mobility)]}
    tell_all(people.values(), mobility, "nomination-decided", decision=decision, comment=comment)


def cancelled(mobility: Mobility, reason: str) -> None:
    """Tell the host and the applicant that a nomination was taken back."""
    people = {one.user_id: one for one in [*host_side(mobility), traveller(mobility)]}
    tell_all(people.values(), mobility, "nomination-cancelled", reason=reason)
