"""Reading what an office at home did on behalf of a host without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.core.database import db

ACTED = "exchanges.act_for_host"


@dataclass(frozen=True, slots=True)
class Act:
    """One step on behalf of the host: which, who took it, when, and how they knew."""

    step: str
    name: str
    at: datetime
    evidence: str


def acts_of(mobility_id: UUID) -> Sequence[Act]:
    """Return what was done on behalf of the host of a stay, the newest first. One query."""
    query = (
        select(AuditEntry, User.display_name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_id == mobility_id, AuditEntry.action == ACTED)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return [
        Act(entry.changes["step"][1], name or "", entry.at, entry.reason)
        for entry, name in db.session.execute(query)
    ]
