"""The trail: who reads what of it."""

from uuid import uuid4

import pytest

from app.accounts.states import Role
from app.audit import queries, services
from app.core.database import atomic
from tests.factories.accounts import a_centre_administrator, a_trainee, an_actor
from tests.factories.institutions import an_institution


def note(
    actor, *, at=None, thing=None, reason="because", action="institutions.edit", kind="institution"
):
    with atomic():
        services.record(
            actor,
            action,
            thing or uuid4(),
            kind=kind,
            institution_id=at,
            changes={"city": [None, {"en": "Tuzla"}]},
            reason=reason,
        )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("at_home", [True, False])
def test_who_reads_what_others_did(session, browse_as, role, at_home):
    mine, other = an_institution().id, an_institution().id
    everywhere = role == Role.CENTRE_ADMINISTRATOR
    note(a_trainee("Doer Person"), at=mine if at_home else other, reason="quite a reason")
    reads = everywhere or (role in {Role.REGISTRAR, Role.ADMINISTRATOR} and at_home)

    browser = browse_as(an_actor(role, None if everywhere else mine))

    assert ("quite a reason" in browser.get("/audit").text) is reads
    assert ("quite a reason" in browser.get("/audit/export.csv").text) is reads


def test_everyone_reads_what_they_did(session, browse_as):
    person = a_trainee()
    note(person, reason="my own reason")

    page = browse_as(person).get("/audit").text

    assert "my own reason" in page
    assert "changed an institution" in page
    assert "Tuzla" in page


def test_it_is_narrowed_by_person_thing_action_and_day(session, browse_as):
    one, two, thing = a_trainee(), a_trainee(), uuid4()
    note(one, reason="by one")
    note(two, reason="by two", thing=thing, action="institutions.create")
    browser = browse_as(a_centre_administrator())

    def shown(**wanted) -> tuple[bool, bool]:
        text = browser.get("/audit", query_string=wanted).text
        return "by one" in text, "by two" in text

    assert shown() == (True, True)
    assert shown(person=one.user_id) == (True, False)
    assert shown(thing=thing) == (False, True)
    assert shown(action="institutions.create") == (False, True)
    assert shown(day="2001-01-01") == (False, False)
    assert shown(day="0001-01-01") == (True, True)
    assert shown(day="9999-12-31") == (True, True)
    assert shown(person="x", thing="'", day="tomorrow", cursor="\a") == (True, True)


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_page_asks_as_often_for_many_as_for_one(session, browse_as, statements, rows):
    for _ in range(rows):
        note(a_trainee())
    browser = browse_as(a_centre_administrator())
    statements.clear()

    browser.get("/audit")

    assert len([s for s in statements if s.startswith("SELECT")]) <= 6


def test_the_history_of_a_thing_is_in_words_the_newest_first(session):
    thing = uuid4()
    note(a_trainee("Ana Anić"), thing=thing, action="institutions.create", reason="")
    note(a_trainee("Bo Bić"), thing=thing, reason="moved")

    steps = queries.history(thing)

    assert [(s.title, s.text) for s in steps] == [
        ("Bo Bić: changed an institution", "moved"),
        ("Ana Anić: added an institution", ""),
    ]


def test_guests_read_nothing(session, browse_as):
    assert browse_as(None).get("/audit").status_code == 303


def test_messages_are_shown_to_those_who_ask_only(session, browse_as):
    person = a_trainee()
    note(person, reason="by pigeon", action="delivery.send", kind="delivery")
    browser = browse_as(person)

    assert "by pigeon" not in browser.get("/audit").text
    assert "by pigeon" in browser.get("/audit?action=delivery.send").text
