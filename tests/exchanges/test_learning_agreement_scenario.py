"""The published scenario of twelve steps, lived by our own services."""

from collections import Counter

import pytest

from app.core.errors import Conflict
from app.exchanges.rules.learning_agreement_xml import snapshots, tree, updates
from app.exchanges.rules.learning_agreements import Content, Status
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


@pytest.mark.skipif(not SCENARIO.exists(), reason="NOTICE: the sample messages are not here")
def test_the_scenario_of_twelve_steps_is_lived_by_our_own_services(session):
    stay = a_stay()
    student = student_of(stay)
    drafts.begin(student, stay.id)
    drafts.save_facts(student, stay.id, FACTS)
    for number in range(1, 13):
        (path,) = SCENARIO.glob(f"{number:02}-*.xml")
        root = tree(b"<r>" + path.read_bytes() + b"</r>")
        for update in updates(root):
            quoted = the_agreement(stay).proposal_id
            with pytest.raises(Conflict):
                services.approve_host(host_of(stay), stay.id, proposal_id="old", position=POSITION)
            if update.is_approved:
                advance(stay, S.IN_FORCE)
            else:
                services.comment_host(
                    host_of(stay), stay.id, proposal_id=quoted, comment=update.comment
                )
        found = snapshots(root)
        if "proposal" in found:
            _write_as(stay, found["proposal"].content)
            advance(stay, S.PROPOSED)
        agreement = the_agreement(stay)
        held = agreement.snapshots
        proposed = held.proposal if agreement.state == S.PROPOSED else None
        shown = {"first": held.first, "approved": held.approved, "proposal": proposed}
        ours = {name: one for name, one in shown.items() if one is not None}
        assert not found or set(ours) == set(found), number
        for name, signed in found.items():
            assert _said(ours[name]) == _said(signed.content), (number, name)

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
