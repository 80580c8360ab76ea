"""Learning agreements, and the agreements of visiting staff, which live the same life."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.accounts.models import User
from app.core.database import CreatedAt, Key, Model
from app.exchanges.models.mobilities import Mobility
from app.exchanges.rules.learning_agreements import AgreementKind, Content, Snapshots
from app.exchanges.states.learning_agreements import LearningAgreementState, Signer

_Snapshot = JSON(none_as_null=True)


class LearningAgreement(Model):
    """What somebody will study or teach abroad, in three snapshots; one for each stay.

    A `round` is one proposal on its way: signatures belong to a round, and a new one needs new
    signatures.
    """

    __tablename__ = "learning_agreement"
    __table_args__ = (
        CheckConstraint(
            "state <> 'in_force' or first_version is not null", name="in_force_when_signed"
        ),
        CheckConstraint(
            "(state = 'in_force') = (changes_proposal is null)", name="proposal_or_in_force"
        ),
        CheckConstraint(
            "approved_changes is null or first_version is not null", name="changes_what_there_is"
        ),
        CheckConstraint(
            "(first_version is null) = (first_round is null)", name="first_version_has_a_round"
        ),
    )

    id: Mapped[Key]
    mobility_id: Mapped[UUID] = mapped_column(ForeignKey(Mobility.id), unique=True)
    kind: Mapped[AgreementKind]
    state: Mapped[LearningAgreementState]
    first_version: Mapped[dict[str, Any] | None] = mapped_column(_Snapshot)
    approved_changes: Mapped[dict[str, Any] | None] = mapped_column(_Snapshot)
    changes_proposal: Mapped[dict[str, Any] | None] = mapped_column(_Snapshot)
    proposal_id: Mapped[str] = mapped_column(String(64), default="")
    round: Mapped[int] = mapped_column(default=1)
    first_round: Mapped[int | None]
    approved_round: Mapped[int | None]
    asked_at: Mapped[datetime | None] = mapped_column(comment="when open changes were begun")
    agreed_at: Mapped[datetime | None] = mapped_column(comment="last, by all three")
    created_at: Mapped[CreatedAt]

    @validates("first_version")
    def _keep(self, _name: str, value: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Refuse to touch what three people signed."""
        if self.first_version is not None:
            raise ValueError("the first version never changes")
        return value

    @property
    def snapshots(self) -> Snapshots[Content]:
        """The three snapshots as the rules take them."""
        return Snapshots(
            _read(self.first_version),
            _read(self.approved_changes),
            _read(self.changes_proposal),
            self.proposal_id,
        )


class LearningAgreementSignature(Model):
    """One signature under one round, with what its signer saw; never changed."""

    __tablename__ = "learning_agreement_signature"
    __table_args__ = (UniqueConstraint("agreement_id", "round", "party"),)

    id: Mapped[Key]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey(LearningAgreement.id))
    round: Mapped[int]
    party: Mapped[Signer]
    proposal_id: Mapped[str] = mapped_column(String(64))
    seen: Mapped[dict[str, Any]] = mapped_column(JSON, comment="the whole agreement as shown")
    seen_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of `seen`")
    signer_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    name: Mapped[str] = mapped_column(String(250))
    position: Mapped[str] = mapped_column(String(200), default="", comment="of staff")
    email: Mapped[str] = mapped_column(String(254))
    signed_at: Mapped[datetime]


def _read(values: Mapping[str, Any] | None) -> Content | None:
    return None if values is None else Content.from_json(values)
