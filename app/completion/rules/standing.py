"""Where a trainee stands: what has been reached, what still can be, what may still be missed."""

from dataclasses import dataclass

from app.attendance.rules import Tally
from app.completion.rules.criteria import ATTENDANCE
from app.completion.rules.tree import Context, Json, Outcome, Policy, criteria_of, evaluate


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a run somebody attended, in basis points, None while nothing is decided.

    `may_miss` counts whole open meetings, whichever they are; it is None when the threshold is
    out of reach or the policy has none.
    """

    tally: Tally
    threshold_bp: int | None
    so_far_bp: int | None
    may_miss: int | None
    is_out_of_reach: bool


@dataclass(frozen=True, slots=True)
class Standing(Share):
    """The numbers of the trainee's page: the share, and what every criterion of the policy says."""

    best_bp: int | None
    outcome: Outcome


def share(policy: Policy, found: Tally) -> Share:
    """Return the share that somebody attended; of several thresholds the highest is shown."""
    thresholds = [
        node["threshold_bp"]
        for _, node in criteria_of(policy.rule)
        if node["criterion"] == ATTENDANCE
    ]
    threshold = max(thresholds, default=None)
    may_miss = None if threshold is None else found.may_miss(threshold)
    decided_or_open = bool(found.weight or found.open_weights)
    return Share(
        tally=found,
        threshold_bp=threshold,
        so_far_bp=found.so_far_bp,
        may_miss=may_miss,
        is_out_of_reach=threshold is not None and may_miss is None and decided_or_open,
    )


def standing(policy: Policy, facts: Json) -> Standing:
    """Return where somebody stands by the facts."""
    context = Context(policy.credits)
    found = share(policy, context.tally(facts))
    return Standing(
        tally=found.tally,
        threshold_bp=found.threshold_bp,
        so_far_bp=found.so_far_bp,
        may_miss=found.may_miss,
        is_out_of_reach=found.is_out_of_reach,
        best_bp=found.tally.best_bp,
        outcome=evaluate(policy, facts, context),
    )
