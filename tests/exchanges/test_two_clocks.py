"""Moments of an exchange, on the clocks of both its sides."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.database import db
from app.exchanges.models.agreements import AgreementVersion
from app.exchanges.models.nominations import Nomination
from app.exchanges.services import letters
from app.exchanges.states.letters import LetterKind
from app.exchanges.states.mobilities import MobilityState
from tests.factories.accounts import an_actor
from tests.factories.exchanges_agreements import an_agreement_in_force
from tests.factories.exchanges_learning_agreements import a_learning_agreement
from tests.factories.exchanges_mobilities import a_mobility
from tests.factories.exchanges_recognition import CHINESE, a_scale, a_transcript, rules_of_home
from tests.factories.institutions import an_institution

Browse = Callable[[Actor | None], FlaskClient]

pytestmark = pytest.mark.one_engine

BOTH = re.compile(
    r'<span class="times"><span class="mine"><time datetime="[^"]+">[^<]+</time> Sarajevo</span>'
    r'<span><time datetime="[^"]+">[^<]+</time> Shanghai</span></span>'
)


def test_what_was_signed_said_and_issued_has_both_clocks(
    session: Session, browse_as: Browse
) -> None:
    home = an_institution(name="Home")
    host = an_institution(name="Host", country="CN", timezone="Asia/Shanghai")
    rules_of_home(home)
    standing = an_agreement_in_force(home, host)
    planned = a_mobility(home, host, state=MobilityState.PRE_DEPARTURE, eqf_level=6)
    a_learning_agreement(planned)
    there = an_actor("officer", host.id)
    letter = letters.issue(there, planned.id, LetterKind.ACCEPTANCE, ["en"])
    over = a_mobility(home, host, state=MobilityState.DEPARTED, eqf_level=6)
    a_transcript(there, over, a_scale(host, CHINESE))
    version = db.session.scalar(
        select(AgreementVersion.id).where(AgreementVersion.agreement_id == standing.id)
    )
    nomination = db.session.scalar(
        select(Nomination.id).where(Nomination.mobility_id == planned.id)
    )
    browser = browse_as(an_actor("officer", home.id))
    pages = {
        f"/exchanges/nominations/{nomination}": 2,
        f"/exchanges/agreements/versions/{version}": 2,
        f"/exchanges/stays/{planned.id}/learning-agreement": 4,
        f"/exchanges/stays/{planned.id}/learning-agreement/compare": 3,
        f"/exchanges/stays/{over.id}/recognition": 1,
        f"/exchanges/stays/{planned.id}/letters/{letter.id}": 1,
    }

    shown = {page: len(BOTH.findall(browser.get(page).text)) for page in pages}

    assert shown == pages
