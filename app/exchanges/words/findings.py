"""What rules found about an application, one by one: what was asked, why, and what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.core.i18n import gettext as _
from app.exchanges.rules.eligibility import Finding, Outcome
from app.exchanges.words import eligibility as words

BY_HAND = "office"
"""The rule id of what the office decided for a reason that no rule of the call names."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule with its finding, in words; `said` is what an officer wrote to decide it."""

    rule_id: str
    outcome: Outcome
    title: str
    asks: str
    reason: str
    advice: str
    said: str = ""
    finding_id: UUID | None = None
    is_decided: bool = False

    @property
    def label(self) -> str:
        """Return the outcome in words."""
        return str(words.OUTCOME_LABELS[self.outcome])

    @property
    def chip(self) -> str:
        """Return the kind of chip for the outcome."""
        return words.OUTCOME_CHIPS[self.outcome]


class Stored(Protocol):
    """A finding as it is stored with an application."""

    id: Any
    rule_id: Any
    outcome: Any
    details: Any
    decided_by: Any


def explain(
    findings: Iterable[Finding], rules: Sequence[Mapping[str, Any]], institution: str
) -> list[Explained]:
    """Return findings in words; `institution` is the name of the home institution."""
    by_id = {str(rule.get("id")): rule for rule in rules}
    return [_explained(one, by_id.get(one.rule_id), institution) for one in findings]


def explain_stored(
    rows: Iterable[Stored], rules: Sequence[Mapping[str, Any]], institution: str
) -> list[Explained]:
    """Return stored findings in words, in the order of the rules; what no rule names is last."""
    by_id = {str(rule.get("id")): rule for rule in rules}
    order = list(by_id)
    ordered = sorted(
        rows, key=lambda one: order.index(one.rule_id) if one.rule_id in by_id else len(order)
    )
    return [_of_row(one, by_id.get(one.rule_id), institution) for one in ordered]


def _of_row(row: Stored, rule: Mapping[str, Any] | None, institution: str) -> Explained:
    finding = Finding(
        row.rule_id, str((rule or {}).get("type", "")), Outcome(row.outcome), row.details
    )
    is_decided = row.decided_by is not None
    return _explained(finding, rule, institution, row.id, is_decided=is_decided)


def _explained(
    finding: Finding,
    rule: Mapping[str, Any] | None,
    institution: str,
    finding_id: UUID | None = None,
    *,
    is_decided: bool = False,
) -> Explained:
    said = str(finding.details.get("reason", ""))
    plain = {key: value for key, value in finding.details.items() if key != "reason"}
    finding = Finding(finding.rule_id, finding.type, finding.outcome, plain)
    if rule is None:
        title = _("Decision of the office")
        return Explained(
            finding.rule_id, finding.outcome, title, "", "", "", said, finding_id, is_decided
        )
    return Explained(
        rule_id=finding.rule_id,
        outcome=finding.outcome,
        title=str(words.RULE_LABELS.get(finding.type, finding.type)),
        asks=words.rule_in_words(rule),
        reason=_reason(finding, institution),
        advice="" if is_decided else words.what_to_do(finding),
        said=said,
        finding_id=finding_id,
        is_decided=is_decided,
    )


def _reason(finding: Finding, institution: str) -> str:
    """Return the reason; details of an older kind of rule may lack what the words need."""
    try:
        return words.reason(finding, institution)
    except (KeyError, TypeError, ValueError):
        return ""
