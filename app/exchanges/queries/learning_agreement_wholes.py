"""Our learning agreements as the rules read them, and what the rules find in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.exchanges.models.learning_agreements import (
    LearningAgreement,
    LearningAgreementSignature,
)
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies.learning_agreements import short_stays
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.rules.learning_agreement_checks import (
    CONTENT_RULES,
    STUDENT_FACTS,
    Finding,
    Side,
    Signature,
    Signed,
    WholeAgreement,
    check,
)
from app.exchanges.rules.learning_agreements import AgreementKind, Content
from app.exchanges.rules.teaching import missing
from app.exchanges.states.learning_agreements import Signer

_NOT_FOR_STAFF = frozenset(
    {
        "student-incomplete",
        "unit-missing",
        "isced-not-four-digits",
        "isced-unknown",
        "language-unknown",
    }
)
APPLICATION = "Most"


def whole(
    stay: Mobility, agreement: LearningAgreement, given: Sequence[LearningAgreementSignature]
) -> WholeAgreement:
    """Return an agreement with everything that was signed under its snapshots."""
    held = agreement.snapshots
    known = queries.facts(held.first, held.approved, held.proposal)
    return WholeAgreement(
        kind=agreement.kind,
        home=Side(stay.sending_institution.code, known.get("home_unit", "")),
        host=Side(stay.receiving_institution.code, known.get("host_unit", "")),
        student={name: known.get(name, "") for name in STUDENT_FACTS},
        starts=stay.planned_from.isoformat(),
        ends=stay.planned_until.isoformat(),
        isced=known.get("isced", ""),
        language=known.get("language", ""),
        cefr=known.get("cefr", ""),
        first=_signed(held.first, given, agreement.first_round),
        approved=_signed(held.approved, given, agreement.approved_round),
        proposal=_signed(held.proposal, given, agreement.round, agreement.proposal_id),
        short_may_change=short_stays["may_change"],
    )


def unfinished(stay: Mobility, agreement: LearningAgreement) -> list[Finding]:
    """Return what is still wrong with the content of an agreement, before anybody signs."""
    return [one for one in problems(stay, agreement) if one.rule in CONTENT_RULES]


def problems(
    stay: Mobility, agreement: LearningAgreement, *, finished: bool = False
) -> list[Finding]:
    """Return every rule that is broken; `finished` asks as if the proposal were agreed."""
    given = queries.signatures(agreement.id)
    found = whole(stay, agreement, given)
    if finished and found.proposal is not None:
        agreed = Signed(found.proposal.content, found.proposal.signatures)
        first = found.first or agreed
        approved = agreed if found.first else None
        found = replace(found, first=first, approved=approved, proposal=None)
    broken = check(found)
    if agreement.kind != AgreementKind.TEACHING:
        return broken
    left = [one for one in broken if one.rule not in _NOT_FOR_STAFF]
    return [*left, *_teaching_problems(agreement, finished=finished)]


def _teaching_problems(agreement: LearningAgreement, *, finished: bool) -> list[Finding]:
    held = agreement.snapshots
    if held.proposal is None and not finished:
        return []
    latest = held.proposal or held.approved or held.first
    values: Mapping[str, str] = latest.teaching if latest else {}
    return [Finding("teaching-incomplete", name) for name in missing(values)]


def _signed(
    content: Content | None,
    given: Sequence[LearningAgreementSignature],
    number: int | None,
    proposal_id: str = "",
) -> Signed | None:
    if content is None:
        return None
    signatures = queries.under(given, number)
    return Signed(
        content,
        {str(party): _signature(one) for party, one in signatures.items()},
        proposal_id,
    )


def _signature(one: LearningAgreementSignature) -> Signature:
    is_student = one.party == Signer.STUDENT
    return Signature(
        at=one.signed_at.isoformat(),
        name="" if is_student else one.name,
        position=one.position,
        email="" if is_student else one.email,
        application=APPLICATION,
    )
