"""A learning agreement as its pages show it: what stands, what is proposed, what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.learning_agreements import (
    LearningAgreement,
    LearningAgreementSignature,
)
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.policies.parties import Parties, in_mobility
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries import mobilities
from app.exchanges.queries.learning_agreement_wholes import problems
from app.exchanges.rules.learning_agreement_checks import CONTENT_RULES, Finding
from app.exchanges.rules.learning_agreement_deadlines import Deadline, deadlines
from app.exchanges.rules.learning_agreements import (
    TABLES,
    Component,
    Content,
    Difference,
    Status,
    Table,
    difference,
    effective,
    totals,
)
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT, Signer
from app.exchanges.states.learning_agreements import LearningAgreementState as State

Row = tuple[Component, str]
"""A component and how it differs from what stood before: "", inserted or deleted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One table: its rows, and the credits of those that hold."""

    table: Table
    rows: Sequence[Row]
    totals: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Since:
    """What reads otherwise than when somebody signed."""

    signature: LearningAgreementSignature
    components: Difference
    facts: Sequence[tuple[str, str, str]]
    teaching: Sequence[tuple[str, str, str]]
    days: Sequence[tuple[str, str, str]]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing changed."""
        return not (self.components or self.facts or self.teaching or self.days)


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three versions side by side."""

    name: str
    tables: Sequence[Shown]
    signatures: Mapping[Signer, LearningAgreementSignature] = field(default_factory=dict)
    teaching: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Reading:
    """An agreement as one person may read it."""

    stay: Mobility
    agreement: LearningAgreement
    parties: Parties
    signatures: Sequence[LearningAgreementSignature]

    @property
    def is_proposed(self) -> bool:
        """Tell whether a proposal is shown."""
        has_one = self.agreement.changes_proposal is not None
        return has_one and policies.sees_proposal(self.parties, self.agreement)

    @property
    def is_agreed(self) -> bool:
        """Tell whether there is a first version."""
        return self.agreement.first_version is not None

    @property
    def writes(self) -> bool:
        """Tell whether the reader may change the draft now."""
        return policies.writes(self.parties, self.agreement, self.stay)

    @property
    def steps(self) -> frozenset[str]:
        """The steps the reader may take now."""
        if self.stay.state in policies.READ_ONLY:
            return frozenset()
        found = LEARNING_AGREEMENT.open_to(self.parties, self.agreement.state)
        left = set() if self.is_agreed else {"drop_changes"}
        if not policies.may_change_once_agreed(self.agreement):
            left.add("change")
        return found - left

    @property
    def waits_for(self) -> Signer | None:
        """Whose turn it is; nobody's once all three have signed."""
        return {
            State.EDITING: Signer.STUDENT,
            State.SIGNED_STUDENT: Signer.HOME,
            State.PROPOSED: Signer.HOST,
        }.get(self.agreement.state)

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What holds, with what is proposed where that is shown."""
        return queries.shown(self.agreement, self.stay, proposed=self.is_proposed)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The components that hold then."""
        return queries.components_of(self.shown)

    @cached_property
    def tables(self) -> list[Shown]:
        """The tables, with what is proposed marked against what is agreed."""
        held = self.agreement.snapshots
        agreed = effective(held.first, held.approved) if held.first else None
        return _tables(self.agreement, agreed, self.components)

    @property
    def pending(self) -> Mapping[str, Component]:
        """The changes that the draft makes, by the key of their components."""
        content = self.agreement.snapshots.proposal
        return {one.key: one for one in content.components} if content and self.is_agreed else {}

    @property
    def under_proposal(self) -> Mapping[Signer, LearningAgreementSignature]:
        """Who has signed what is proposed."""
        return queries.under(self.signatures, self.agreement.round)

    @property
    def under_agreed(self) -> Mapping[Signer, LearningAgreementSignature]:
        """Who signed what is agreed."""
        latest = self.agreement.approved_round or self.agreement.first_round
        return queries.under(self.signatures, latest) if latest else {}

    @cached_property
    def problems(self) -> list[Finding]:
        """What is wrong with the content of what is proposed."""
        if not self.is_proposed:
            return []
        found = problems(self.stay, self.agreement)
        return [one for one in found if one.rule in CONTENT_RULES]

    @property
    def deadlines(self) -> list[Deadline]:
        """What is to be done by when."""
        asked = self.agreement.asked_at
        return deadlines(
            self.stay.planned_from,
            self.stay.planned_until,
            now().date(),
            is_signed=self.is_agreed,
            asked_on=asked.date() if asked else None,
        )

    def since(self, signer_id: UUID) -> Since | None:
        """Return what changed since this person signed last; None when they never did."""
        given = [one for one in self.signatures if one.signer_id == signer_id]
        if not given:
            return None
        before, after = given[-1].seen, self.shown
        return Since(
            given[-1],
            difference(queries.components_of(before), self.components),
            _changed(before["facts"], after["facts"]),
            _changed(before["teaching"], after["teaching"]),
            _changed(_days(before), _days(after)),
        )

    @property
    def columns(self) -> list[Column]:
        """The first version, what is agreed now and what is proposed, each against the former."""
        held = self.agreement.snapshots
        found: list[Column] = []
        before: tuple[Component, ...] | None = None
        former: Content | None = None
        versions = (
            ("first", held.first, self.agreement.first_round),
            ("approved", held.approved, self.agreement.approved_round),
            ("proposal", held.proposal if self.is_proposed else None, self.agreement.round),
        )
        for name, content, number in versions:
            if content is None:
                continue
            after = effective(None if name == "first" else held.first, content)
            found.append(
                Column(
                    name,
                    _tables(self.agreement, before, after),
                    queries.under(self.signatures, number),
                    _changed(former.teaching if former else {}, content.teaching),
                )
            )
            before, former = after, content
        return found


def reading(actor: Actor, mobility_id: UUID) -> Reading:
    """Return the agreement of a stay as the actor may read it; raises NotFound."""
    stay, agreement = begun(actor, mobility_id)
    if agreement is None:
        raise NotFound(_("This stay has no learning agreement yet."))
    return Reading(stay, agreement, in_mobility(actor, stay), queries.signatures(agreement.id))


def begun(actor: Actor, mobility_id: UUID) -> tuple[Mobility, LearningAgreement | None]:
    """Return a stay, and its agreement if it was begun; raises NotFound."""
    stay = mobilities.mobility_for(actor, mobility_id)
    return stay, queries.of_stay(stay.id)


def _tables(
    agreement: LearningAgreement,
    before: Sequence[Component] | None,
    after: Sequence[Component],
) -> list[Shown]:
    changed = Difference() if before is None else difference(before, after)
    new = [one.key for one in changed.added]
    found = []
    for table in TABLES[agreement.kind]:
        rows: list[Row] = [
            (one, Status.INSERTED if one.key in new else "") for one in after if one.table == table
        ]
        held = [one for one, _mark in rows]
        rows += [(one, Status.DELETED) for one in changed.removed if one.table == table]
        found.append(Shown(table, rows, totals(held)))
    return found


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    names = [*before, *(name for name in after if name not in before)]
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [one for one in pairs if one[1] != one[2]]


def _days(shown: Mapping[str, Any]) -> dict[str, str]:
    return {name: shown["stay"][name] for name in ("from", "until")}
