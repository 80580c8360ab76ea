"""What must be true of learning agreements at all times."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.database import db
from app.core.invariants import invariant
from app.exchanges.models.learning_agreements import (
    LearningAgreement,
    LearningAgreementSignature,
)
from app.exchanges.rules.learning_agreements import Content, fingerprint
from app.exchanges.states.learning_agreements import LearningAgreementState, Signer

_S = LearningAgreementState
_ALL = set(Signer)
_SIGNED = {
    _S.EDITING: set(),
    _S.SIGNED_STUDENT: {Signer.STUDENT},
    _S.PROPOSED: {Signer.STUDENT, Signer.HOME},
    _S.IN_FORCE: set(),
}
Round = dict[tuple[UUID, int | None], dict[Signer, str]]


@invariant("What all three signed of a learning agreement has not changed since")
def agreed_content() -> Iterator[str]:
    """Compare both agreed snapshots with what the three signatures under them name."""
    under = _signatures()
    for one in _agreements():
        snapshots = (
            ("first version", one.first_version, one.first_round),
            ("approved changes", one.approved_changes, one.approved_round),
        )
        for name, values, number in snapshots:
            if values is not None and not _is_signed(values, under.get((one.id, number), {})):
                yield f"learning agreement {one.id}: the {name} is not what all three signed"


@invariant("A proposed learning agreement is signed by exactly those who came before")
def proposals() -> Iterator[str]:
    """Compare the id of each proposal with its content, and its signatures with its state."""
    under = _signatures()
    for one in _agreements():
        given = under.get((one.id, one.round), {})
        if one.changes_proposal is not None:
            if Content.from_json(one.changes_proposal).id != one.proposal_id:
                yield f"learning agreement {one.id}: its id is not that of its proposal"
            if any(proposal_id != one.proposal_id for proposal_id in given.values()):
                yield f"learning agreement {one.id}: somebody signed another proposal"
        if set(given) != _SIGNED[one.state]:
            yield f"learning agreement {one.id}: {one.state}, but signed by {sorted(given)}"


@invariant("Every signature of a learning agreement keeps what its signer saw")
def seen() -> Iterator[str]:
    """Compare what was shown with its hash."""
    query = select(
        LearningAgreementSignature.id,
        LearningAgreementSignature.seen,
        LearningAgreementSignature.seen_hash,
    ).execution_options(yield_per=500)
    for row in db.session.execute(query):
        if fingerprint(row.seen) != row.seen_hash:
            yield f"signature {row.id}: what its signer saw was changed"


def _agreements() -> Iterator[LearningAgreement]:
    query = select(LearningAgreement).order_by(LearningAgreement.id)
    yield from db.session.scalars(query.execution_options(yield_per=500))


def _signatures() -> Round:
    found: Round = defaultdict(dict)
    query = select(
        LearningAgreementSignature.agreement_id,
        LearningAgreementSignature.round,
        LearningAgreementSignature.party,
        LearningAgreementSignature.proposal_id,
    )
    for row in db.session.execute(query):
        found[row.agreement_id, row.round][row.party] = row.proposal_id
    return found


def _is_signed(values: Mapping[str, Any], given: Mapping[Signer, str]) -> bool:
    return set(given) == _ALL and set(given.values()) == {Content.from_json(values).id}
