"""The life of a learning agreement, whose contents are three snapshots."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class LearningAgreementState(StrEnum):
    """Who has to act on the proposal now; `in_force` when there is none."""

    EDITING = "editing"
    SIGNED_STUDENT = "signed_student"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"


class Signer(StrEnum):
    """The three that sign."""

    STUDENT = "student"
    HOME = "home"
    HOST = "host"


_L = LearningAgreementState
LEARNING_AGREEMENT = Workflow(
    "learning_agreement",
    Machine(
        move("sign_student", {_L.EDITING}, _L.SIGNED_STUDENT),
        move("sign_home", {_L.SIGNED_STUDENT}, _L.PROPOSED),
        move("reject_home", {_L.SIGNED_STUDENT}, _L.EDITING),
        move("approve_host", {_L.PROPOSED}, _L.IN_FORCE),
        move("comment_host", {_L.PROPOSED}, _L.EDITING),
        # The student takes a proposal back to correct it: signatures under it are dropped.
        move("take_back", {_L.SIGNED_STUDENT, _L.PROPOSED}, _L.EDITING),
        move("change", {_L.IN_FORCE}, _L.EDITING),
        move("drop_changes", {_L.EDITING}, _L.IN_FORCE),
        start=_L.EDITING,
    ),
    {
        "sign_student": {Party.APPLICANT},
        "sign_home": {Party.HOME_COORDINATOR},
        "reject_home": {Party.HOME_COORDINATOR},
        "approve_host": {Party.HOST_COORDINATOR},
        "comment_host": {Party.HOST_COORDINATOR},
        "take_back": {Party.APPLICANT},
        "change": {Party.APPLICANT, Party.HOME_COORDINATOR},
        "drop_changes": {Party.APPLICANT},
    },
)
