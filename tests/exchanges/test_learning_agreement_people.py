"""Who signs a learning agreement for each side, and who is told."""

from collections import Counter

import pytest

from app.core.database import db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.jobs.embedded import do_all
from app.exchanges.models.mobilities import Mobility
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.services import coordinators
from app.exchanges.services import learning_agreements as services
from app.exchanges.states.learning_agreements import LearningAgreementState as S
from app.exchanges.states.learning_agreements import Signer
from tests.factories.accounts import an_actor
from tests.factories.exchanges_learning_agreements import (
    POSITION,
    a_draft,
    a_learning_agreement,
    a_stay,
    advance,
    home_of,
    host_of,
    student_of,
    the_agreement,
)
from tests.factories.institutions import an_institution


def test_another_contact_makes_no_version_and_signs_instead(session):
    stay = a_stay()
    agreement = a_learning_agreement(stay, S.SIGNED_STUDENT)
    before = the_agreement(stay).proposal_id
    colleague = an_actor("faculty", stay.sending_institution_id, name="Nada Petrović")
    officer = an_actor("officer", stay.sending_institution_id)
    former = home_of(stay)

    coordinators.name_coordinator(officer, stay.id, Signer.HOME, email=colleague.email)

    stay = db.session.get_one(Mobility, stay.id)
    assert the_agreement(stay).proposal_id == before
    with pytest.raises(NotFound):
        services.sign_home(former, stay.id, proposal_id=before, position=POSITION)
    advance(stay, S.IN_FORCE)
    assert {one.name for one in queries.signatures(agreement.id)} >= {"Nada Petrović"}


def test_only_its_own_office_names_a_coordinator_of_its_own(session):
    stay = a_stay()
    host_officer = an_actor("officer", stay.receiving_institution_id)
    officer = an_actor("officer", stay.sending_institution_id)

    with pytest.raises(Forbidden):
        coordinators.name_coordinator(host_officer, stay.id, Signer.HOME, email=host_officer.email)
    for address in (host_officer.email, "nobody@example.org", student_of(stay).email):
        with pytest.raises(Invalid):
            coordinators.name_coordinator(officer, stay.id, Signer.HOME, email=address)


def test_one_person_does_not_sign_for_two_sides(session):
    coordinator = an_actor("faculty", an_institution().id)
    stay = a_stay(home_coordinator=coordinator, host_coordinator=coordinator)
    a_draft(stay)
    advance(stay, S.PROPOSED)

    with pytest.raises(Forbidden, match="for another side"):
        advance(stay, S.IN_FORCE)


def test_whoever_is_next_is_told_and_hears_what_was_said(session, mail):
    stay = a_stay()
    a_draft(stay)
    advance(stay, S.PROPOSED)
    services.comment_host(
        host_of(stay),
        stay.id,
        proposal_id=the_agreement(stay).proposal_id,
        comment="Not in spring.",
    )
    advance(stay, S.SIGNED_STUDENT)
    services.take_back(student_of(stay), stay.id, reason="A wrong code.")
    advance(stay, S.IN_FORCE)
    services.change(home_of(stay), stay.id, reason="The stay is longer.")

    student, home, host = (one(stay).email for one in (student_of, home_of, host_of))
    do_all()

    told = Counter(one.to for one in mail)
    assert told == {student: 3, home: 6, host: 2}
    for said in ("Not in spring.", "A wrong code.", "The stay is longer."):
        assert any(said in one.text for one in mail)
