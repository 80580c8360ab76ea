"""People and roles, as registrars and administrators see and manage them."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.accounts.models import RoleAssignment, User
from app.accounts.services import names, roles
from app.accounts.services import people as managing
from app.accounts.states import AccountState, NameOrder, Role, Script
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.jobs.embedded import do_all
from tests.accounts.test_sign_in_pages import sign_in
from tests.accounts.test_sign_up_pages import GOOD, the_link
from tests.factories.accounts import (
    PASSWORD,
    a_centre_administrator,
    a_member,
    a_trainee,
    a_user,
    an_actor,
)
from tests.factories.institutions import an_institution

HERE_ROLES = [r for r in Role if r != Role.CENTRE_ADMINISTRATOR]


@pytest.fixture
def here(session):
    return an_institution().id


@pytest.fixture
def elsewhere(session):
    return an_institution(name="Zhejiang University").id


@pytest.mark.parametrize("role", HERE_ROLES)
@pytest.mark.parametrize("at_home", [True, False])
def test_who_sees_and_manages_a_person(here, elsewhere, browse_as, role, at_home):
    person = a_user(institution_id=here if at_home else elsewhere).id
    browser = browse_as(an_actor(role, here))
    sees = at_home and role in {Role.REGISTRAR, Role.ADMINISTRATOR}
    manages = at_home and role == Role.ADMINISTRATOR

    listed = browser.get("/people")
    shown = browser.get(f"/people/{person}")
    suspended = browser.post(f"/people/{person}/suspend", data={"reason": "left"})

    lists = role in {Role.REGISTRAR, Role.ADMINISTRATOR}
    assert listed.status_code == (200 if lists else 403)
    assert (str(person) in listed.text) is sees
    assert shown.status_code == (200 if sees else 404)
    assert suspended.status_code == (303 if manages else 403 if sees else 404)
    for act in ("reset", "end-sign-ins", "restore"):
        code = browser.post(f"/people/{person}/{act}").status_code
        assert code == (303 if manages else 403 if sees else 404) or (manages and code == 409)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("granter", list(Role))
@pytest.mark.parametrize("at_home", [True, False])
def test_who_gives_which_role(here, elsewhere, role, granter, at_home):
    everywhere = granter == Role.CENTRE_ADMINISTRATOR
    actor = an_actor(granter, None if everywhere else here)
    person = a_user(institution_id=here).id
    target = None if role == Role.CENTRE_ADMINISTRATOR else here if at_home else elsewhere
    may = everywhere or (granter == Role.ADMINISTRATOR and target == here)

    try:
        roles.grant(actor, person, role, target)
        given = True
    except (Forbidden, NotFound):
        given = False

    assert given is may


def test_rights_are_gone_with_the_next_request(here, browse_as):
    registrar = a_member((Role.REGISTRAR, here))
    browser = browse_as(None)
    sign_in(browser, registrar.email)
    assert browser.get("/people").status_code == 200
    row = db.session.scalar(select(RoleAssignment).where(RoleAssignment.user_id == registrar.id))

    roles.revoke(a_centre_administrator(), registrar.id, row.id)

    assert browser.get("/people").status_code == 303
    sign_in(browser, registrar.email)
    assert browser.get("/people").status_code == 403


def test_a_role_counts_from_its_first_to_its_last_day_only(here, browse_as):
    admin, moment = a_centre_administrator(), now()
    soon, past = a_member(), a_member()
    roles.grant(admin, soon.id, Role.REGISTRAR, here, valid_from=moment + timedelta(days=1))
    with atomic():
        db.session.add(
            RoleAssignment(
                user_id=past.id,
                role=Role.REGISTRAR,
                institution_id=here,
                valid_from=moment - timedelta(days=9),
                valid_until=moment - timedelta(days=1),
                granted_by=admin.user_id,
            )
        )

    for member in (soon, past):
        browser = browse_as(None)
        sign_in(browser, member.email)
        assert browser.get("/people").status_code == 403


def test_nobody_changes_their_own_roles_or_account(here, browse_as):
    admin = an_actor(Role.ADMINISTRATOR, here)

    with pytest.raises(Forbidden):
        roles.grant(admin, admin.user_id, Role.REGISTRAR, here)
    with pytest.raises(Forbidden):
        managing.suspend(admin, admin.user_id, reason="oops")


def test_administrators_of_an_institution_do_not_manage_the_centres(here):
    admin = an_actor(Role.ADMINISTRATOR, here)
    centre = a_user((Role.CENTRE_ADMINISTRATOR, None), institution_id=here)

    with pytest.raises(Forbidden):
        managing.suspend(admin, centre.id, reason="no")


def test_a_role_is_not_given_twice_for_the_same_time(here):
    admin, person = a_centre_administrator(), a_user()
    roles.grant(admin, person.id, Role.FACULTY, here)

    with pytest.raises(Invalid):
        roles.grant(admin, person.id, Role.FACULTY, here)


def test_suspending_ends_sign_ins_and_restoring_lets_sign_in(here, browse_as):
    admin, member = a_centre_administrator(), a_member()
    browser = browse_as(None)
    sign_in(browser, member.email)

    managing.suspend(admin, member.id, reason="left the house")
    assert browser.get("/profile").status_code == 303
    assert sign_in(browser, member.email, PASSWORD).status_code == 422
    managing.restore(admin, member.id)

    assert sign_in(browser, member.email, PASSWORD).status_code == 303
    page = browse_as(admin).get(f"/people/{member.id}").text
    assert "left the house" in page
    assert "suspended an account" in page


def test_an_invitation_makes_a_person_with_a_role(here, browse_as, mail):
    admin = an_actor(Role.ADMINISTRATOR, here, name="Mira Kos")
    form = {
        "email": "guest@example.org",
        "given": "Džejla",
        "family": "Ćosić",
        "order": "given_first",
        "locale": "en",
        "role": "faculty",
        "institution": str(here),
    }

    assert browse_as(admin).post("/people/invite", data=form).status_code == 303
    do_all()
    guest = browse_as(None)
    guest.get(the_link(mail[0]))
    guest.post("/choose-password", data={"password": GOOD, "again": GOOD})

    assert "Mira Kos invites you as: Faculty, University of Banja Luka." in mail[0].text
    user = db.session.scalar(select(User).where(User.email_key == "guest@example.org"))
    assert (user.state, user.institution_id) == (AccountState.ACTIVE, here)
    assert sign_in(browse_as(None), "guest@example.org", GOOD).status_code == 303


def test_inviting_one_who_has_an_account_gives_the_role(here, elsewhere, browse_as, mail):
    admin, member = an_actor(Role.ADMINISTRATOR, here), a_member()
    form = {
        "email": member.email.upper(),
        "given": "Other",
        "order": "given_first",
        "locale": "en",
        "role": "faculty",
        "institution": str(here),
    }

    answer = browse_as(admin).post("/people/invite", data=form, follow_redirects=True)
    do_all()

    assert "The invitation is on its way" in answer.text
    assert [m.subject for m in mail] == ["You have a further role"]
    assert db.session.get_one(User, member.id).display_name == "Ana Anić"


@pytest.mark.parametrize(("role", "institution"), [("centre_administrator", "everywhere")])
def test_a_role_that_was_not_offered_is_refused(here, browse_as, role, institution):
    form = {"email": "x@example.org", "given": "X", "order": "given_first", "locale": "en"}
    form |= {"role": role, "institution": institution}

    answer = browse_as(an_actor(Role.ADMINISTRATOR, here)).post("/people/invite", data=form)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "typed", ["djordje", "Đorđe", "ЂОРЂЕ", "ђорђ", "jovanović", "jovanovic djor", "person"]
)
def test_people_are_found_in_any_spelling(here, browse_as, typed):
    person = a_trainee("X")
    names.save_name(person, Script.LATIN, "Đorđe", "Jovanović")
    names.save_name(person, Script.CYRILLIC, "Ђорђе", "Јовановић")

    found = browse_as(a_centre_administrator()).get("/people", query_string={"q": typed}).text

    assert str(person.user_id) in found


def test_people_are_narrowed_sorted_and_paged(here, browse_as, session):
    for number in range(30):
        a_user((Role.FACULTY, here), name=f"N{number:02} X", institution_id=here)
    browser = browse_as(an_actor(Role.ADMINISTRATOR, here))

    first = browser.get("/people?role=faculty&sort=-email").text
    nothing = browser.get("/people?q=nobodyhere").text
    nonsense = browser.get("/people?role=x&state=y&sort=z&institution=w&cursor=nonsense")

    assert first.count("<tr>") == 26
    assert "cursor=" in first
    assert "Nobody fits this search" in nothing
    assert nonsense.status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_list_asks_as_often_for_many_as_for_one(here, browse_as, statements, rows):
    for _ in range(rows):
        a_user((Role.FACULTY, here), institution_id=here)
    browser = browse_as(an_actor(Role.ADMINISTRATOR, here))
    statements.clear()

    browser.get("/people")

    assert len([s for s in statements if s.startswith("SELECT")]) == 4


def test_the_export_is_the_list_and_harmless(here, elsewhere, browse_as):
    person = a_user(name="=cmd() Evil", institution_id=here)
    a_user(name="Somebody Else", institution_id=elsewhere)
    browser = browse_as(an_actor(Role.REGISTRAR, here))

    table = browser.get("/people/export.csv")
    book = load_workbook(io.BytesIO(browser.get("/people/export.xlsx").data))

    assert "attachment" in table.headers["Content-Disposition"]
    assert "'=cmd() Evil" in table.text
    assert person.email in table.text
    assert "Somebody Else" not in table.text
    assert book.active.max_row == table.text.count("\r\n")
    assert browser.get("/people/export.exe").status_code == 404


def test_names_stand_side_by_side(session, browse_as):
    person = a_trainee("Wang Xiaoming")
    names.save_name(person, Script.LATIN, "Xiaoming", "Wang", NameOrder.FAMILY_FIRST)

    browse_as(person).post(
        "/profile/names/han", data={"given": "晓明", "family": "王", "order": "family_first"}
    )

    user = db.session.get_one(User, person.user_id)
    assert user.display_name == "王晓明 Wang Xiaoming"


def test_a_name_that_changes_is_confirmed_anew(session):
    person = a_trainee("Ana Anić")
    names.confirm_name(person, Script.LATIN)

    names.save_name(person, Script.LATIN, "Ana", "Anić")
    unchanged = [n.confirmed_at for n in db.session.scalars(select(names.PersonName))]
    names.save_name(person, Script.LATIN, "Ana", "Anić Kos")
    changed = [n.confirmed_at for n in db.session.scalars(select(names.PersonName))]

    assert (unchanged[0] is None, changed[0] is None) == (False, True)


def test_the_last_name_stays(session, browse_as):
    browser = browse_as(a_trainee())

    answer = browser.post("/profile/names/latin/remove", follow_redirects=True)

    assert "One name has to stay." in answer.text
    assert browser.post("/profile/names/klingon/remove").status_code == 404


def test_settings_are_kept_with_the_person(session, browse_as):
    person = a_trainee()
    browser = browse_as(person)

    browser.post("/profile", data={"locale": "bs", "timezone": "Asia/Shanghai"})
    browser.post("/language", data={"lang": "en", "next": "/profile"})

    user = db.session.get_one(User, person.user_id)
    assert (user.locale, user.timezone, user.single_keys) == ("en", "Asia/Shanghai", False)
    assert browser.post("/profile", data={"locale": "xx", "timezone": "Mars"}).status_code == 422


def test_appearance_follows_the_person_to_another_device(session, browse_as):
    person = a_trainee()
    here, there, guest = browse_as(person), browse_as(person), browse_as(None)
    there.set_cookie("theme", "light")
    guest.set_cookie("theme", "light")
    assert 'data-theme="light"' in there.get("/profile").text  # nothing was said: the cookie counts

    here.post("/theme", data={"theme": "dark", "next": "/profile"})

    assert 'data-theme="dark"' in there.get("/profile").text
    assert 'data-theme="light"' in guest.get("/verify").text
    here.post("/profile", data={"locale": "en", "timezone": "UTC", "theme": "auto"})
    assert 'data-theme="auto"' in there.get("/profile").text
    assert here.post("/profile", data={"locale": "en", "timezone": "UTC"}).status_code == 303
    assert db.session.get_one(User, person.user_id).theme == "auto"
