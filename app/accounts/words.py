"""What people read for states, roles, scripts and kinds of links."""

from app.accounts.states import AccountState, NameOrder, Role, Script
from app.core.i18n import lazy_gettext as _l

STATE_LABELS = {
    AccountState.INVITED: _l("Invited"),
    AccountState.UNCONFIRMED: _l("Address not confirmed"),
    AccountState.ACTIVE: _l("Active"),
    AccountState.SUSPENDED: _l("Suspended"),
    AccountState.ERASED: _l("Erased"),
}
STATE_CHIPS = {
    AccountState.INVITED: "sent",
    AccountState.UNCONFIRMED: "wait",
    AccountState.ACTIVE: "ok",
    AccountState.SUSPENDED: "no",
    AccountState.ERASED: "closed",
}
ROLE_LABELS = {
    Role.TRAINEE: _l("Trainee"),
    Role.FACULTY: _l("Faculty"),
    Role.OFFICER: _l("Exchange officer"),
    Role.REGISTRAR: _l("Registrar"),
    Role.ADMINISTRATOR: _l("Institution administrator"),
    Role.CENTRE_ADMINISTRATOR: _l("Centre administrator"),
}
SCRIPT_LABELS = {
    Script.LATIN: _l("Latin letters"),
    Script.CYRILLIC: _l("Cyrillic letters"),
    Script.HAN: _l("Chinese characters"),
}
SCRIPT_HINTS = {
    Script.LATIN: _l("As in your passport."),
    Script.CYRILLIC: _l("As you write it yourself: for certificates in Serbian."),
    Script.HAN: _l("As on your identity card: for certificates in Chinese."),
}
ORDER_LABELS = {
    NameOrder.GIVEN_FIRST: _l("Given name first"),
    NameOrder.FAMILY_FIRST: _l("Family name first"),
}
