"""Pages of agreements: from a draft to both signatures, with and without an account."""

import re

import pytest
from sqlalchemy import select

from app.accounts.states import Role
from app.core.clock import now
from app.core.database import db
from app.core.jobs import running
from app.exchanges.invariants import agreements as checks
from app.exchanges.models.agreements import Agreement, AgreementVersion, Condition
from app.exchanges.queries import agreements as queries
from app.exchanges.rules.academic_years import academic_year_of, earliest_end
from app.exchanges.states.agreements import AgreementState
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.exchanges_agreements import (
    a_version,
    an_agreement,
    an_agreement_in_force,
    the_quota,
)
from tests.factories.institutions import an_institution

S = AgreementState
YEAR = academic_year_of(now().date())
CONDITION = {
    "kind": "student_studies",
    "direction": "out",
    "first_year": str(YEAR),
    "last_year": str(YEAR + 1),
    "places": "3",
    "isced_codes": "0912, 0913",
    "eqf_levels": ["6", "7"],
    "languages-0-language": "en",
    "languages-0-level": "B2",
    "our_unit_id": "",
    "their_unit_id": "",
}


@pytest.fixture
def offices(session):
    home, host = an_institution(), an_institution(name="Shanghai University of Medicine")
    return (
        home,
        host,
        an_actor(Role.OFFICER, home.id),
        an_actor(Role.ADMINISTRATOR, home.id),
        an_actor(Role.OFFICER, host.id),
    )


def the_version():
    return db.session.scalars(select(AgreementVersion)).one()


def broken():
    db.session.expire_all()
    every = (
        checks.texts,
        checks.capacities,
        checks.held_places,
        checks.histories,
        checks.promised_places,
    )
    return [line for check in every for line in check()]


def test_an_agreement_is_written_shared_and_signed_by_both(offices, browse_as):
    home, host, officer, rector, partner = offices
    browser = browse_as(officer)
    head = {"institution_id": home.id, "partner_id": host.id, "code": "IIA-7", "title": "Exchange"}

    form = browser.get("/exchanges/agreements/new").text
    optional = {
        name: "(optional)" in form.split(f'for="{name}"')[1].split("</label>")[0]
        for name in ("code", "title", "remarks")
    }
    assert optional == {"code": False, "title": False, "remarks": True}
    at = browser.post("/exchanges/agreements/new", data=head).location
    wrong = browser.post(f"{at}/conditions", data=CONDITION | {"isced_codes": "9876"})
    assert wrong.status_code == 422
    assert "9876" in wrong.text
    assert browser.post(f"{at}/conditions", data=CONDITION).status_code == 303
    second = CONDITION | {"direction": "in", "places": "5"}
    assert browser.post(f"{at}/conditions", data=second).status_code == 303
    last = queries.conditions_of(the_version().id)[1]
    moved = browser.post(f"/exchanges/agreements/conditions/{last.id}/move", data={"way": "up"})
    assert moved.status_code == 303
    assert [one.places_per_year for one in queries.conditions_of(the_version().id)] == [5, 3]
    assert browse_as(partner).get(at).status_code == 404
    assert browser.post(f"{at}/share").status_code == 303

    shown = browse_as(partner).get(f"{at}/sign").text
    signed = {"terms_hash": the_version().terms_hash, "position": "Dean", "agrees": "y"}
    assert the_version().terms_hash in shown
    assert browse_as(partner).post(f"{at}/sign", data=signed | {"agrees": ""}).status_code == 422
    assert browse_as(partner).post(f"{at}/sign", data=signed).status_code == 303
    assert browser.post(f"{at}/sign", data=signed).status_code == 403
    other = signed | {"terms_hash": "0" * 64}
    assert browse_as(rector).post(f"{at}/sign", data=other).status_code == 409
    assert browse_as(rector).post(f"{at}/sign", data=signed).status_code == 303

    assert the_version().state == S.IN_FORCE
    page = browser.get(f"/exchanges/agreements/{the_version().agreement_id}").text
    assert "0 of 5" in page
    assert browser.get(at).text.count("Signed this text") == 2
    assert broken() == []


