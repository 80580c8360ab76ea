"""Agreements: signed under the hash of what was shown, replaced, ended by notice or by time."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.states import Role
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound, WrongState
from app.exchanges.guests import token_of
from app.exchanges.models.agreements import GuestLink
from app.exchanges.queries import agreement_lists as lists
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import quotas as places
from app.exchanges.rules.academic_years import (
    academic_year_of,
    earliest_end,
    first_day,
    year_label,
)
from app.exchanges.services import agreements, conditions, guest_links, quotas, signatures
from app.exchanges.services.agreements import Head
from app.exchanges.services.conditions import Promise
from app.exchanges.states.agreements import AgreementState, ExchangeKind
from app.institutions import services as institutions
from app.institutions.services import Details
from app.notifications.models import Notice
from tests.factories.accounts import a_centre_administrator, an_actor
from tests.factories.exchanges_agreements import (
    a_version,
    an_agreement,
    an_agreement_in_force,
    the_quota,
)
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database
S = AgreementState
YEAR = academic_year_of(now().date())


class Sides:
    """Two institutions and who works in their offices."""

    def __init__(self):
        self.home, self.host = an_institution(), an_institution(country="CN")
        self.officer = an_actor(Role.OFFICER, self.home.id)
        self.rector = an_actor(Role.ADMINISTRATOR, self.home.id, name="Mira Marić")


@pytest.fixture
def apart(session):
    """Without an account on the partner's side, which then signs by a link."""
    return Sides()


@pytest.fixture
def sides(apart):
    apart.partner = an_actor(Role.OFFICER, apart.host.id, name="Li Ming")
    return apart


def a_promise(**values):
    given = {
        "kind": ExchangeKind.STUDIES,
        "goes_out": True,
        "first_year": YEAR,
        "last_year": YEAR + 1,
        "places": 3,
        "isced_codes": ["0912"],
        "eqf_levels": [7],
        "languages": [("en", "B2", "")],
    }
    return Promise(**given | values)


def a_shared_text(sides):
    version = agreements.write(
        sides.officer, sides.home.id, sides.host.id, Head("IIA-1", "Exchange of students")
    )
    conditions.add(sides.officer, version.id, a_promise())
    agreements.share(sides.officer, version.id)
    return version


def a_token(sides, version):
    signatures.invite(sides.officer, version.id, "李明", "li@example.org", locale="zh_Hans_CN")
    return token_of(db.session.scalars(select(GuestLink)).all()[-1].id)


def test_both_sign_the_same_hash_and_places_follow(sides):
    version = a_shared_text(sides)
    shown = version.terms_hash

    signatures.sign(sides.rector, version.id, shown, position="Rector")
    assert places.of_agreement(version.agreement_id) == []
    signatures.sign_as_partner(sides.partner, version.id, shown, position="Dean")

    assert version.state == S.IN_FORCE
    assert {one.terms_hash for one in queries.signatures_of(version.id)} == {shown}
    found = places.of_agreement(version.agreement_id)
    assert [(one.academic_year, one.capacity_persons) for one in found] == [
        (YEAR, 3),
        (YEAR + 1, 3),
    ]
    assert version.ends_on == date(YEAR + 2, 8, 31)
    told = db.session.scalars(select(Notice.kind).where(Notice.user_id == sides.officer.user_id))
    assert "exchanges/agreement-in-force" in set(told)


def test_nobody_signs_another_text_than_the_one_they_saw(sides):
    version = a_shared_text(sides)
    seen = version.terms_hash
    signatures.sign(sides.rector, version.id, seen, position="Rector")

    agreements.take_back(sides.officer, version.id)
    conditions.add(sides.officer, version.id, a_promise(goes_out=False))
    agreements.share(sides.officer, version.id)

    (void,) = queries.signatures_of(version.id)
    assert void.voided_at is not None
    with pytest.raises(Conflict):
        signatures.sign_as_partner(sides.partner, version.id, seen, position="Dean")
    assert version.state == S.SHARED
    signatures.sign_as_partner(sides.partner, version.id, version.terms_hash, position="Dean")
    assert version.state == S.APPROVED_BY_PARTNER


