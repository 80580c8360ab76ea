"""Partners, the units of institutions and whom to write to there: kept by exchange offices."""

import pytest
from sqlalchemy import select

from app.accounts.states import Role
from app.core.database import db
from app.core.errors import Invalid, NotFound
from app.institutions import contacts, queries
from app.institutions import services as institutions
from app.institutions.contacts import ContactDetails, UnitDetails
from app.institutions.models import Contact, Institution, OrgUnit
from app.institutions.services import Details
from tests.factories.accounts import a_centre_administrator, a_trainee, an_actor
from tests.factories.exchanges_agreements import a_version, an_agreement, an_agreement_in_force
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


def a_unit_in(actor, institution, code, parent_id=None):
    details = UnitDetails(code=code, name={"en": f"Unit {code}"}, parent_id=parent_id)
    return contacts.add_unit(actor, institution.id, details)


def test_units_stand_in_a_tree_and_never_within_themselves(session):
    place = an_institution()
    officer = an_actor(Role.OFFICER, place.id)
    science = a_unit_in(officer, place, "B")
    physics = a_unit_in(officer, place, "A", science)
    a_unit_in(officer, place, "C")

    shown = [(unit.code, depth) for unit, depth in queries.units_of([place.id])]
    assert shown == [("B", 0), ("A", 1), ("C", 0)]
    with pytest.raises(Invalid):
        contacts.edit_unit(
            officer, science, UnitDetails("B", {"en": "Science"}, physics), version=1
        )
    with pytest.raises(Invalid):
        a_unit_in(officer, place, "c")
    elsewhere = an_institution()
    with pytest.raises(Invalid):
        a_unit_in(an_actor(Role.OFFICER, elsewhere.id), elsewhere, "D", science)


def test_another_institution_changes_nothing(session):
    place = an_institution()
    officer = an_actor(Role.OFFICER, place.id)
    unit = a_unit_in(officer, place, "A")
    contact = contacts.add_contact(officer, place.id, ContactDetails("Li Ming", "li@example.org"))
    stranger = an_actor(Role.ADMINISTRATOR, an_institution().id)

    for act in (
        lambda: contacts.edit_unit(stranger, unit, UnitDetails("X", {"en": "X"}), version=1),
        lambda: contacts.remove_contact(stranger, contact),
        lambda: a_unit_in(stranger, place, "B"),
    ):
        with pytest.raises(NotFound):
            act()
    assert db.session.get_one(OrgUnit, unit).code == "A"


def test_an_office_adds_a_partner_with_a_unit_and_a_contact(session, browse_as):
    browser = browse_as(an_actor(Role.OFFICER, an_institution().id))
    form = {
        "code": "SUM",
        "name-en": "Shanghai University of Medicine",
        "name-zh_Hans_CN": "上海健康医学院",
        "city-en": "Shanghai",
        "country": "CN",
        "timezone": "Asia/Shanghai",
        "brand_colour": "#003f88",
    }

    at = browser.post("/institutions/partners/new", data=form).location
    unit = {"code": "MED", "name-en": "College of Medicine", "is_active": "y", "parent_id": ""}
    assert browser.post(f"{at}/units/new", data=unit).status_code == 303
    contact = {"name": "李明", "email": "li@example.org", "unit_id": "", "languages": "zh_Hans_CN"}
    assert browser.post(f"{at}/contacts/new", data=contact).status_code == 303

    page = browser.get(at).text
    assert "College of Medicine" in page
    assert "li@example.org" in page
    assert "li@example.org" not in browse_as(a_trainee()).get(at).text
    found = db.session.scalars(select(Institution).where(Institution.code == "SUM")).one()
    assert found.is_partner
    assert found.id not in {one.id for one in queries.active()}
    assert browse_as(a_trainee()).get(f"{at}/units/new").status_code == 404


def test_a_partner_is_kept_by_who_added_it_and_by_who_has_an_agreement_with_it(session, browse_as):
    mine, agreed, drafting, stranger = (an_institution() for _number in range(4))
    adds = an_actor(Role.OFFICER, mine.id)
    details = Details({"en": "Med"}, {"en": "Wuhan"}, "CN", "Asia/Shanghai")
    partner = institutions.create(adds, "MED", details, is_partner=True)
    there = db.session.get_one(Institution, partner)
    contact = contacts.add_contact(adds, partner, ContactDetails("Li Ming", "li@example.org"))
    an_agreement_in_force(agreed, there)
    a_version(an_agreement(drafting, there))
    pages = (
        f"/institutions/{partner}/edit",
        f"/institutions/{partner}/units/new",
        f"/institutions/contacts/{contact}/edit",
        f"/institutions/contacts/{contact}/remove",
    )

    def answers(actor):
        browser = browse_as(actor)
        return {browser.get(page).status_code for page in pages}

    for place in (mine, agreed):
        assert answers(an_actor(Role.OFFICER, place.id)) == {200}
    for place in (drafting, stranger):
        assert answers(an_actor(Role.OFFICER, place.id)) == {404}
    assert answers(an_actor(Role.FACULTY, mine.id)) == {404}
    assert answers(a_centre_administrator()) == {200}


def test_of_two_who_change_a_unit_or_a_contact_the_later_sees_both_texts(session, browse_as):
    place = an_institution()
    officer = an_actor(Role.OFFICER, place.id)
    unit = a_unit_in(officer, place, "A")
    person = contacts.add_contact(officer, place.id, ContactDetails("Li Ming", "li@example.org"))
    browser = browse_as(officer)
    forms = {
        f"/institutions/units/{unit}/edit": {
            "code": "A", "name-en": "Science", "parent_id": "", "is_active": "y",
        },
        f"/institutions/contacts/{person}/edit": {
            "name": "Li Na", "email": "li@example.org", "unit_id": "", "languages": "en",
        },
    }  # fmt: skip

    for page, form in forms.items():
        name = "name-en" if "name-en" in form else "name"
        assert browser.post(page, data=form | {"version": "1"}).status_code == 303
        late = browser.post(page, data=form | {"version": "1", name: "Written later"})
        assert late.status_code == 409
        assert "What is stored now, and what you typed" in late.text
        assert f">{form[name]}</div>" in late.text
        assert ">Written later</div>" in late.text
        assert 'name="version" type="hidden" value="2"' in late.text
        assert browser.post(page, data=form | {name: "x"}).status_code == 409
        again = browser.post(page, data=form | {"version": "2", name: "Written later"})
        assert again.status_code == 303
    assert db.session.get_one(OrgUnit, unit).name["en"] == "Written later"
    assert db.session.get_one(Contact, person).name == "Written later"


def test_a_contact_is_removed_once_this_was_confirmed(session, browse_as):
    place = an_institution()
    officer = an_actor(Role.OFFICER, place.id)
    contact = contacts.add_contact(officer, place.id, ContactDetails("Li Ming", "li@example.org"))
    browser = browse_as(officer)

    assert "Li Ming" in browser.get(f"/institutions/contacts/{contact}/remove").text
    assert db.session.get(Contact, contact) is not None
    assert browser.post(f"/institutions/contacts/{contact}/remove").status_code == 303
    assert db.session.get(Contact, contact) is None