def test_a_guest_reads_in_their_language_and_signs_once(session, browse_as, mail):
    home = an_institution()
    officer = an_actor(Role.OFFICER, home.id)
    version = a_version(an_agreement(home, an_institution()), S.SHARED)
    at, shown = f"/exchanges/agreements/versions/{version.id}", version.terms_hash
    form = {"name": "李明", "email": "li@example.org", "locale": "zh_Hans_CN"}
    assert browse_as(officer).post(f"{at}/invite", data=form).status_code == 303
    while running.do_next():
        pass
    sent = next(one for one in mail if one.to == "li@example.org")
    link = re.search(r"http\S+(/exchanges/guests/\S+)", sent.text).group(1)

    guest = browse_as(None)
    follow = guest.get(link)
    page = guest.get(follow.location)
    assert 'lang="zh-Hans"' in page.text
    assert shown in page.text
    signed = {"terms_hash": shown, "position": "校长", "name": "李明", "agrees": "y", "once": "1"}
    twice = [guest.post(follow.location, data=signed) for _click in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    assert guest.get("/exchanges/guest/done").status_code == 200

    assert the_version().state == S.APPROVED_BY_PARTNER
    assert browse_as(None).get(link).status_code == 410
    assert browse_as(None).get(link + "x").status_code == 404
    assert browse_as(None).get("/exchanges/guest/agreement").status_code == 404
    text = browse_as(officer).get(at).text
    assert "through a link" in text
    assert "李明: signed an agreement for the partner" in text
    assert "/exchanges/guests/" not in text  # the office cannot sign in the guest's name


def test_an_invitation_can_be_withdrawn_and_ends_with_an_account(session, browse_as):
    home, host = an_institution(), an_institution()
    officer, stranger = an_actor(Role.OFFICER, home.id), an_actor(Role.FACULTY, home.id)
    version = a_version(an_agreement(home, host), S.SHARED)
    at = f"/exchanges/agreements/versions/{version.id}"
    form = {"name": "Li Ming", "email": "li@example.org", "locale": "en"}
    assert browse_as(stranger).post(f"{at}/invite", data=form).status_code == 404
    browse_as(officer).post(f"{at}/invite", data=form)

    withdraw = re.search(
        r"/exchanges/agreements/links/\S+/withdraw", browse_as(officer).get(at).text
    )
    partner = an_actor(Role.OFFICER, host.id)
    page = browse_as(officer).get(at).text
    assert "signs with it: no link is sent" in page
    assert f"{at}/invite" not in page
    assert browse_as(officer).get(f"{at}/invite").status_code == 409
    assert browse_as(partner).post(withdraw.group()).status_code == 403
    assert browse_as(officer).post(withdraw.group()).status_code == 303
    assert "Withdrawn" in browse_as(officer).get(at).text


def test_what_changed_between_versions_is_shown(offices, browse_as):
    home, host, officer, _rector, partner = offices
    agreement = an_agreement_in_force(home, host, places=4)
    browser = browse_as(officer)
    at = browser.post(f"/exchanges/agreements/{agreement.id}/versions").location
    new = queries.under_way(agreement.id)
    line = queries.conditions_of(new.id)[0]
    edit = f"/exchanges/agreements/conditions/{line.id}"
    assert 'value="4"' in browser.get(edit).text
    change = CONDITION | {"places": "9", "last_year": str(YEAR + 2), "version": str(new.version)}
    assert browser.post(edit, data=change).status_code == 303
    late = browser.post(edit, data=change | {"places": "8"})
    assert late.status_code == 409
    assert 'value="8"' in late.text

    page = browser.get(f"{at}/changes").text
    assert re.search(r"<td>\s*4\s*</td>\s*<td>\s*9\s*</td>", page)
    assert browse_as(partner).get(f"{at}/changes").status_code == 404
    gone = queries.conditions_of(new.id)[1]
    assert browser.get(f"/exchanges/agreements/conditions/{gone.id}/remove").status_code == 200
    assert db.session.get(Condition, gone.id) is not None
    browser.post(f"/exchanges/agreements/conditions/{gone.id}/remove")
    assert "Dropped" in browser.get(f"{at}/changes").text
    assert browser.post(f"{at}/delete").status_code == 303
    assert queries.standing_version(agreement.id).number == 1


def test_the_list_is_searched_sorted_and_saved(offices, browse_as, statements):
    home, host, officer, _rector, partner = offices
    agreement = an_agreement_in_force(home, host)
    a_version(an_agreement(home, host))
    browser = browse_as(officer)
    browser.get("/exchanges/agreements")
    statements.clear()
    page = browser.get("/exchanges/agreements?sort=-end").text
    few = sum(sent.startswith("SELECT") for sent in statements)
    for _ in range(3):
        an_agreement_in_force(home, an_institution())
    statements.clear()
    browser.get("/exchanges/agreements?sort=title")

    assert sum(sent.startswith("SELECT") for sent in statements) == few <= 12
    assert agreement.code in page
    assert agreement.code in browser.get(f"/exchanges/agreements?q={agreement.code}").text
    assert "No agreement fits" in browser.get("/exchanges/agreements?q=zzz").text
    assert browse_as(partner).get("/exchanges/agreements").text.count("exchanges/agreements/0") == 1
    assert (
        "no exchange agreement"
        in browse_as(an_actor(Role.OFFICER, an_institution().id)).get("/exchanges/agreements").text
    )
    assert browse_as(a_trainee()).get("/exchanges/agreements").status_code == 403
    saved = browser.get("/exchanges/agreements/export.csv")
    assert len(saved.data.decode().splitlines()) == 6
    assert browser.get("/exchanges/agreements/export.xlsx").status_code == 200
    assert browser.get("/exchanges/agreements/export.exe").status_code == 404


def test_places_change_by_consent_and_the_balance_shows_them(offices, browse_as):
    home, host, officer, _rector, partner = offices
    quota = the_quota(an_agreement_in_force(home, host, places=2))
    browser = browse_as(officer)
    at = f"/exchanges/places/{quota.id}/capacity"

    assert browse_as(partner).get(at).status_code == 403
    assert browser.post(at, data={"persons": "7", "reason": ""}).status_code == 422
    consent = {"persons": "7", "reason": "Li Ming, by mail of 3 May"}
    assert browser.post(at, data=consent).status_code == 303
    assert "Li Ming" in browser.get(at).text
    assert "0 of 7" in browser.get("/exchanges/agreements/balance").text
    assert "0 of 7" in browse_as(partner).get("/exchanges/agreements/balance").text
    assert browser.get("/exchanges/agreements/balance/export.csv").status_code == 200


def test_notice_asks_for_a_day_and_a_reason(offices, browse_as):
    home, host, officer, rector, _partner = offices
    agreement = an_agreement_in_force(home, host, last_year=YEAR + 5)
    version = queries.standing_version(agreement.id)
    at = f"/exchanges/agreements/versions/{version.id}/notice"
    form = {"ends_on": earliest_end(now().date()).isoformat(), "reason": "Nobody applies"}

    assert browse_as(officer).get(at).status_code == 403
    assert browse_as(rector).get(at).status_code == 200
    assert browse_as(rector).post(at, data=form | {"ends_on": "2026-12-01"}).status_code == 422
    assert browse_as(rector).post(at, data=form).status_code == 303
    assert "Notice given" in browse_as(officer).get(f"/exchanges/agreements/{agreement.id}").text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.REGISTRAR, Role.ADMINISTRATOR, Role.FACULTY])
def test_other_institutions_see_nothing(offices, browse_as, role):
    home, host, *_ = offices
    agreement = an_agreement_in_force(home, host)
    version = queries.standing_version(agreement.id)
    line = queries.conditions_of(version.id)[0]
    stranger = browse_as(an_actor(role, an_institution().id))
    base = "/exchanges/agreements"
    for path in (
        f"{base}/{agreement.id}",
        f"{base}/versions/{version.id}",
        f"{base}/versions/{version.id}/changes",
        f"{base}/versions/{version.id}/sign",
        f"{base}/versions/{version.id}/notice",
        f"{base}/conditions/{line.id}",
        f"/exchanges/places/{the_quota(agreement).id}/capacity",
    ):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"{base}/versions/{version.id}/take-back").status_code == 404
    assert db.session.scalars(select(Agreement)).one().id == agreement.id
