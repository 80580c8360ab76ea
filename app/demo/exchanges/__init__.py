"""The exchanges of the demo: two offices, calls in every state, people at every step abroad."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.demo.exchanges import agreements, applicants, calls, papers, scales, selection
from app.demo.exchanges.stays import follow

__all__ = ["make"]


def make(
    staff: Mapping[str, UUID], places: Mapping[str, UUID], trainees: Mapping[str, Sequence[UUID]]
) -> None:
    """Make agreements, calls, applications and stays, through the services that people use."""
    agreements.make(staff, places)
    scales.make(staff, places)
    sheet = papers.transcript()
    hands = applicants.Queue(staff, trainees)
    for idea in calls.IDEAS:
        opened = calls.open_call(idea, staff, places)
        people = applicants.apply(opened, hands, sheet)
        calls.close(opened)
        selection.decide(opened, people, staff)
        follow(opened, people, staff)
        calls.finish(opened)
