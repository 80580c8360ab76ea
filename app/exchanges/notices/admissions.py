"""What applicants and offices are told about admissions."""

from app.exchanges.models.mobilities import Mobility
from app.exchanges.notices.mobilities import home_side, host_side, tell_all, traveller


def completed(mobility: Mobility) -> None:
    """Tell the host that somebody's papers are complete."""
    tell_all(host_side(mobility), mobility, "admission-complete")


def decided(mobility: Mobility, decision: str, comment: str) -> None:
    """Tell the applicant and the home side what the host decided."""
    people = {one.user_id: one for one in [*home_side(mobility), traveller(mobility)]}
    tell_all(people.values(), mobility, "admission-decided", decision=decision, comment=comment)


def evidence_given(mobility: Mobility) -> None:
    """Tell the host that there is something to look at for a condition."""
    tell_all(host_side(mobility), mobility, "condition-evidence")


def lapsed(mobility: Mobility) -> None:
    """Tell everybody that an admission lapsed with its conditions."""
    everyone = [*home_side(mobility), *host_side(mobility), traveller(mobility)]
    tell_all({one.user_id: one for one in everyone}.values(), mobility, "admission-lapsed")


def coming(mobility: Mobility) -> None:
    """Tell both offices that somebody is coming."""
    everyone = [*home_side(mobility), *host_side(mobility)]
    tell_all({one.user_id: one for one in everyone}.values(), mobility, "stay-confirmed")
