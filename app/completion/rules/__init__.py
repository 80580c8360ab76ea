"""When a run is completed: `tree` evaluates, `criteria` are its leaves, `standing` tells people.

Importing this package registers the criteria that attendance alone can answer.
"""

from app.completion.rules.criteria import ATTENDANCE, REQUIRED_SESSIONS
from app.completion.rules.facts import attendance_facts, facts_of, tally_of
from app.completion.rules.standing import Share, Standing, share, standing
from app.completion.rules.tree import (
    Context,
    Criterion,
    CriterionOutcome,
    Fault,
    Finding,
    InvalidPolicy,
    Outcome,
    Policy,
    PolicyProblem,
    Verdict,
    criteria_of,
    evaluate,
    facts_hash,
    is_due,
    kinds,
    policy_problems,
    read_policy,
    register,
)

__all__ = [
    "ATTENDANCE",
    "REQUIRED_SESSIONS",
    "Context",
    "Criterion",
    "CriterionOutcome",
    "Fault",
    "Finding",
    "InvalidPolicy",
    "Outcome",
    "Policy",
    "PolicyProblem",
    "Share",
    "Standing",
    "Verdict",
    "attendance_facts",
    "criteria_of",
    "evaluate",
    "facts_hash",
    "facts_of",
    "is_due",
    "kinds",
    "policy_problems",
    "read_policy",
    "register",
    "share",
    "standing",
    "tally_of",
]
