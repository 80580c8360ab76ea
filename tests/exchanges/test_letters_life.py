"""Every state, party and action of letters; only the office that issued one withdraws it."""

from functools import partial

import pytest
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.services import letters as services
from app.exchanges.states.letters import LETTER, LetterKind, LetterState
from app.exchanges.states.mobilities import MobilityState
from app.exchanges.states.parties import Party
from app.files import services as files
from tests.exchanges.lives import questions
from tests.exchanges.stays import Cast, a_cast, answered_like
from tests.factories.exchanges_applications import PDF
from tests.factories.exchanges_mobilities import a_mobility

WAYS = {
    LetterState.PENDING: (),
    LetterState.ISSUED: ("issue",),
    LetterState.SUPERSEDED: ("issue", "supersede"),
    LetterState.REVOKED: ("issue", "revoke"),
}
AT_HOME = {Party.HOME_OFFICER, Party.REGISTRAR}
"""Parties asked about a document that their own institution issued."""


@pytest.mark.parametrize("state", LetterState)
def test_a_letter_is_moved_only_as_its_table_says(session: Session, state: LetterState) -> None:
    cast = a_cast()
    mobility = a_mobility(cast.home, cast.host, state=MobilityState.DEPARTED, **cast.on_the_stay())
    for asked, party, action, status in questions(LETTER):
        if asked != state or party in {Party.SYSTEM, Party.FOR_HOST} or action == "issue":
            continue  # printing is the system's; no service does it for a person
        letter = _letter(cast, mobility, state, by_home=party in AT_HOME)
        withdraw = {"revoke": services.revoke, "supersede": services.replace}[action]
        who = cast.actor(party, mobility)

        answered_like(status, letter, partial(withdraw, who, letter.id, "Wrong."), (party, action))


@pytest.mark.parametrize(
    ("party", "by_home"), [(Party.HOME_OFFICER, False), (Party.HOST_OFFICER, True)]
)
def test_the_other_office_withdraws_nothing(
    session: Session, party: Party, *, by_home: bool
) -> None:
    cast = a_cast()
    mobility = a_mobility(cast.home, cast.host, state=MobilityState.DEPARTED, **cast.on_the_stay())
    letter = _letter(cast, mobility, LetterState.ISSUED, by_home=by_home)
    act = partial(services.revoke, cast.people[party], letter.id, "Wrong.")

    answered_like(403, letter, act, (party, "revoke"))


def _letter(cast: Cast, mobility: Mobility, state: LetterState, *, by_home: bool) -> IssuedDocument:
    party = Party.REGISTRAR if by_home else Party.HOST_OFFICER
    kind = LetterKind.RECOGNITION if by_home else LetterKind.CONFIRMATION_OF_STAY
    letter = services.issue(cast.people[party], mobility.id, kind, ["en"])
    if state == LetterState.PENDING:
        return letter
    with atomic():
        letter = db.session.get_one(IssuedDocument, letter.id)
        stored = files.keep(
            SYSTEM, PDF, name="letter.pdf", media_type="application/pdf", purpose=services.PURPOSE
        )
        letter.file_id, letter.pdf_sha256 = stored.id, stored.sha256
        letter.issued_at, letter.reason = now(), "" if state == LetterState.ISSUED else "Wrong."
        for action in WAYS[state]:
            audit.move(SYSTEM, letter, LETTER.machine, action, kind=LETTER.kind)
    return letter
