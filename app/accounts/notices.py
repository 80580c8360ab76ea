"""What people are told about their account; always by mail, also when they want none."""

from uuid import UUID

from app.accounts.models import User
from app.accounts.states import Role
from app.notifications.recipients import Recipient
from app.notifications.services import tell


def confirm_address(user: User, link_id: UUID, *, key: str) -> None:
    """Ask someone who signed up to choose a password, which confirms the address."""
    tell(_whom(user), "accounts/confirm-address", {"link": str(link_id)}, key=key)


def already_registered(address: str, name: str, locale: str, timezone: str, *, key: str) -> None:
    """Remind someone whose address was used to sign up of the account there is."""
    whom = Recipient(None, address, name, locale, timezone)
    tell(whom, "accounts/already-registered", {"address": address}, path="/sign-in", key=key)


def invitation(user: User, link_id: UUID, *, by: str, role: Role | None, place: str) -> None:
    """Invite someone to choose a password; without a role, to a place in a course."""
    values = {"link": str(link_id), "by": by, "role": role.value if role else "", "place": place}
    tell(_whom(user), "accounts/invitation", values)


def reset_password(user: User, link_id: UUID, *, key: str = "") -> None:
    """Send someone who forgot the password, or whose administrator asked, a link."""
    tell(_whom(user), "accounts/reset-password", {"link": str(link_id)}, key=key)


def password_changed(user: User) -> None:
    """Tell someone that the password was changed."""
    tell(_whom(user), "accounts/password-changed", {}, path="/forgotten-password")


def confirm_new_address(user: User, address: str, link_id: UUID) -> None:
    """Ask at the new address of someone who changes theirs."""
    whom = Recipient(None, address, user.display_name, user.locale, user.timezone)
    tell(whom, "accounts/confirm-new-address", {"link": str(link_id), "address": address})


def address_changed(user: User, old_address: str, link_id: UUID) -> None:
    """Tell the former address, with a link that takes the change back."""
    whom = Recipient(None, old_address, user.display_name, user.locale, user.timezone)
    values = {"link": str(link_id), "old": old_address, "new": user.email}
    tell(whom, "accounts/address-changed", values)


def role_granted(user: User, *, by: str, role: Role, place: str) -> None:
    """Tell someone of a further role."""
    values = {"by": by, "role": role.value, "place": place}
    tell(_whom(user), "accounts/role-granted", values, path="/")


def _whom(user: User) -> Recipient:
    return Recipient(user.id, user.email, user.display_name, user.locale, user.timezone)
