"""Conflicts of interest that can be seen from what is known of two people."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Tie(StrEnum):
    """What ties a reviewer to an applicant."""

    OWN_APPLICATION = "own_application"
    OWN_STUDENT = "own_student"
    SAME_SUPERVISOR = "same_supervisor"
    SAME_UNIT = "same_unit"
    COMPETITOR = "competitor"


class Stake(StrEnum):
    """What somebody has to do with deciding a call, so that they cannot apply to it."""

    CHAIR = "chair"
    OFFICE = "office"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Judge:
    """What is known of a reviewer; e-mail addresses are folded."""

    id: UUID
    email: str = ""
    unit_ids: frozenset[UUID] = field(default_factory=frozenset)
    supervisor_ids: frozenset[UUID] = field(default_factory=frozenset)
    supervisor_emails: frozenset[str] = field(default_factory=frozenset)
    applied_to: frozenset[UUID] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of an application."""

    applicant_id: UUID
    call_id: UUID
    unit_id: UUID | None = None
    supervisor_id: UUID | None = None
    supervisor_email: str = ""


def ties(judge: Judge, judged: Judged) -> list[Tie]:
    """Return what ties the two, the gravest first; empty when the reviewer is free to judge."""
    mail, known = judged.supervisor_email.casefold(), judged.supervisor_id
    found = {
        Tie.OWN_APPLICATION: judge.id == judged.applicant_id,
        Tie.OWN_STUDENT: known == judge.id or bool(mail and mail == judge.email),
        Tie.SAME_SUPERVISOR: (known is not None and known in judge.supervisor_ids)
        or bool(mail and mail in judge.supervisor_emails),
        Tie.SAME_UNIT: judged.unit_id is not None and judged.unit_id in judge.unit_ids,
        Tie.COMPETITOR: judged.call_id in judge.applied_to,
    }
    return [tie for tie, holds in found.items() if holds]
