"""Every state, party and action of agreements: what the tables refuse leaves no trace."""

import pytest
from sqlalchemy import func, select

from app.accounts.states import Role
from app.audit.models import AuditEntry, StateChange
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import db
from app.core.errors import DomainError
from app.exchanges.policies.agreements import sees_version
from app.exchanges.policies.parties import in_agreement
from app.exchanges.rules.academic_years import earliest_end
from app.exchanges.services import agreements, signatures
from app.exchanges.states.agreements import AGREEMENT, AgreementState
from app.exchanges.states.parties import Party
from tests.exchanges.lives import questions
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_agreements import a_version, an_agreement
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

TWINS = {
    "sign": "countersign",
    "countersign": "sign",
    "partner_sign": "partner_countersign",
    "partner_countersign": "partner_sign",
}
"""One service signs; the state of the version says which of the two steps that is."""

CLOCK = {"replace", "terminate", "expire"}
"""Steps of the clock and of a newer version; no service lets a person take them."""


def ask(actor, version, action):
    """Ask the service for a step; return the status of the answer, 0 when it was done."""
    sign = signatures.sign_as_partner if action.startswith("partner") else signatures.sign
    acts = {
        "share": lambda: agreements.share(actor, version.id),
        "edit": lambda: agreements.take_back(actor, version.id),
        "delete": lambda: agreements.delete(actor, version.id),
        "give_notice": lambda: agreements.give_notice(
            actor, version.id, earliest_end(now().date()), "Nobody applies"
        ),
    }
    default = lambda: sign(actor, version.id, version.terms_hash, position="Rector")  # noqa: E731 -- beside the others
    try:
        acts.get(action, default)()
    except DomainError as refusal:
        return refusal.status
    return 0


def trail():
    return tuple(
        db.session.scalar(select(func.count()).select_from(table))
        for table in (StateChange, AuditEntry)
    )


@pytest.mark.parametrize("state", list(AgreementState))
def test_every_question_is_answered_as_the_tables_say(session, state):
    home, host = an_institution(), an_institution()
    agreement = an_agreement(home, host)
    version = a_version(agreement, state)
    actors = dict.fromkeys(Party, a_trainee()) | {
        Party.HOME_OFFICER: an_actor(Role.OFFICER, home.id),
        Party.LEGAL_REPRESENTATIVE: an_actor(Role.ADMINISTRATOR, home.id),
        Party.REGISTRAR: an_actor(Role.REGISTRAR, home.id),
        Party.HOST_OFFICER: an_actor(Role.OFFICER, host.id),
        Party.HOST_COORDINATOR: an_actor(Role.ADMINISTRATOR, an_institution().id),
        Party.SYSTEM: SYSTEM,
    }
    wrong = []
    for at, party, action, _status in questions(AGREEMENT):
        if at != state or action in CLOCK:
            continue
        if TWINS.get(action) in AGREEMENT.machine.actions(state):
            continue
        actor = actors[party]
        parties = in_agreement(actor, agreement)
        if not sees_version(actor, agreement, version):
            expected = 404
        elif not AGREEMENT.allows(parties, action):
            expected = 403
        else:
            expected = 0 if action in AGREEMENT.machine.actions(state) else 409
        before = trail()
        if expected:
            answered = ask(actor, version, action)
            is_right = answered == expected and (version.state, trail()) == (state, before)
        else:
            other = a_version(an_agreement(home, host), state)
            answered = ask(actor, other, action)
            is_right = answered == 0 and other.state == AGREEMENT.machine.after(state, action)
        if not is_right:
            wrong.append((party, action, expected, answered))

    assert wrong == []


@pytest.mark.parametrize("action", sorted(CLOCK))
def test_no_person_is_a_party_to_the_steps_of_the_clock(action):
    assert AGREEMENT.who[action] == {Party.SYSTEM}
