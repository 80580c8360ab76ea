"""The life of an account, and the roles there are."""

from enum import StrEnum

from app.core.machine import Machine, move


class AccountState(StrEnum):
    """Whether a person can sign in."""

    INVITED = "invited"
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


ACCOUNT = Machine(
    move("confirm", {AccountState.UNCONFIRMED, AccountState.INVITED}, AccountState.ACTIVE),
    move("suspend", {AccountState.ACTIVE}, AccountState.SUSPENDED),
    move("restore", {AccountState.SUSPENDED}, AccountState.ACTIVE),
    move("erase", {AccountState.ACTIVE, AccountState.SUSPENDED}, AccountState.ERASED),
    start=AccountState.UNCONFIRMED,
    starts={AccountState.INVITED, AccountState.ACTIVE},
)


class Role(StrEnum):
    """What a person is to the centre (without institution) or to one institution."""

    TRAINEE = "trainee"
    FACULTY = "faculty"
    OFFICER = "officer"
    REGISTRAR = "registrar"
    ADMINISTRATOR = "administrator"
    CENTRE_ADMINISTRATOR = "centre_administrator"


STAFF_ROLES = frozenset(Role) - {Role.TRAINEE}


class Script(StrEnum):
    """The scripts in which a name is kept as its holder typed it."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    HAN = "han"


class NameOrder(StrEnum):
    """Which part of a name comes first."""

    GIVEN_FIRST = "given_first"
    FAMILY_FIRST = "family_first"


class LinkPurpose(StrEnum):
    """What a link in a mail does."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 -- a purpose, not a password
    CHANGE_EMAIL = "change_email"
    UNDO_EMAIL = "undo_email"
    INVITATION = "invitation"
