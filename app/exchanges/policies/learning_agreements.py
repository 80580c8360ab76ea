"""Who sees what of a learning agreement, and when it may no longer change."""

from app.core.errors import Conflict, Forbidden, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies.parties import Parties
from app.exchanges.rules.learning_agreements import SHORT_KINDS
from app.exchanges.states.learning_agreements import LearningAgreementState, Signer
from app.exchanges.states.mobilities import MobilityState
from app.exchanges.states.parties import Party

short_stays = {"may_change": False}
"""Whether short stays may change what was agreed. Set once from the settings."""

SIGNERS = {
    Party.APPLICANT: Signer.STUDENT,
    Party.HOME_COORDINATOR: Signer.HOME,
    Party.HOST_COORDINATOR: Signer.HOST,
}
READ_ONLY = frozenset(
    {
        MobilityState.RECOGNISED,
        MobilityState.CLOSED,
        MobilityState.CANCELLED,
        MobilityState.NO_SHOW,
    }
)
"""States of a stay in which its agreement is a record."""

_HOME_SIDE = frozenset(
    {
        Party.APPLICANT,
        Party.HOME_COORDINATOR,
        Party.HOME_OFFICER,
        Party.LEGAL_REPRESENTATIVE,
        Party.REGISTRAR,
    }
)


def is_home_side(parties: Parties) -> bool:
    """Tell whether somebody belongs to the side that writes the agreement."""
    return not _HOME_SIDE.isdisjoint(parties)


def sees_proposal(parties: Parties, agreement: LearningAgreement) -> bool:
    """Tell whether the proposal may be shown: to the host once home has signed it."""
    return is_home_side(parties) or agreement.state == LearningAgreementState.PROPOSED


def writes(parties: Parties, agreement: LearningAgreement, stay: Mobility) -> bool:
    """Tell whether somebody may change the draft now."""
    is_draft = agreement.state == LearningAgreementState.EDITING
    return Party.APPLICANT in parties and is_draft and stay.state not in READ_ONLY


def require_writer(parties: Parties, agreement: LearningAgreement, stay: Mobility) -> None:
    """Raise Forbidden, or WrongState when it is signed or over, unless the draft may change."""
    if Party.APPLICANT not in parties:
        raise Forbidden(_("Only who goes abroad writes this agreement."))
    if agreement.state != LearningAgreementState.EDITING:
        raise WrongState(_("This is not a draft now. Take it back before you change it."))
    require_open(stay)


def require_open(stay: Mobility) -> None:
    """Raise WrongState when the stay is over and its agreement a record."""
    if stay.state in READ_ONLY:
        raise WrongState(_("This stay is closed. Its agreement can be read but not changed."))


def may_change_once_agreed(agreement: LearningAgreement) -> bool:
    """Tell whether this kind of agreement may have changes after its first version."""
    return agreement.kind not in SHORT_KINDS or short_stays["may_change"]


def require_changes(agreement: LearningAgreement) -> None:
    """Raise Conflict when the first version of this kind of agreement is final."""
    if not may_change_once_agreed(agreement):
        raise Conflict(_("What was agreed for a short stay is final and takes no changes."))
