"""Consents of applicants: kept with their words, counted for them alone, taken back."""

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.i18n import in_language
from app.exchanges.models.applications import Consent, ConsentText
from app.exchanges.queries import applications as queries
from app.exchanges.queries import readiness
from app.exchanges.services import applications as services
from app.exchanges.services import consents
from tests.factories.accounts import a_trainee
from tests.factories.exchanges_applications import (
    a_ready_draft,
    an_application,
    declare_all,
    destinations_of,
    owner,
)
from tests.factories.exchanges_calls import an_open_call

pytestmark = pytest.mark.usefixtures("session")


def test_a_consent_counts_for_the_words_that_were_read():
    call = an_open_call(destinations=2)
    here, there = destinations_of(call)
    application = a_ready_draft(call, preferences=[here])
    person = owner(application)
    values = {"preferences": [str(there.id)]}
    revision = application.revision
    services.save_step(person, application.id, "form-1", values, revision=revision)

    missing = readiness.readiness(application, now().date(), None).consents
    with pytest.raises(Invalid):
        services.submit(person, application.id)

    assert missing == ["transfer"]
    declare_all(application)
    services.submit(person, application.id)


def test_consents_are_kept_with_words_version_and_language():
    application = a_ready_draft(an_open_call())
    with in_language("sr_Cyrl"):
        declare_all(application)

    kept = {
        one.purpose: one
        for one in db.session.scalars(select(Consent).where(Consent.withdrawn_at.is_(None)))
    }
    words = db.session.get_one(ConsentText, kept["transfer"].text_sha256)
    assert kept["transfer"].locale == words.locale == "sr_Cyrl"
    assert kept["transfer"].text_version == words.version
    assert "Универзитет у Бањој Луци" in words.text
    services.submit(owner(application), application.id)  # though the language is English now


def test_texts_that_changed_since_are_not_agreed_to():
    application = an_application(an_open_call())

    with pytest.raises(Invalid):
        consents.declare(
            owner(application), application.id, {"declaration": True}, shown={"declaration": "0"}
        )

    assert not queries.consents_of(application.id)


def test_a_free_consent_is_taken_back_at_any_time_a_needed_one_is_not():
    application = a_ready_draft(an_open_call())
    person = owner(application)
    services.submit(person, application.id)
    given = readiness.standing_consents(application.id)

    with pytest.raises(WrongState):
        consents.take_back(person, given["declaration"].id)
    with pytest.raises(NotFound):
        consents.take_back(a_trainee(), given["experience"].id)
    consents.take_back(person, given["experience"].id)

    assert "experience" not in readiness.standing_consents(application.id)
