"""Applications: saved in steps, sent once complete and in time, returned, refused, withdrawn."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from app.accounts.queries import actor_for
from app.audit.models import AuditEntry, StateChange
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Gone, Invalid, NotFound, WrongState
from app.core.i18n import in_language
from app.core.jobs.embedded import do_all
from app.exchanges.invariants import applications as invariants
from app.exchanges.models.agreements import Allocation, Quota
from app.exchanges.models.applications import Application, Consent, ConsentText
from app.exchanges.models.calls import Call
from app.exchanges.queries import applications as queries
from app.exchanges.queries import readiness
from app.exchanges.services import applications as services
from app.exchanges.services import consents
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import CallState
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.exchanges_applications import (
    MOTIVATION,
    a_ready_draft,
    an_application,
    declare_all,
    destinations_of,
)
from tests.factories.exchanges_calls import a_call, an_officer, an_open_call
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.usefixtures("session")


def in_days(days):
    return now() + timedelta(days=days)


def turn(thing, **values):
    with atomic():
        for name, value in values.items():
            setattr(db.session.get_one(type(thing), thing.id), name, value)


def owner(application):
    return actor_for(application.applicant_id)


def subjects(mail):
    do_all()
    return [message.subject for message in mail]


def trail():
    return db.session.scalar(select(func.count()).select_from(AuditEntry))


def test_somebody_begins_once_however_often_they_press():
    call, person = an_open_call(), a_trainee()

    first = services.start(person, call.id)
    second = services.start(person, call.id)

    assert first.id == second.id
    assert first.state == ApplicationState.DRAFT


@pytest.mark.parametrize("state", [CallState.PUBLISHED, CallState.CLOSED, CallState.SELECTING])
def test_nobody_begins_when_the_call_does_not_take_applications(state):
    call = a_call(state=state)
    with pytest.raises(WrongState):
        services.start(a_trainee(), call.id)


def test_the_clock_counts_and_not_what_is_stored():
    call = an_open_call(closes_at=in_days(-1))
    with pytest.raises(WrongState):
        services.start(a_trainee(), call.id)


def test_a_call_that_addresses_some_roles_is_not_for_others():
    call = an_open_call(audience={"roles": ["faculty"]})

    with pytest.raises(Forbidden):
        services.start(a_trainee(), call.id)
    assert services.start(an_actor("faculty", call.institution_id), call.id)


def test_a_step_keeps_what_makes_sense_and_says_what_does_not():
    application = an_application(an_open_call())
    typed = {"ects_done": "many", "eqf_level": 7, "isced": "9998", "passport_until": "2031-02-30"}

    saved = services.save_step(owner(application), application.id, "about", typed, revision=1)

    assert set(saved.faults) == {"ects_done", "isced", "passport_until"}
    assert application.facts["eqf_level"] == 7
    assert application.facts["ects_done"] == 180


def test_an_older_window_does_not_overwrite_what_a_newer_one_saved():
    application = an_application(an_open_call())
    person = owner(application)
    shown = application.revision
    services.save_step(person, application.id, "form-2", {"motivation": "First"}, revision=shown)

    with pytest.raises(services.StaleStep):
        services.save_step(person, application.id, "form-2", {"motivation": "Old"}, revision=shown)

    assert db.session.get_one(Application, application.id).answers == {"motivation": "First"}


def test_two_windows_on_different_steps_do_not_disturb_each_other():
    application = an_application(an_open_call())
    person = owner(application)
    shown = application.revision

    services.save_step(person, application.id, "about", {"ects_done": 100}, revision=shown)
    services.save_step(person, application.id, "form-2", {"motivation": "x"}, revision=shown)
    services.save_step(person, application.id, "form-2", {"motivation": "x"}, revision=shown)

    assert application.facts["ects_done"] == 100
    assert application.revision == shown + 2


def test_wishes_are_of_this_call_each_once_and_no_more_than_it_takes():
    call = an_open_call(destinations=3, max_preferences=2)
    foreign = destinations_of(an_open_call())[0]
    application = an_application(call, preferences=[])
    one, two, three = (str(place.id) for place in destinations_of(call))

    def wish(*ids):
        values = {"preferences": list(ids)}
        revision = application.revision
        found = services.save_step(
            owner(application), application.id, "form-1", values, revision=revision
        )
        return found.faults.get("preferences", "")

    assert wish(one, one) == "twice"
    assert wish(str(foreign.id)) == "no_choice"
    assert wish(one, two, three) == "too_many"
    assert wish(two, one) == ""
    assert [str(w.destination_id) for w in queries.preferences_of(application.id)] == [two, one]


def test_a_complete_application_is_sent_numbered_checked_and_receipted(mail):
    call = an_open_call(rules=[{"id": "ects", "type": "min_ects", "parameters": {"minimum": 60}}])
    first, second = a_ready_draft(call), a_ready_draft(call)

    services.submit(owner(first), first.id)
    services.submit(owner(second), second.id)

    assert (first.number, second.number) == (1, 2)
    assert first.state == ApplicationState.SUBMITTED
    assert [one.outcome for one in queries.findings_of(first.id)] == ["pass"]
    assert f"Your application {call.code}-0001 has arrived" in subjects(mail)


@pytest.mark.parametrize(
    ("lack", "found"),
    [
        ({"facts": {"isced": None}}, "facts"),
        ({"answers": {"motivation": ""}}, "answers"),
        ({"preferences": []}, "wishes"),
    ],
)
def test_what_is_not_complete_is_not_sent(lack, found):
    application = a_ready_draft(an_open_call(), **lack)

    with pytest.raises(Invalid):
        services.submit(owner(application), application.id)

    assert getattr(readiness.readiness(application, now().date(), None), found)
    assert application.number is None


def test_a_rule_that_is_not_met_keeps_an_application_from_being_sent_and_leaves_no_trace():
    call = an_open_call(rules=[{"id": "e", "type": "min_ects", "parameters": {"minimum": 200}}])
    application = a_ready_draft(call)
    before = trail()

    with pytest.raises(Invalid):
        services.submit(owner(application), application.id)

    assert trail() == before
    assert not queries.findings_of(application.id)


def test_what_a_rule_cannot_decide_is_sent_and_decided_by_the_office():
    rule = {"id": "e", "type": "min_ects", "parameters": {"minimum": 200}, "strict": False}
    call = an_open_call(rules=[rule])
    application = a_ready_draft(call)
    services.submit(owner(application), application.id)
    officer = an_officer(call.institution_id)
    (finding,) = queries.findings_of(application.id)
    assert finding.outcome == "needs_human"

    services.decide_needs_human(officer, finding.id, passes=True, reason="Exams are under way.")
    with pytest.raises(Forbidden):
        services.decide_needs_human(owner(application), finding.id, passes=True, reason="Yes.")

    (finding,) = queries.findings_of(application.id)
    assert (finding.outcome, finding.decided_by) == ("pass", officer.user_id)


def test_nothing_is_sent_after_the_close_even_before_the_clock_has_noted_it():
    call = an_open_call()
    application = a_ready_draft(call)
    turn(call, closes_at=in_days(-1))

    with pytest.raises(Gone):
        services.submit(owner(application), application.id)


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


def test_what_is_returned_is_corrected_and_sent_again_under_the_same_number(mail):
    call = an_open_call()
    application = a_ready_draft(call)
    person, officer = owner(application), an_officer(call.institution_id)
    services.submit(person, application.id)
    services.return_(officer, application.id, reason="Say more.", due_at=in_days(3))
    turn(call, closes_at=in_days(-1))  # the time to correct runs on after the call has closed

    values = {"motivation": f"{MOTIVATION} And more."}
    revision = application.revision
    services.save_step(person, application.id, "form-2", values, revision=revision)
    services.submit(person, application.id)

    assert (application.state, application.number) == (ApplicationState.SUBMITTED, 1)
    assert application.due_at is None
    assert f"Please correct your application {call.code}-0001" in subjects(mail)


@pytest.mark.parametrize("days", [-1, 61, 400])
def test_the_time_to_correct_lies_ahead_and_before_the_results(days):
    call = an_open_call()
    application = an_application(call, state=ApplicationState.SUBMITTED)
    with pytest.raises(Invalid):
        services.return_(
            an_officer(call.institution_id), application.id, reason="x", due_at=in_days(days)
        )


def test_what_is_not_sent_again_in_time_is_closed_by_the_clock_alone(mail):
    application = an_application(an_open_call(), state=ApplicationState.RETURNED)
    assert services.lapse_overdue() == 0
    turn(application, due_at=in_days(-1))

    with pytest.raises(Gone):
        services.submit(owner(application), application.id)
    assert services.lapse_overdue() == 1
    assert services.lapse_overdue() == 0

    assert application.state == ApplicationState.WITHDRAWN
    assert any("was closed" in line for line in subjects(mail))


def test_an_office_refuses_by_a_rule_of_the_call_and_the_person_reads_why(mail):
    call = an_open_call(rules=[{"id": "e", "type": "min_ects", "parameters": {"minimum": 60}}])
    application = an_application(call, state=ApplicationState.SUBMITTED)
    officer = an_officer(call.institution_id)

    for wrong in ({"message": " "}, {"message": "x", "rule_id": "other"}):
        with pytest.raises(Invalid):
            services.refuse_as_ineligible(officer, application.id, **wrong)
    services.refuse_as_ineligible(officer, application.id, message="50 credits.", rule_id="e")

    assert application.state == ApplicationState.INELIGIBLE
    (finding,) = queries.findings_of(application.id)
    assert (finding.rule_id, finding.outcome) == ("e", "fail")
    assert any("is not eligible" in line for line in subjects(mail))


def test_nobody_decides_about_their_own_application():
    call = an_open_call()
    officer = an_officer(call.institution_id)
    application = an_application(call, applicant=officer, state=ApplicationState.SUBMITTED)

    with pytest.raises(Forbidden):
        services.refuse_as_ineligible(officer, application.id, message="No.")


def test_who_withdraws_gives_back_the_place():
    call = a_call(state=CallState.RELEASED)
    application = an_application(call, state=ApplicationState.SELECTED)
    held = select(Allocation).where(Allocation.application_id == application.id)
    quota_id = db.session.scalars(held).one().quota_id

    services.withdraw(owner(application), application.id)

    assert db.session.get_one(Quota, quota_id, populate_existing=True).used_persons == 0
    assert application.state == ApplicationState.WITHDRAWN


def test_a_draft_that_was_withdrawn_can_be_begun_again():
    call = an_open_call()
    application = an_application(call)
    person = owner(application)

    services.withdraw(person, application.id)

    assert services.start(person, call.id).id != application.id


@pytest.mark.parametrize("state", ["selected", "wait_listed", "not_selected", "ranked"])
def test_nobody_learns_a_result_under_embargo(state):
    embargoed = a_call(state=CallState.EMBARGOED)
    application = an_application(embargoed, state=ApplicationState(state))
    person = owner(application)

    assert queries.shown_state(application, embargoed) == ApplicationState.UNDER_REVIEW
    steps = queries.steps_of(application, embargoed, to_applicant=True)
    assert [one.action for one in steps] == ["start", "submit", "review"]
    assert [row.id for row in queries.own(person, group="now").items] == [application.id]
    assert queries.own(person, group="over").items == []


def test_an_application_is_for_its_person_its_office_and_its_chair():
    chair = a_trainee("Chair Person")
    call = an_open_call(chair_id=chair.user_id)
    application = an_application(call)
    elsewhere = an_institution()

    for reader in (owner(application), an_officer(call.institution_id), chair):
        assert queries.application_for(reader, application.id)
    for stranger in (a_trainee(), an_officer(elsewhere.id), an_actor("centre_administrator")):
        with pytest.raises(NotFound):
            queries.application_for(stranger, application.id)


def test_a_draft_is_reminded_of_once_before_the_call_closes(mail):
    call = an_open_call(closes_at=in_days(2))
    an_application(call)
    an_application(call, state=ApplicationState.SUBMITTED)

    services.remind_of_drafts()
    services.remind_of_drafts()

    assert sum("has not been sent yet" in line for line in subjects(mail)) == 1


def test_what_was_given_back_is_reminded_of_once_before_it_is_due(mail):
    call = a_call(state=CallState.CLOSED)
    for days in (2, 20):
        an_application(call, state=ApplicationState.RETURNED, due_at=now() + timedelta(days=days))

    services.remind_of_drafts()
    services.remind_of_drafts()

    assert sum("has not been sent yet" in line for line in subjects(mail)) == 1
    assert sum("back to you" in message.text for message in mail) == 1


def test_every_state_is_what_the_history_leads_to():
    call = a_call(state=CallState.RELEASED, places=30)
    for state in ApplicationState:
        application = an_application(call, state=state)
        last = db.session.scalars(
            select(StateChange)
            .where(StateChange.subject_id == application.id)
            .order_by(StateChange.at.desc())
            .limit(1)
        ).one()
        assert last.after == application.state
    assert list(invariants.histories()) == []
    assert db.session.get_one(Call, call.id).state == CallState.RELEASED


def test_what_was_sent_is_held_against_its_hash_and_its_consents():
    application = a_ready_draft(an_open_call())
    services.submit(owner(application), application.id)
    checks = (invariants.sent_content, invariants.given_consents, invariants.histories)
    assert [fault for check in (*checks, invariants.own_call) for fault in check()] == []

    turn(application, answers={"motivation": "Something else than was sent."})
    with atomic():
        db.session.execute(delete(Consent))

    assert len(list(invariants.sent_content())) == 1
    assert len(list(invariants.given_consents())) == 1


def test_a_supervisor_with_an_account_is_known_so_that_they_do_not_judge():
    application = an_application(an_open_call())
    mentor = a_user(name="Nenad Mentor")
    typed = {"supervisor_email": mentor.email.upper()}

    services.save_step(owner(application), application.id, "about", typed, revision=1)

    assert application.supervisor_id == mentor.id


def test_nothing_is_sent_to_a_call_that_was_cancelled():
    call = a_call(state=CallState.CANCELLED)
    application = an_application(call, state=ApplicationState.RETURNED)

    with pytest.raises(Gone):
        services.submit(owner(application), application.id)
