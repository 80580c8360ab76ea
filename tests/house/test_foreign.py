"""Nobody reaches into another institution's records by guessing an address."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from app.core.clock import now
from app.core.database import atomic, db
from app.courses.models.enrolments import EnrolmentImport
from app.courses.models.timetable import Room
from app.courses.states import RunState
from app.institutions.models import Institution
from tests.factories.accounts import a_trainee, a_user, an_actor
from tests.factories.certificates import a_certificate, a_design
from tests.factories.courses import a_run, a_session, a_teacher_of, an_enrolment
from tests.factories.exchanges_calls import a_call
from tests.factories.institutions import an_institution

OPEN_TO_ANYONE_SIGNED_IN = {
    "accounts.edit_name",  # one's own
    "attendance.scan",  # proves a code, which is wrong here
    "attendance.show_pass",  # says that the code is not valid, whoever it names
    "certificates.verification",
    "courses.course_detail",  # published
    "courses.enrol",
    "courses.run_detail",
    "files.logo",
    "institutions.institution",
}
"""Pages that take an id and still answer a stranger; each says why that harms nobody."""

pytestmark = pytest.mark.one_engine

STRANGERS = ("trainee", "faculty", "officer", "registrar", "administrator")


@pytest.fixture
def theirs(session: Any) -> dict[str, Any]:
    """Ids of one institution's records, by the names they have in addresses."""
    run = a_run()
    certificate = a_certificate(run)
    place, meeting = an_enrolment(run), a_session(run)
    teacher = a_teacher_of(run)
    with atomic():
        room = Room(institution_id=run.institution_id, name="B-204")
        upload = EnrolmentImport(
            run_id=run.id, sha256="0" * 64, file_name="a.csv", rows="[]", created_by=teacher.user_id
        )
        db.session.add_all([room, upload])
    person = a_user(institution_id=run.institution_id)
    return {
        "run_id": run.id,
        "course_id": run.course_id,
        "session_id": meeting.id,
        "enrolment_id": place.id,
        "call_id": a_call(db.session.get_one(Institution, run.institution_id)).id,
        "room_id": room.id,
        "import_id": upload.id,
        "user_id": person.id,
        "person_id": person.id,
        "institution_id": run.institution_id,
        "certificate_id": certificate.id,
        "design_id": a_design(run.institution_id).id,
        "file_id": certificate.file_id,
        "number": 1,
        "code": "x",
        "token": "x",
        "secret": "x",
        "script": "latin",
        "kind": "csv",
        "ending": "csv",
    }


def _with_ids(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
        and any(name.endswith("_id") for name in rule.arguments)
        and rule.endpoint not in OPEN_TO_ANYONE_SIGNED_IN
    ]


def _path(app: Flask, rule: Rule, theirs: dict[str, Any]) -> str:
    values = {name: _value(rule, name, theirs) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=None)


def _value(rule: Rule, name: str, theirs: dict[str, Any]) -> Any:
    converter = rule._converters[name]  # noqa: SLF001 -- no public name
    if isinstance(converter, AnyConverter) and theirs.get(name) not in converter.items:
        return min(converter.items)
    return theirs.get(name, theirs["person_id"])


@pytest.mark.parametrize("role", STRANGERS)
def test_a_stranger_is_shown_nothing_of_another_institution(app, browse_as, theirs, role):
    stranger = an_actor(role, an_institution().id)
    browser = browse_as(stranger)
    shown = {
        rule.rule: status
        for rule in _with_ids(app, "GET")
        if (status := browser.get(_path(app, rule, theirs)).status_code) not in {403, 404}
    }
    assert shown == {}


@pytest.mark.parametrize("role", STRANGERS)
def test_a_stranger_changes_nothing_of_another_institution(app, browse_as, theirs, role):
    stranger = an_actor(role, an_institution().id)
    browser = browse_as(stranger)
    form = {"reason": "because", "version": "1", "mark": "present", "code": "x", "ids": "x"}
    form["present"] = f"{theirs['enrolment_id']}.0"
    changed = {
        rule.rule: status
        for rule in _with_ids(app, "POST")
        if (status := browser.post(_path(app, rule, theirs), data=form).status_code)
        not in {403, 404}
    }
    assert changed == {}


def test_a_visitor_is_asked_to_sign_in_first(app, browse_as, theirs):
    browser = browse_as(None)
    shown = {
        rule.rule: status
        for rule in _with_ids(app, "GET")
        if (status := browser.get(_path(app, rule, theirs)).status_code) not in {303, 404}
    }
    assert shown == {}


def test_a_run_that_is_not_published_does_not_exist_for_others(browse_as):
    run = a_run(state=RunState.DRAFT, enrol_opens_at=now())
    for path in (f"/runs/{run.id}", f"/runs/{run.id}/enrol"):
        assert browse_as(a_trainee()).get(path).status_code == 404
