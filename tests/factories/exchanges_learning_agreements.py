"""Learning agreements to test with, in any state, as their people would have brought them there."""

from dataclasses import replace
from typing import Any

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.database import db
from app.exchanges.invariants import learning_agreements as invariants
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.rules.learning_agreements import Component, Table
from app.exchanges.services import learning_agreement_drafts as drafts
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LearningAgreementState
from app.institutions.models import Institution
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.institutions import an_institution

_S = LearningAgreementState
POSITION = "Coordinator of exchanges"

LOGIC = Component(
    Table.STUDIED, "Clinical reasoning", code="MED-401", term=(2, 2), credits=(("ects", "12"),)
)
ETHICS = Component(
    Table.STUDIED, "Medical ethics", code="MED-417", term=(2, 2), credits=(("ects", "6"),)
)
AT_HOME = Component(
    Table.RECOGNISED, "Klinička medicina", code="KM-8", term=(2, 2), credits=(("ects", "18"),)
)
ONLINE = Component(Table.VIRTUAL, "Telemedicine cases", credits=(("ects", "2"),))
NEW = replace(
    ONLINE, title="Remote diagnostics", reason_code="adding-virtual-component", status="inserted"
)

FACTS = {
    "given_names": "Milijana",
    "family_name": "Radić",
    "global_id": "urn:schac:personalUniqueCode:int:esi:unibl.org:4711",
    "birth_date": "2003-05-05",
    "citizenship": "BA",
    "gender": "2",
    "email": "milijana@example.org",
    "home_unit": "Faculty of Medicine",
    "host_unit": "School of Clinical Medicine",
    "eqf_level": "7",
    "isced": "0912",
    "language": "en",
    "cefr": "B2",
}
TEACHING = {
    "isced": "0912",
    "level": "7",
    "students": "24",
    "hours": "8",
    "language": "English",
    "objectives": "Case-based teaching of telemedicine.",
    "content": "Four seminars of two hours.",
}


def a_stay(home: Institution | None = None, host: Institution | None = None, **values: Any) -> Any:
    """Return a stored stay between two institutions, of which each is made when not given."""
    return a_mobility(
        home or an_institution(),
        host or an_institution(name="Shanghai University of Medicine", country="CN"),
        **values,
    )


def student_of(stay: Mobility) -> Actor:
    """Return whose stay it is, as an actor."""
    return actor_for(stay.person_id)


def home_of(stay: Mobility) -> Actor:
    """Return the coordinator at home, as an actor."""
    assert stay.home_coordinator_id is not None
    return actor_for(stay.home_coordinator_id)


def host_of(stay: Mobility) -> Actor:
    """Return the coordinator of the host, as an actor."""
    assert stay.host_coordinator_id is not None
    return actor_for(stay.host_coordinator_id)


def a_draft(stay: Mobility, components: tuple[Component, ...] | None = None) -> LearningAgreement:
    """Return the first draft of a stay, complete enough to be signed."""
    student = student_of(stay)
    agreement = drafts.begin(student, stay.id)
    drafts.save_facts(student, stay.id, FACTS)
    for one in (LOGIC, ETHICS, AT_HOME) if components is None else components:
        drafts.add_component(student, stay.id, one)
    return agreement


def a_learning_agreement(
    stay: Mobility, state: LearningAgreementState = _S.IN_FORCE, *, agreed: bool = True
) -> LearningAgreement:
    """Return the agreement of a stay in this state.

    When agreed, there is a first version and the state is that of changes to it.
    """
    agreement = a_draft(stay)
    if agreed:
        advance(stay, _S.IN_FORCE)
        if state != _S.IN_FORCE:
            services.change(student_of(stay), stay.id)
            drafts.add_component(student_of(stay), stay.id, NEW)
    advance(stay, state)
    return agreement


def advance(stay: Mobility, state: LearningAgreementState) -> LearningAgreement:
    """Let whoever is next sign, until the agreement is in this state."""
    agreement = the_agreement(stay)
    while agreement.state != state:
        quoted = agreement.proposal_id
        if agreement.state == _S.EDITING:
            services.sign_student(student_of(stay), stay.id, proposal_id=quoted)
        elif agreement.state == _S.SIGNED_STUDENT:
            services.sign_home(home_of(stay), stay.id, proposal_id=quoted, position=POSITION)
        else:
            services.approve_host(host_of(stay), stay.id, proposal_id=quoted, position=POSITION)
        agreement = the_agreement(stay)
    return agreement


def the_agreement(stay: Mobility) -> LearningAgreement:
    """Return the agreement of a stay as it stands now."""
    found = db.session.query(LearningAgreement).filter_by(mobility_id=stay.id).one()
    db.session.refresh(found)
    return found


def broken() -> list[str]:
    """Return what the checks of learning agreements find wrong."""
    db.session.flush()
    checks = (invariants.agreed_content, invariants.proposals, invariants.seen)
    return [line for check_ in checks for line in check_()]


def titles(stay: Mobility) -> list[str]:
    """Return the titles of what all three agreed on last."""
    return [one.title for one in queries.agreed_components(stay.id)]