def test_the_order_of_promises_counts(sides):
    version = agreements.write(sides.officer, sides.home.id, sides.host.id, Head("A", "B"))
    first = conditions.add(sides.officer, version.id, a_promise())
    second = conditions.add(sides.officer, version.id, a_promise(goes_out=False))
    agreement = queries.agreement_for(sides.officer, version.agreement_id)
    before = queries.terms_of(agreement, version, queries.conditions_of(version.id))

    conditions.move(sides.officer, second.id, up=True)

    after = queries.terms_of(agreement, version, queries.conditions_of(version.id))
    assert [one.id for one in queries.conditions_of(version.id)] == [second.id, first.id]
    assert agreements.terms_hash(before) != agreements.terms_hash(after)
    conditions.move(sides.officer, second.id, up=True)  # is the first already
    conditions.remove(sides.officer, second.id)
    assert [one.id for one in queries.conditions_of(version.id)] == [first.id]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"last_year": YEAR - 1}, "last_year"),
        ({"last_year": YEAR + 20}, "first_year"),
        ({"places": -1}, "places"),
        ({"days": 5}, "days"),
        ({"kind": ExchangeKind.TEACHING, "months": 5}, "months"),
        ({"isced_codes": ["091"]}, "isced_codes"),
        ({"isced_codes": ["9876"]}, "isced_codes"),
        ({"eqf_levels": [9]}, "eqf_levels"),
        ({"languages": [("en", "B3", "")]}, "languages"),
    ],
)
def test_what_no_agreement_can_promise_is_refused(sides, values, field):
    version = agreements.write(sides.officer, sides.home.id, sides.host.id, Head("A", "B"))

    with pytest.raises(Invalid) as refused:
        conditions.add(sides.officer, version.id, a_promise(**values))

    assert refused.value.field == field


def test_two_who_write_at_once_are_told(sides):
    version = agreements.write(sides.officer, sides.home.id, sides.host.id, Head("A", "B"))
    condition = conditions.add(sides.officer, version.id, a_promise())
    seen = version.version

    conditions.edit(sides.officer, condition.id, a_promise(places=5), revision=seen)
    with pytest.raises(Conflict):
        conditions.edit(sides.rector, condition.id, a_promise(places=6), revision=seen)

    assert condition.places_per_year == 5


def test_a_guest_signs_once_through_a_link_in_the_mail(apart, mail):
    version = a_shared_text(apart)
    token = a_token(apart, version)

    signatures.sign_as_guest(token, version.terms_hash, name="李明", position="校长")

    (signature,) = queries.signatures_of(version.id)
    assert (signature.signer_name, signature.user_id) == ("李明", None)
    assert version.state == S.APPROVED_BY_PARTNER
    with pytest.raises(Gone):
        signatures.sign_as_guest(token, version.terms_hash, name="李明", position="校长")


def test_links_end_by_time_by_change_and_by_a_newer_one(apart):
    version = a_shared_text(apart)
    first = a_token(apart, version)
    second = a_token(apart, version)

    with pytest.raises(Gone):
        guest_links.open_link(first, "agreement")
    with time_machine.travel(now() + timedelta(days=31), tick=False), pytest.raises(Gone):
        guest_links.open_link(second, "agreement")
    with pytest.raises(NotFound):
        guest_links.open_link(second + "x", "agreement")
    with pytest.raises(NotFound):
        guest_links.open_link(second, "nomination")
    agreements.take_back(apart.officer, version.id)
    with pytest.raises(Gone):
        signatures.sign_as_guest(second, "", name="Li Ming", position="Dean")


def test_links_end_when_the_partner_has_an_account_to_sign_with(apart):
    version = a_shared_text(apart)
    token = a_token(apart, version)
    an_actor(Role.OFFICER, apart.host.id)

    with pytest.raises(Gone, match="has an account"):
        signatures.sign_as_guest(token, version.terms_hash, name="Li Ming", position="Dean")
    with pytest.raises(Conflict, match="no link is sent"):
        a_token(apart, version)

    assert version.state == S.SHARED


def test_a_newer_version_replaces_the_one_in_force_when_both_signed(sides):
    agreement = an_agreement_in_force(sides.home, sides.host, places=4)
    old = queries.standing_version(agreement.id)

    new = agreements.new_version(sides.officer, agreement.id)
    for line in queries.conditions_of(new.id):
        out = line.sending_institution_id == sides.home.id
        promise = a_promise(goes_out=out, places=6, last_year=YEAR + 2)
        conditions.edit(sides.officer, line.id, promise, revision=new.version)
    agreements.share(sides.officer, new.id)
    signatures.sign_as_partner(sides.partner, new.id, new.terms_hash, position="Dean")
    assert queries.standing_version(agreement.id) == old
    signatures.sign(sides.rector, new.id, new.terms_hash, position="Rector")

    assert (old.state, new.state) == (S.REPLACED, S.IN_FORCE)
    assert {one.capacity_persons for one in places.of_agreement(agreement.id)} == {6}
    assert len(places.of_agreement(agreement.id)) == 6
    with pytest.raises(WrongState):
        conditions.add(sides.officer, new.id, a_promise())


def test_one_version_is_under_way_at_a_time(sides):
    agreement = an_agreement_in_force(sides.home, sides.host)
    agreements.new_version(sides.officer, agreement.id)

    with pytest.raises(Conflict):
        agreements.new_version(sides.officer, agreement.id)


