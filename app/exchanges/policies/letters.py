"""Who may issue, see and withdraw the letters of a stay."""

from app.core.actor import Actor
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import parties
from app.exchanges.policies.parties import Parties
from app.exchanges.states.letters import BY_HOME, LetterKind
from app.exchanges.states.parties import Party

_ISSUERS_AT_HOME = frozenset({Party.HOME_OFFICER, Party.REGISTRAR})
_ISSUERS_AT_HOST = frozenset({Party.HOST_OFFICER})


def may_issue(actor: Actor, mobility: Mobility, kind: LetterKind) -> bool:
    """Tell whether the actor works where letters of this kind are issued for the stay."""
    issuers = _ISSUERS_AT_HOME if kind in BY_HOME else _ISSUERS_AT_HOST
    found = parties.in_mobility(actor, mobility)
    return Party.SYSTEM in found or not issuers.isdisjoint(found)


def in_letter(actor: Actor, letter: IssuedDocument, mobility: Mobility) -> Parties:
    """Return what the actor is to a letter: of the offices only the one that issued it."""
    found = parties.in_mobility(actor, mobility)
    others = (
        _ISSUERS_AT_HOST
        if letter.institution_id == mobility.sending_institution_id
        else _ISSUERS_AT_HOME
    )
    return found - others
