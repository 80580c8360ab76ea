"""What the trail calls things of exchanges, for those who may see them.

Who may see what is asked of the same policies as for the pages, on rows read all at once.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from app.audit.directory import Thing
from app.core.actor import Actor
from app.core.database import Text, db
from app.exchanges.models.admissions import AdmissionCondition, HostAdmission
from app.exchanges.models.agreements import Agreement, AgreementVersion, Allocation, Quota
from app.exchanges.models.applications import Application, Document
from app.exchanges.models.calls import Call
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.letters import IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination
from app.exchanges.models.recognition import (
    CreditRule,
    GradeScale,
    GradeTable,
    Recognition,
    RecognitionRule,
    Transcript,
)
from app.exchanges.models.reviews import AllocationRun, Draw
from app.exchanges.policies import agreements as agreement_policies
from app.exchanges.policies import calls as call_policies
from app.exchanges.policies import parties, recognition
from app.exchanges.policies.applications import may_see
from app.exchanges.queries.allocation import DECIDING
from app.exchanges.states.calls import PUBLIC
from app.exchanges.states.mobilities import OVER_FOR_HOST
from app.institutions.models import Institution

Found = Mapping[UUID, Thing]


def agreements(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these agreements, and of their versions, that the reader sees. One query."""
    query = (
        select(Agreement, AgreementVersion)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .where(or_(Agreement.id.in_(ids), AgreementVersion.id.in_(ids)))
    )
    found: dict[UUID, Thing] = {}
    for one, version in db.session.execute(query):
        if agreement_policies.sees_version(reader, one, version):
            page = Thing(
                f"{one.code} / {version.number}",
                "exchanges.agreement_version",
                {"version_id": version.id},
            )
            found |= {one.id: _agreement(one), version.id: page}
    return found