def test_no_version_takes_places_away_that_are_used(sides):
    agreement = an_agreement_in_force(sides.home, sides.host, places=4)
    with atomic():
        the_quota(agreement).used_persons = 2
    new = agreements.new_version(sides.officer, agreement.id)
    line = queries.conditions_of(new.id)[0]
    conditions.edit(
        sides.officer, line.id, a_promise(places=1, last_year=YEAR + 2), revision=new.version
    )

    with pytest.raises(Conflict, match=year_label(YEAR)):
        agreements.share(sides.officer, new.id)
    conditions.remove(sides.officer, line.id)
    with pytest.raises(Conflict, match=year_label(YEAR)):
        agreements.share(sides.officer, new.id)


def test_notice_takes_a_whole_academic_year(sides):
    agreement = an_agreement_in_force(sides.home, sides.host, last_year=YEAR + 4)
    version = queries.standing_version(agreement.id)
    end = earliest_end(now().date())

    with pytest.raises(Invalid):
        agreements.give_notice(sides.rector, version.id, end - timedelta(days=1), "No students")
    with pytest.raises(Forbidden):
        agreements.give_notice(sides.officer, version.id, end, "No students")
    agreements.give_notice(sides.rector, version.id, end, "No students")

    assert version.state == S.TERMINATING
    quota = the_quota(agreement)
    assert queries.life_of(quota.id) == (first_day(YEAR), end)
    with pytest.raises(Conflict):
        agreements.new_version(sides.officer, agreement.id)
    with time_machine.travel(now() + timedelta(days=800), tick=False):
        assert queries.standing_version(agreement.id) is None  # before any clock ran
        assert queries.life_of(quota.id) is None
        agreements.follow_the_clock()
    assert version.state == S.TERMINATED
    late = [one for one in places.of_agreement(agreement.id) if one.academic_year > end.year - 1]
    assert late
    assert {one.capacity_persons for one in late} == {0}


def test_the_last_year_ends_an_agreement(sides):
    agreement = an_agreement_in_force(sides.home, sides.host, last_year=YEAR)
    version = queries.standing_version(agreement.id)
    assert places.offered_to(sides.home.id, ExchangeKind.STUDIES, YEAR)

    with time_machine.travel(now() + timedelta(days=400), tick=False):
        assert not places.offered_to(sides.home.id, ExchangeKind.STUDIES, YEAR)
        agreements.follow_the_clock()
        agreements.follow_the_clock()

    assert version.state == S.EXPIRED
    told = db.session.scalars(select(Notice.kind).where(Notice.user_id == sides.partner.user_id))
    assert list(told) == ["exchanges/agreement-ended"]


def test_drafts_are_the_writers_alone(sides):
    draft = a_version(an_agreement(sides.home, sides.host))
    stranger = an_actor(Role.ADMINISTRATOR, an_institution().id)

    with pytest.raises(NotFound):
        queries.version_for(sides.partner, draft.id)
    with pytest.raises(NotFound):
        agreements.share(sides.partner, draft.id)
    with pytest.raises(NotFound):
        queries.agreement_for(stranger, draft.agreement_id)
    agreements.share(sides.officer, draft.id)
    assert queries.version_for(sides.partner, draft.id)[1] == draft
    agreements.delete(sides.officer, draft.id)
    with pytest.raises(NotFound):
        queries.version_for(sides.partner, draft.id)


def test_capacity_follows_a_recorded_consent(sides):
    quota = the_quota(an_agreement_in_force(sides.home, sides.host, places=2))

    with pytest.raises(Invalid):
        quotas.change_capacity(sides.officer, quota.id, 3, " ")
    with pytest.raises(Forbidden):
        quotas.change_capacity(sides.partner, quota.id, 3, "by mail")
    quotas.change_capacity(sides.officer, quota.id, 3, "Li Ming, mail of 3 May")

    assert quota.capacity_persons == 3
    assert [(one.before, one.after) for one in places.changes_of(quota.id)] == [(2, 3), (None, 2)]
    with atomic():
        quota.used_persons = 3
    with pytest.raises(Invalid):
        quotas.change_capacity(sides.officer, quota.id, 2, "Li Ming, mail of 4 May")


def test_the_balance_counts_both_ways(sides):
    agreement = an_agreement_in_force(sides.home, sides.host, places=2, last_year=YEAR)
    with atomic():
        the_quota(agreement).used_persons = 2

    (ours,) = places.balance(sides.home.id)
    (theirs,) = places.balance(sides.host.id, sides.home.id)

    assert (ours.out_places, ours.out_used, ours.in_used, ours.difference) == (2, 2, 0, 2)
    assert (theirs.out_used, theirs.in_used, theirs.difference) == (0, 2, -2)


def test_agreements_are_found_by_the_new_name_of_a_partner(sides):
    a_shared_text(sides)
    details = Details(
        name={"en": "Jiangsu Academy"},
        city={"en": "Nanjing"},
        country="CN",
        timezone="Asia/Shanghai",
        brand_colour="#003f88",
    )

    institutions.edit(a_centre_administrator(), sides.host.id, details, version=1)

    found = lists.agreements(sides.officer, lists.Wanted(text="jiangsu"))
    assert [row.code for row in found.items] == ["IIA-1"]
