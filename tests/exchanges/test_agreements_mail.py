"""Mail about agreements: each is whole in its own words, and leads to the right page."""

from datetime import timedelta

import pytest

from app.accounts.states import Role
from app.core.clock import now
from app.core.database import atomic
from app.core.jobs import running
from app.exchanges.notices import agreements as notices
from app.exchanges.services.signatures import invite
from app.exchanges.states.agreements import AgreementState
from tests.factories.accounts import an_actor
from tests.factories.exchanges_agreements import a_version, an_agreement
from tests.factories.institutions import an_institution


@pytest.fixture
def text(session):
    home, host = an_institution(), an_institution()
    officer = an_actor(Role.OFFICER, home.id)
    agreement = an_agreement(home, host)
    version = a_version(agreement, AgreementState.SHARED)
    version.ends_on = now().date() + timedelta(days=400)
    return officer, agreement, version


def delivered(mail):
    while running.do_next():
        pass
    return list(mail)


def test_every_message_names_the_agreement_and_its_page(text, mail):
    _officer, agreement, version = text
    an_actor(Role.ADMINISTRATOR, agreement.partner_id)
    with atomic():
        notices.shared(agreement, version)
        notices.taken_back(agreement, version)
        notices.signed(agreement, version, by="Mira Marić", to_partner=True)
        notices.in_force(agreement, version)
        notices.ending(agreement, version, "Nobody applies")
        notices.ended(agreement, version)
        notices.deleted(agreement, version)

    code, path = agreement.code, f"/exchanges/agreements/{agreement.id}"
    sent = delivered(mail)

    assert len(sent) == 10
    for one in sent:
        assert code in one.subject
        assert path in one.text
    assert sum("Nobody applies" in one.text for one in sent) == 2


def test_a_guests_mail_alone_holds_the_link(text, mail):
    officer, agreement, version = text
    link = invite(officer, version.id, "Li Ming", "li@example.org", locale="en")
    with atomic():
        notices.copy_for_guest(agreement, version, link)

    shown = version.terms_hash
    first, second = delivered(mail)

    assert "/exchanges/guests/" in first.text
    assert shown in second.text
    assert {first.to, second.to} == {"li@example.org"}
