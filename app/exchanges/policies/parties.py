"""What an actor is to an agreement, a call, an application or a stay."""

from uuid import UUID

from app.core.actor import SYSTEM, Actor
from app.exchanges.models.agreements import Agreement
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.models.mobilities import Mobility
from app.exchanges.states.parties import Party

OFFICE = ("officer", "administrator")
"""Roles that work in the exchange office of an institution."""

Parties = frozenset[Party]


def works_in_an_office(actor: Actor) -> bool:
    """Tell whether the actor works in any exchange office (to show a menu)."""
    return actor.holds(*OFFICE)


def may_judge(actor: Actor) -> bool:
    """Tell whether the actor is of those whom offices ask to review (to show a menu)."""
    return actor.holds("faculty", "registrar", *OFFICE)


def in_office(actor: Actor, institution_id: UUID) -> bool:
    """Tell whether the actor works in this institution's exchange office."""
    return actor.is_any(*OFFICE, at=institution_id)


def in_agreement(actor: Actor, agreement: Agreement) -> Parties:
    """Return what the actor is to an agreement; "home" is the institution that wrote it."""
    return frozenset(
        _of_system(actor)
        | _at_home(actor, agreement.institution_id)
        | _at_host(actor, agreement.partner_id)
    )


def in_call(actor: Actor, call: Call) -> Parties:
    """Return what the actor is to a call, other than somebody who may apply."""
    chair = {Party.CHAIR} if call.chair_id == actor.user_id else set()
    return frozenset(_of_system(actor) | chair | _at_home(actor, call.institution_id))


def in_application(actor: Actor, application: Application, call: Call) -> Parties:
    """Return what the actor is to an application; reviewers come from their assignments.

    To their own application nobody is anything else, so that nobody decides about themselves.
    """
    if application.applicant_id == actor.user_id:
        return frozenset({Party.APPLICANT})
    return in_call(actor, call)


def in_mobility(actor: Actor, mobility: Mobility) -> Parties:
    """Return what the actor is to a stay; nobody admits, grades or recognises themselves.

    For a host where nobody has an account the office at home writes what it hears from there.
    """
    by_name = {
        Party.APPLICANT: mobility.person_id,
        Party.HOME_COORDINATOR: mobility.home_coordinator_id,
        Party.HOST_COORDINATOR: mobility.host_coordinator_id,
    }
    if mobility.person_id == actor.user_id:
        at_home = _at_home(actor, mobility.sending_institution_id)
        return frozenset({Party.APPLICANT} | (at_home & {Party.HOME_OFFICER}))
    at_home = _at_home(actor, mobility.sending_institution_id)
    stands_in = Party.HOME_OFFICER in at_home and not mobility.host_has_office
    return frozenset(
        _of_system(actor)
        | {party for party, person in by_name.items() if person == actor.user_id}
        | at_home
        | _at_host(actor, mobility.receiving_institution_id)
        | ({Party.FOR_HOST} if stands_in else set())
    )


def is_host_alone(found: Parties) -> bool:
    """Tell whether somebody takes part for the host and in no other way."""
    return bool(found) and found <= {Party.HOST_OFFICER, Party.HOST_COORDINATOR}


def _of_system(actor: Actor) -> set[Party]:
    return {Party.SYSTEM} if actor == SYSTEM else set()


def _at_home(actor: Actor, institution_id: UUID) -> set[Party]:
    found = set()
    if in_office(actor, institution_id):
        found.add(Party.HOME_OFFICER)
    if actor.is_a("administrator", at=institution_id):
        found.add(Party.LEGAL_REPRESENTATIVE)
    if actor.is_a("registrar", at=institution_id):
        found.add(Party.REGISTRAR)
    return found


def _at_host(actor: Actor, institution_id: UUID) -> set[Party]:
    return {Party.HOST_OFFICER} if in_office(actor, institution_id) else set()
