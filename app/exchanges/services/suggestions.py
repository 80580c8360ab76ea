"""What the rules in use suggest that the courses of a transcript count at home."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.recognition import (
    CreditRule,
    GradeScale,
    RecognitionRule,
    Transcript,
    TranscriptLine,
)
from app.exchanges.queries import recognition, scales
from app.exchanges.rules import recognition as rules
from app.exchanges.rules.credits import CreditFactor
from app.exchanges.rules.learning_agreements import Component
from app.exchanges.states.recognition import GroupOutcome


@dataclass(frozen=True, slots=True)
class Suggested:
    """What one course would count: credits in hundredths, none where no rule says; a grade."""

    credits_centi: int | None
    grade: str
    provenance: dict[str, Any]


def rule_of(mobility: Mobility) -> RecognitionRule:
    """Return how the home institution recognises today. Raises Invalid when nothing says so."""
    found = scales.rule_on(mobility.sending_institution_id, now().date())
    if found is None:
        raise Invalid(
            _("Lay down first how your institution recognises: its scale, credits and method.")
        )
    return found


def home_scale(mobility: Mobility) -> GradeScale:
    """Return the scale of the grades at home. Raises Invalid when no rule says which."""
    found = scales.newest_of(mobility.sending_institution_id, rule_of(mobility).scale_code)
    if found is None:
        raise Invalid(_("The scale of your recognition rule is missing."))
    return found


def made_for(
    mobility: Mobility, transcript: Transcript, lines: Sequence[TranscriptLine]
) -> list[Suggested]:
    """Return what each of these courses would count at home. Raises Invalid."""
    rule, at_home = rule_of(mobility), home_scale(mobility)
    host = scales.side_of(transcript.scale, mobility.eqf_level)
    home = scales.side_of(at_home, mobility.eqf_level)
    method = rules.Method(rule.choice, rule.least_results, rule.allows_formula)
    credit_rule = _credit_rule(mobility, transcript, rule)
    found = []
    for line in lines:
        grade = rules.suggest_grade(
            line.grade, host=host, home=home, isced=mobility.isced, method=method
        )
        provenance = {
            **grade.provenance,
            "rule_version": rule.number,
            "host_scale": str(transcript.scale_id),
            "home_scale": str(at_home.id),
            "credit_rule": str(credit_rule.id) if credit_rule else "",
        }
        centi = _credits(line, transcript, rule, credit_rule)
        found.append(Suggested(centi, grade.grade, provenance))
    return found


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a draft lacks credits: no rule leads from one scheme to the other, or none led then."""

    source: str
    target: str
    has_rule: bool


def lack_of(
    mobility: Mobility, transcript: Transcript, groups: Sequence[recognition.Group]
) -> Lack | None:
    """Return why courses of a draft have no credits at home; None when all have."""
    if all(one.result.credits_centi is not None for group in groups for one in group.results):
        return None
    rule = rule_of(mobility)
    source, target = transcript.credit_scheme, rule.credit_scheme
    has_rule = source == target or _credit_rule(mobility, transcript, rule) is not None
    return Lack(source, target, has_rule)


def fill_credits(
    mobility: Mobility, transcript: Transcript, groups: Sequence[recognition.Group]
) -> bool:
    """Write credits that are still missing where a rule leads to them by now; tell if any."""
    rule = rule_of(mobility)
    credit_rule = _credit_rule(mobility, transcript, rule)
    missing = [one for group in groups for one in group.results if one.result.credits_centi is None]
    for one in missing:
        one.result.credits_centi = _credits(one.line, transcript, rule, credit_rule)
        if credit_rule:
            one.result.provenance = {**one.result.provenance, "credit_rule": str(credit_rule.id)}
    return any(one.result.credits_centi is not None for one in missing)


def agreed_credits(mobility: Mobility, agreed: Sequence[Component]) -> int:
    """Return what a table of the learning agreement holds, in hundredths of the credits at home.

    Credits of another scheme count by the rule in force; where none leads home, they are unknown
    and nothing is compared with them.
    """
    rule = rule_of(mobility)
    total = 0
    for scheme, amount in (pair for one in agreed for pair in one.credits):
        centi = int(Decimal(amount) * 100)
        if scheme == rule.credit_scheme:
            total += centi
        elif not any(other == rule.credit_scheme for one in agreed for other, _n in one.credits):
            found = _rule_between(mobility, scheme, rule.credit_scheme)
            total += (rules.suggest_credits(centi, scales.factor(found)) or 0) if found else 0
    return total


def answer_anew(groups: Sequence[recognition.Group]) -> None:
    """Say to each group that is still answered as agreed what its credits allow to say."""
    for one in groups:
        if one.group.outcome != GroupOutcome.AS_AGREED:
            continue
        agreed, counted = one.group.home_credits_centi, one.credits_centi
        one.group.outcome = rules.answer_to(agreed, counted, courses=len(one.results))
        if one.group.outcome == GroupOutcome.AS_AGREED:
            continue
        one.group.reason = _("No course was passed.")
        if one.results:
            one.group.reason = _(
                "%(counted)s of the %(agreed)s credits that were agreed were earned.",
                counted=f"{(counted or 0) / 100:g}",
                agreed=f"{agreed / 100:g}",
            )


def _credit_rule(
    mobility: Mobility, transcript: Transcript, rule: RecognitionRule
) -> CreditRule | None:
    if transcript.credit_scheme == rule.credit_scheme:
        return None
    return _rule_between(mobility, transcript.credit_scheme, rule.credit_scheme)


def _rule_between(mobility: Mobility, source: str, target: str) -> CreditRule | None:
    home, day = mobility.sending_institution_id, now().date()
    return scales.credit_rule_on(home, source, target, day)


def _credits(
    line: TranscriptLine,
    transcript: Transcript,
    rule: RecognitionRule,
    credit_rule: CreditRule | None,
) -> int | None:
    if transcript.credit_scheme == rule.credit_scheme:
        return line.credits_centi
    factor: CreditFactor | None = scales.factor(credit_rule) if credit_rule else None
    return rules.suggest_credits(line.credits_centi, factor)
