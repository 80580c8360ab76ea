"""A run promises certificates to those who complete it, by a design that staff choose."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.certificates import services
from app.certificates.models import Certificate
from app.completion.events import CourseCompleted
from app.completion.models import Decision
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound, WrongState
from app.core.events import announce
from app.core.jobs.running import do_next, due_jobs
from app.courses.models.runs import Run
from app.courses.states import RunState
from tests.factories.accounts import an_actor
from tests.factories.certificates import a_completion, a_design, a_registrar
from tests.factories.courses import a_run
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database


def address(run):
    return f"/runs/{run.id}/certificates"


def completed(enrolment):
    decision = db.session.scalars(select(Decision)).one()
    with atomic():
        announce(CourseCompleted(enrolment.id, decision.id))
    for job_id in due_jobs():
        do_next(job_id)


def test_a_design_chosen_on_the_page_brings_certificates_to_those_who_complete(session, browse_as):
    run = a_run()
    page, design_id = address(run), a_design(run.institution_id, name="Bridge").id
    browser = browse_as(a_registrar(run.institution_id))
    assert "Bridge" in browser.get(page).text

    answer = browser.post(f"{page}/promise", data={"design_id": str(design_id)})
    completed(a_completion(run))

    assert answer.status_code == 303
    assert f'selected value="{design_id}"' in browser.get(page).text
    assert session.scalars(select(Certificate.state)).all() == ["issued"]
    noted = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "courses.promise_certificate")
    ).one()
    assert noted.changes == {"certificate_design_id": [None, str(design_id)]}


def test_the_promise_is_taken_back_on_the_same_page(session, browse_as):
    run = a_run()
    registrar, design = a_registrar(run.institution_id), a_design(run.institution_id)
    services.promises.promise(registrar, run.id, design.id)

    browse_as(registrar).post(f"{address(run)}/promise", data={"design_id": ""})

    assert session.get_one(Run, run.id, populate_existing=True).certificate_design_id is None


def test_a_design_that_is_put_away_is_said_to_be_void(session, browse_as):
    run = a_run()
    registrar, design = a_registrar(run.institution_id), a_design(run.institution_id)
    a_design(run.institution_id, name="Another")
    services.promises.promise(registrar, run.id, design.id)
    services.designs.retire(registrar, design.id)

    assert "is not in use any more" in browse_as(registrar).get(address(run)).text


def test_only_designs_in_use_at_the_institution_are_promised(session, browse_as):
    run = a_run()
    registrar = a_registrar(run.institution_id)
    theirs = a_design(an_institution().id)
    draft = a_design(run.institution_id, is_published=False)

    for design in (theirs, draft):
        with pytest.raises(Invalid):
            services.promises.promise(registrar, run.id, design.id)
        browse_as(registrar).post(f"{address(run)}/promise", data={"design_id": str(design.id)})

    assert session.get_one(Run, run.id, populate_existing=True).certificate_design_id is None


def test_others_cannot_promise_and_a_run_that_is_over_promises_nothing_new(session):
    run = a_run()
    design = a_design(run.institution_id)
    with pytest.raises(NotFound):
        services.promises.promise(an_actor("faculty", run.institution_id), run.id, design.id)
    with atomic():
        db.session.get_one(Run, run.id).state = RunState.ARCHIVED
    with pytest.raises(WrongState):
        services.promises.promise(a_registrar(run.institution_id), run.id, design.id)
