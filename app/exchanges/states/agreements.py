"""The life of a version of an agreement, and the kinds of stay it may promise."""

from enum import StrEnum

from app.core.machine import Machine, move
from app.exchanges.states.parties import Party, Workflow


class ExchangeKind(StrEnum):
    """What somebody goes abroad for."""

    STUDIES = "student_studies"
    TRAINEESHIP = "student_traineeship"
    SHORT_VISIT = "short_visit"
    TEACHING = "staff_teaching"
    TRAINING = "staff_training"


STAFF_KINDS = frozenset({ExchangeKind.TEACHING, ExchangeKind.TRAINING})
WITH_RECORDS = frozenset(ExchangeKind) - STAFF_KINDS - {ExchangeKind.SHORT_VISIT}
"""Stays of which the host certifies results, and which are recognised at home."""


class AgreementState(StrEnum):
    """Where one version of an agreement stands; a newer one leaves the one in force as it is."""

    DRAFT = "draft"
    SHARED = "shared"
    APPROVED_BY_US = "approved_by_us"
    APPROVED_BY_PARTNER = "approved_by_partner"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    TERMINATING = "terminating"
    TERMINATED = "terminated"
    EXPIRED = "expired"
    DELETED = "deleted"


_A = AgreementState
STANDING = frozenset({_A.IN_FORCE, _A.TERMINATING})
"""States in which people may be nominated under a version."""

AGREEMENT = Workflow(
    "agreement_version",
    Machine(
        move("share", {_A.DRAFT}, _A.SHARED),
        # A change of content voids what was signed.
        move("edit", {_A.SHARED, _A.APPROVED_BY_US, _A.APPROVED_BY_PARTNER}, _A.DRAFT),
        move("sign", {_A.SHARED}, _A.APPROVED_BY_US),
        move("countersign", {_A.APPROVED_BY_PARTNER}, _A.IN_FORCE),
        move("partner_sign", {_A.SHARED}, _A.APPROVED_BY_PARTNER),
        move("partner_countersign", {_A.APPROVED_BY_US}, _A.IN_FORCE),
        move("replace", {_A.IN_FORCE}, _A.REPLACED),
        move("give_notice", {_A.IN_FORCE}, _A.TERMINATING),
        move("terminate", {_A.TERMINATING}, _A.TERMINATED),
        move("expire", {_A.IN_FORCE, _A.TERMINATING}, _A.EXPIRED),
        move("delete", {_A.DRAFT, _A.SHARED}, _A.DELETED),
        start=_A.DRAFT,
    ),
    {
        "share": {Party.HOME_OFFICER},
        "edit": {Party.HOME_OFFICER},
        "sign": {Party.LEGAL_REPRESENTATIVE},
        "countersign": {Party.LEGAL_REPRESENTATIVE},
        "partner_sign": {Party.HOST_OFFICER},
        "partner_countersign": {Party.HOST_OFFICER},
        "replace": {Party.SYSTEM},
        "give_notice": {Party.LEGAL_REPRESENTATIVE},
        "terminate": {Party.SYSTEM},
        "expire": {Party.SYSTEM},
        "delete": {Party.HOME_OFFICER},
    },
)


class AllocationState(StrEnum):
    """Whether a place taken from a quota is still held."""

    HELD = "held"
    RELEASED = "released"


ALLOCATION = Workflow(
    "exchange_allocation",
    Machine(
        move("release", {AllocationState.HELD}, AllocationState.RELEASED),
        start=AllocationState.HELD,
    ),
    {"release": {Party.SYSTEM}},
)