def quotas(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these places of agreements that the reader sees. Two queries."""
    query = select(Quota.id, Quota.agreement_id).where(Quota.id.in_(ids))
    of = {row.id: row.agreement_id for row in db.session.execute(query)}
    seen = agreements(reader, set(of.values()))
    return {key: seen[agreement_id] for key, agreement_id in of.items() if agreement_id in seen}


def calls(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these calls that the reader keeps, takes part in or may read. One query."""
    found = {}
    for one in db.session.scalars(select(Call).where(Call.id.in_(ids))):
        if call_policies.may_keep(reader, one):
            found[one.id] = Thing(one.title, "exchanges.call_manage", {"call_id": one.id})
        elif one.state in PUBLIC or parties.in_call(reader, one):
            found[one.id] = Thing(one.title, "exchanges.call_detail", {"call_id": one.id})
    return found


def draws(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these draws whose ranking the reader sees. One query."""
    query = select(Draw.id, Call).join(Call, Call.id == Draw.call_id).where(Draw.id.in_(ids))
    return {
        key: Thing(call.title, "exchanges.ranking", {"call_id": call.id})
        for key, call in db.session.execute(query)
        if not DECIDING.isdisjoint(parties.in_call(reader, call))
    }


def allocation_runs(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these allocations that the reader decides on. One query."""
    query = select(AllocationRun).where(AllocationRun.id.in_(ids))
    return {
        one.id: Thing(one.call.title, "exchanges.allocation_run", {"run_id": one.id})
        for one in db.session.scalars(query.options(joinedload(AllocationRun.call)))
        if not DECIDING.isdisjoint(parties.in_call(reader, one.call))
    }


def applications(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these applications that the reader sees, by their numbers. One query."""
    query = select(Application).where(Application.id.in_(ids)).options(joinedload(Application.call))
    found = {}
    for one in db.session.scalars(query):
        number = f"{one.call.code}-{one.number:04d}" if one.number else one.call.code
        if one.applicant_id == reader.user_id:
            page = "exchanges.application_detail"
        elif one.submitted_at is not None and may_see(reader, one):
            page = "exchanges.desk_application"
        else:
            continue
        found[one.id] = Thing(number, page, {"application_id": one.id})
    return found


def documents(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these documents whose application the reader sees. Two queries."""
    query = select(Document.id, Document.application_id).where(Document.id.in_(ids))
    of = {row.id: row.application_id for row in db.session.execute(query)}
    seen = applications(reader, set(of.values()))
    return {key: seen[parent] for key, parent in of.items() if parent in seen}


def allocations(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these held places whose application is on the reader's desk. Two queries.

    Applicants learn on the day of the results whether one is held for them.
    """
    query = (
        select(Allocation.id, Allocation.application_id)
        .join(Application, Application.id == Allocation.application_id)
        .where(Allocation.id.in_(ids), Application.applicant_id != reader.user_id)
    )
    of = {row.id: row.application_id for row in db.session.execute(query)}
    seen = applications(reader, set(of.values()))
    return {key: seen[parent] for key, parent in of.items() if parent in seen}


def stays(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these stays that the reader takes part in, by their numbers. One query."""
    return {key: _stay("exchanges.stay_detail", one) for key, one in _open(reader, ids).items()}


def nominations(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these nominations in whose stay the reader takes part. One query."""
    query = select(Nomination).where(Nomination.id.in_(ids))
    return {
        one.id: Thing(one.mobility.number, "exchanges.nomination_detail", {"nomination_id": one.id})
        for one in db.session.scalars(query.options(joinedload(Nomination.mobility)))
        if parties.in_mobility(reader, one.mobility)
    }


def admissions(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these admissions whose stay the reader takes part in. Two queries."""
    return _parts(reader, HostAdmission, ids, "exchanges.stay_detail")


def conditions(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these conditions whose stay the reader takes part in. Three queries."""
    query = select(AdmissionCondition.id, AdmissionCondition.admission_id).where(
        AdmissionCondition.id.in_(ids)
    )
    of = {row.id: row.admission_id for row in db.session.execute(query)}
    seen = admissions(reader, set(of.values()))
    return {key: seen[parent] for key, parent in of.items() if parent in seen}


def letters(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these letters whose stay the reader takes part in. Two queries."""
    query = select(IssuedDocument.id, IssuedDocument.number, IssuedDocument.mobility_id).where(
        IssuedDocument.id.in_(ids)
    )
    rows = db.session.execute(query).all()
    seen = _open(reader, {row.mobility_id for row in rows})
    page = "exchanges.letter_detail"
    return {
        row.id: Thing(row.number, page, {"mobility_id": row.mobility_id, "letter_id": row.id})
        for row in rows
        if row.mobility_id in seen
    }


def learning_agreements(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these learning agreements whose stay the reader takes part in."""
    return _parts(reader, LearningAgreement, ids, "exchanges.learning_agreement")


def transcripts(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these transcripts whose stay the reader takes part in. Two queries."""
    return _parts(reader, Transcript, ids, "exchanges.recognition")


def recognitions(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these decisions whose stay the reader takes part in. Two queries."""
    return _parts(reader, Recognition, ids, "exchanges.recognition")


def scales(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these scales and distributions that the reader keeps. One query."""
    query = (
        select(GradeScale, GradeTable.id.label("table_id"))
        .outerjoin(GradeTable, GradeTable.scale_id == GradeScale.id)
        .where(or_(GradeScale.id.in_(ids), GradeTable.id.in_(ids)))
    )
    found: dict[UUID, Thing] = {}
    for scale, table_id in db.session.execute(query):
        if recognition.may_keep_scales(reader, scale.institution_id):
            page = _rules_of(scale.name, scale.institution_id)
            found |= {key: page for key in (scale.id, table_id) if key}
    return found


def rules(reader: Actor, ids: Collection[UUID]) -> Found:
    """Return those of these rules of credits and of recognition that the reader keeps.

    Two queries. They are called by their institution.
    """
    found = {}
    kinds: tuple[Any, ...] = (CreditRule, RecognitionRule)
    for kind in kinds:
        query = (
            select(kind.id, kind.institution_id, Institution.name)
            .join(Institution, Institution.id == kind.institution_id)
            .where(kind.id.in_(ids))
        )
        for key, institution_id, name in db.session.execute(query):
            if recognition.may_keep_scales(reader, institution_id):
                found[key] = _rules_of(Text(name), institution_id)
    return found


def _agreement(agreement: Agreement) -> Thing:
    name = f"{agreement.code} {agreement.title}"
    return Thing(name, "exchanges.agreement_detail", {"agreement_id": agreement.id})


def _stay(page: str, stay: Mobility) -> Thing:
    return Thing(f"{stay.number}, {stay.person.display_name}", page, {"mobility_id": stay.id})


def _rules_of(name: Text, institution_id: UUID) -> Thing:
    return Thing(name, "exchanges.scales", {"institution_id": institution_id})


def _open(reader: Actor, ids: Collection[UUID]) -> dict[UUID, Mobility]:
    """Return those of these stays that `mobilities.mobility_for` opens to the reader. One query."""
    is_over = exists().where(
        Nomination.mobility_id == Mobility.id, Nomination.state.in_(OVER_FOR_HOST)
    )
    query = (
        select(Mobility, is_over).where(Mobility.id.in_(ids)).options(joinedload(Mobility.person))
    )
    found = {}
    for stay, over in db.session.execute(query):
        mine = parties.in_mobility(reader, stay)
        if mine and not (over and parties.is_host_alone(mine)):
            found[stay.id] = stay
    return found


def _parts(reader: Actor, kind: Any, ids: Collection[UUID], page: str) -> Found:
    """Return the page of the stay for those of its parts whose stay the reader opens."""
    query = select(kind.id, kind.mobility_id).where(kind.id.in_(ids))
    of = {row.id: row.mobility_id for row in db.session.execute(query)}
    seen = _open(reader, set(of.values()))
    return {key: _stay(page, seen[stay]) for key, stay in of.items() if stay in seen}
