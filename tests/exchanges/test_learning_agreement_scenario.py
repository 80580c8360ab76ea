"""The scenario of twelve steps, ours and the published one, by the rules and by our services."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.core.errors import Conflict
from app.exchanges.rules.learning_agreement_xml import snapshots, tree, updates
from app.exchanges.rules.learning_agreements import (
    Component,
    Content,
    Snapshots,
    Status,
    Table,
    effective,
)
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from tests.conftest import SAMPLES
from tests.factories.exchanges_learning_agreements import (
    FACTS,
    POSITION,
    a_stay,
    advance,
    broken,
    host_of,
    student_of,
    the_agreement,
    titles,
)

SCENARIO = SAMPLES / "ewp" / "scenario-omobility-las"

Step = tuple[dict[str, Content], str]
"""What stands after somebody proposed or all agreed, and what the host says to it."""


FIRST_YEAR = (1, 2)


def _taught(title: str, status: str = "", reason: str = "") -> Component:
    return Component(Table.STUDIED, title, term=FIRST_YEAR, status=status, reason_code=reason)


def _ours() -> Iterator[Step]:
    """The same twelve steps, told of medicine: two proposals, then two rounds of changes."""
    at_home = Component(Table.RECOGNISED, "Hirurgija I", term=FIRST_YEAR)
    sonography = Component(
        Table.VIRTUAL,
        "Sonography at a distance",
        description="Four evenings of cases with teachers of both schools.",
        status=Status.INSERTED,
        reason_code="adding-virtual-component",
    )
    suture, trauma, anatomy = map(
        _taught, ("Suturing in the laboratory", "Emergency trauma care", "Surgical anatomy")
    )
    burns = _taught("Care of burns")
    first = Content((suture, burns, anatomy, at_home))
    anatomy_goes = replace(anatomy, status=Status.DELETED, reason_code="language-mismatch")
    suture_goes = replace(suture, status=Status.DELETED, reason_code="timetable-conflict")
    radiology, wards, robots = (
        _taught(title, Status.INSERTED, "substituting-deleted")
        for title in ("Radiology for surgeons", "Nights on the wards", "Robots in theatre")
    )
    once = Content((anatomy_goes, radiology, sonography))
    refused = Content((anatomy_goes, suture_goes, wards, robots, sonography))
    twice = Content((anatomy_goes, suture_goes, radiology, robots, sonography))
    yield {"proposal": Content((suture, trauma, anatomy, at_home))}, "comment"
    yield {"proposal": first}, "approve"
    yield {"first": first}, ""
    yield {"first": first, "proposal": once}, "approve"
    yield {"first": first, "approved": once, "proposal": refused}, "comment"
    yield {"first": first, "approved": once, "proposal": twice}, "approve"
    yield {"first": first, "approved": twice}, ""


def _published() -> Iterator[Step]:
    """The scenario as it was published, where the samples are."""
    shown: dict[str, Content] = {}
    for number in range(1, 13):
        (path,) = SCENARIO.glob(f"{number:02}-*.xml")
        root = tree(b"<r>" + path.read_bytes() + b"</r>")
        if found := snapshots(root):
            if shown:
                yield shown, ""
            shown = {name: one.content for name, one in found.items()}
        for update in updates(root):
            yield shown, "approve" if update.is_approved else "comment"
            shown = {}
    yield shown, ""


TOLD = pytest.mark.parametrize(
    "steps",
    [
        _ours,
        pytest.param(
            _published,
            marks=pytest.mark.skipif(
                not SCENARIO.exists(), reason="NOTICE: the sample messages are not here"
            ),
        ),
    ],
)


@TOLD
def test_the_scenario_of_twelve_steps_keeps_three_snapshots(steps):
    held: Snapshots[Content] = Snapshots()
    for shown, verdict in steps():
        if proposal := shown.get("proposal"):
            held = held.propose(proposal, proposal.id)
        named = {"first": held.first, "approved": held.approved, "proposal": held.proposal}
        assert shown == {name: one for name, one in named.items() if one is not None}
        if verdict:
            with pytest.raises(Conflict):
                held.approve("old", shown["proposal"])
        if verdict == "approve":
            held = held.approve(held.proposal_id, held.proposal)
        elif verdict == "comment":
            held = held.withdraw(held.proposal_id)

    assert held.proposal is None
    assert len(effective(held.first, held.approved)) == 5


@TOLD
def test_the_scenario_of_twelve_steps_is_lived_by_our_own_services(session, steps):
    stay = a_stay()
    student = student_of(stay)
    drafts.begin(student, stay.id)
    drafts.save_facts(student, stay.id, FACTS)
    for number, (wanted, verdict) in enumerate(steps(), start=1):
        if "proposal" in wanted:
            _write_as(stay, wanted["proposal"])
            advance(stay, S.PROPOSED)
        agreement = the_agreement(stay)
        held = agreement.snapshots
        proposed = held.proposal if agreement.state == S.PROPOSED else None
        shown = {"first": held.first, "approved": held.approved, "proposal": proposed}
        ours = {name: _said(one) for name, one in shown.items() if one is not None}
        assert ours == {name: _said(one) for name, one in wanted.items()}, number
        if not verdict:
            continue
        quoted = agreement.proposal_id
        with pytest.raises(Conflict):
            services.approve_host(host_of(stay), stay.id, proposal_id="old", position=POSITION)
        if verdict == "approve":
            advance(stay, S.IN_FORCE)
        else:
            services.comment_host(
                host_of(stay), stay.id, proposal_id=quoted, comment="Please take another one."
            )

    assert len(titles(stay)) == 5
    assert broken() == []


def _write_as(stay, wanted: Content) -> None:
    """Let the student write until the draft says what is wanted."""
    student = student_of(stay)
    if the_agreement(stay).state == S.IN_FORCE:
        services.change(student, stay.id)
    held = the_agreement(stay).snapshots
    for one in held.proposal.components:
        if one not in wanted.components and one.status != Status.DELETED:
            drafts.remove_component(student, stay.id, one.key)
    for one in wanted.components:
        if one in held.proposal.components:
            continue
        if one.status == Status.DELETED:
            drafts.remove_component(student, stay.id, one.key, reason_code=one.reason_code)
        else:
            drafts.add_component(student, stay.id, one)


def _said(content: Content) -> Counter:
    return Counter(content.components)
