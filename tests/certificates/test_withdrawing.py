"""What certificates are worth: suspended, revoked, replaced, and what a stranger is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.queries import actor_for
from app.certificates import queries, services
from app.certificates.models import Certificate, CertificateEvent
from app.certificates.reasons import Reason
from app.certificates.states import CERTIFICATE, NEVER_ISSUED, CertificateState
from app.certificates.verification import Verdict, verdict_of
from app.core.actor import SYSTEM
from app.core.database import atomic
from app.core.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from app.core.jobs.running import do_next, due_jobs
from tests.factories.accounts import a_trainee, an_actor
from tests.factories.certificates import a_certificate, a_registrar
from tests.factories.courses import a_run
from tests.factories.institutions import an_institution

pytestmark = pytest.mark.database

WHY = "The board decided so."
DEEDS = {
    "suspend": lambda actor, one: services.withdrawing.suspend(
        actor, one.id, Reason.UNDER_REVIEW, WHY
    ),
    "reinstate": lambda actor, one: services.withdrawing.reinstate(actor, one.id, WHY),
    "revoke": lambda actor, one: services.withdrawing.revoke(actor, one.id, Reason.MISCONDUCT, WHY),
    "supersede": lambda actor, one: services.withdrawing.replace(
        actor, one.id, Reason.NAME_CORRECTED, WHY
    ),
}


def in_state(state, run=None):
    run = run or a_run()
    certificate = a_certificate(run, is_printed=state not in NEVER_ISSUED)
    registrar = a_registrar(run.institution_id)
    steps = {"suspended": ["suspend"], "revoked": ["revoke"], "superseded": ["supersede"]}
    if state == CertificateState.CANCELLED:
        services.withdrawing.cancel(SYSTEM, certificate.id, Reason.COMPLETION_REVERSED, WHY)
    for step in steps.get(state, []):
        DEEDS[step](registrar, certificate)
    return certificate, registrar


@pytest.mark.parametrize("action", sorted(DEEDS))
@pytest.mark.parametrize("state", sorted(CertificateState))
def test_every_deed_works_from_its_states_and_from_no_other(session, state, action):
    certificate, registrar = in_state(state)

    if action in CERTIFICATE.actions(state):
        DEEDS[action](registrar, certificate)
        session.refresh(certificate)
        assert certificate.state == CERTIFICATE.after(state, action)
    else:
        with pytest.raises(WrongState):
            DEEDS[action](registrar, certificate)


@pytest.mark.parametrize("action", sorted(DEEDS))
@pytest.mark.parametrize("role", ["holder", "trainee", "faculty", "officer", "elsewhere"])
def test_nobody_else_changes_what_a_certificate_is_worth(session, role, action):
    run = a_run()
    state = "suspended" if action == "reinstate" else "issued"
    certificate, _ = in_state(state, run)
    if role == "holder":
        actor = actor_for(certificate.holder_id)
    elif role == "elsewhere":
        actor = a_registrar(an_institution().id)
    else:
        actor = an_actor(role, run.institution_id)

    with pytest.raises(Forbidden if role == "holder" else NotFound):
        DEEDS[action](actor, certificate)
    session.refresh(certificate)
    assert certificate.state == state


def test_a_reason_is_needed(session):
    certificate, registrar = in_state("issued")

    for category, reason in ((Reason.MISCONDUCT, "  "), (Reason.NAME_CORRECTED, WHY)):
        with pytest.raises(Invalid):
            services.withdrawing.revoke(registrar, certificate.id, category, reason)


def test_a_revoked_certificate_is_revoked_for_ever(session):
    certificate, registrar = in_state("revoked")

    for deed in DEEDS.values():
        with pytest.raises(DomainError):
            deed(registrar, certificate)
    services.issuing.print_and_issue(certificate.id)
    session.refresh(certificate)
    assert certificate.state == CertificateState.REVOKED


def test_a_new_certificate_takes_the_place_of_one_with_a_wrong_name(session):
    certificate, registrar = in_state("issued")
    old_file = certificate.pdf_sha256
    with atomic():
        name = session.scalars(
            select(PersonName).where(PersonName.user_id == certificate.holder_id)
        ).one()
        name.given = "Anja"

    ids = certificate.id, DEEDS["supersede"](registrar, certificate).id
    for job_id in due_jobs():
        do_next(job_id)

    old, new = (session.get_one(Certificate, one, populate_existing=True) for one in ids)
    assert (old.state, new.state) == (CertificateState.SUPERSEDED, CertificateState.ISSUED)
    assert new.replaces_id == old.id
    assert new.snapshot["names"]["latin"] == "Anja Anić"
    assert (old.snapshot["names"]["latin"], old.pdf_sha256) == ("Ana Anić", old_file)
    assert new.code != old.code


def test_one_that_could_not_be_issued_again_stays_in_force(session):
    certificate, registrar = in_state("issued")
    with atomic():
        for name in session.scalars(select(PersonName)):
            name.confirmed_at = None

    with pytest.raises(Invalid, match="has not confirmed"):
        DEEDS["supersede"](registrar, certificate)

    session.refresh(certificate)
    assert certificate.state == CertificateState.ISSUED


def test_the_history_says_who_what_and_why(session):
    certificate, registrar = in_state("revoked")

    last = session.scalars(
        select(CertificateEvent)
        .where(CertificateEvent.certificate_id == certificate.id)
        .order_by(CertificateEvent.at.desc(), CertificateEvent.id.desc())
    ).first()

    assert (last.action, last.category, last.reason) == ("revoke", "misconduct", WHY)
    assert last.actor_id == registrar.user_id


@pytest.mark.parametrize(
    ("state", "days", "verdict"),
    [
        ("pending", None, None),
        ("issued", None, Verdict.VALID),
        ("issued", 0, Verdict.VALID),
        ("issued", -1, Verdict.EXPIRED),
        ("suspended", -1, Verdict.SUSPENDED),
        ("superseded", None, Verdict.SUPERSEDED),
        ("revoked", 30, Verdict.REVOKED),
    ],
)
def test_the_verdict_follows_from_state_and_date(state, days, verdict):
    today = date(2026, 11, 22)
    until = None if days is None else today + timedelta(days=days)

    assert verdict_of(CertificateState(state), until, today) == verdict


def test_a_number_finds_nothing_without_the_name(session):
    certificate = a_certificate(a_run(), "en", "zh_Hans_CN", name="Wang Xiaoming", han="王小明")
    found = queries.verification.by_number

    assert found(certificate.number, "") is None
    assert found(certificate.number, "Wang") is None
    assert found(certificate.number.lower(), " wang  XIAOMING ").id == certificate.id
    assert found(certificate.number, "王小明").id == certificate.id


def test_a_code_is_found_however_it_is_typed(session):
    certificate = a_certificate(a_run(), is_printed=False)
    code = certificate.code

    for typed in (
        code,
        code.lower(),
        f" {code[:4]}-{code[4:8]} {code[8:]}",
        code.replace("0", "o"),
    ):
        assert queries.verification.by_code(typed).id == certificate.id
    for typed in ("", code[:-1], code + "0", "x" * 10_000, "'; drop table certificate; --"):
        assert queries.verification.by_code(typed) is None


def test_the_register_shows_a_registrar_only_the_own_institution(session):
    here, elsewhere = (
        a_certificate(a_run(), is_printed=False),
        a_certificate(a_run(), is_printed=False),
    )
    registrar = a_registrar(here.institution_id)

    page = queries.certificates.register(registrar, queries.certificates.Filters())

    assert [one.id for one in page.items] == [here.id]
    assert elsewhere.institution_id != here.institution_id


@pytest.mark.parametrize("words", ["anic", "Анић", "ANIĆ"])
def test_the_register_is_searched_in_any_script(session, words):
    certificate = a_certificate(a_run(), name="Ana Anić", is_printed=False)
    registrar = a_registrar(certificate.institution_id)

    page = queries.certificates.register(registrar, queries.certificates.Filters(words=words))

    assert [one.id for one in page.items] == [certificate.id]
    assert a_trainee().user_id != certificate.holder_id
