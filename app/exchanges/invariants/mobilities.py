"""What must be true of stays, nominations, admissions and letters at all times."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from app.core.database import db
from app.core.invariants import invariant
from app.core.serials import read_serial
from app.exchanges.letter_texts import digest
from app.exchanges.models.admissions import AdmissionCondition, HostAdmission
from app.exchanges.models.agreements import Allocation
from app.exchanges.models.applications import Application
from app.exchanges.models.letters import ExchangeSeries, IssuedDocument
from app.exchanges.models.mobilities import Mobility
from app.exchanges.models.nominations import Nomination, NominationDecision
from app.exchanges.rules.nominations import proposal_id
from app.exchanges.states.agreements import AllocationState
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.letters import LetterState
from app.exchanges.states.mobilities import (
    ADMITTED,
    BEFORE_ARRIVAL,
    NOT_ADMITTED,
    AdmissionState,
    ConditionState,
    MobilityState,
    NominationState,
)
from app.files.models import StoredFile
from app.files.vault import store

_M, _N, _A = MobilityState, NominationState, AdmissionState
GIVEN_UP = (_M.CANCELLED, _M.NO_SHOW)
UNWANTED = (_N.REJECTED, _N.CANCELLED)


@invariant("Who is nominated has a stay, and who has a stay was nominated.")
def stays_follow_nominations() -> Iterator[str]:
    """Name each application and stay of which the other is missing."""
    query = (
        select(Application.id, Application.state, Mobility.number)
        .outerjoin(Mobility, Mobility.application_id == Application.id)
        .where(
            or_(
                and_(Application.state == ApplicationState.NOMINATED, Mobility.id.is_(None)),
                and_(Application.state != ApplicationState.NOMINATED, Mobility.id.is_not(None)),
            )
        )
    )
    for row in db.session.execute(query):
        yield f"application {row.id} is {row.state}, its stay is {row.number or 'missing'}"


@invariant("A stay holds a place exactly as long as nobody gave it up.")
def stays_hold_places() -> Iterator[str]:
    """Name each stay that holds a place it has no right to, or none though it has.

    Whoever has come holds one, whatever was written afterwards. A host that did not admit somebody
    gave the place up; a proposal that waits for its answer holds one again.
    """
    query = (
        select(
            Mobility.number, Mobility.state, Nomination.state, HostAdmission.state, Allocation.id
        )
        .join(Nomination, Nomination.mobility_id == Mobility.id)
        .outerjoin(HostAdmission, HostAdmission.mobility_id == Mobility.id)
        .outerjoin(
            Allocation,
            and_(
                Allocation.application_id == Mobility.application_id,
                Allocation.state == AllocationState.HELD,
            ),
        )
        .where(Mobility.application_id.is_not(None))
    )
    for number, state, answer, admission, held in db.session.execute(query):
        refused = admission in NOT_ADMITTED and answer == _N.APPROVED
        is_wanted = answer not in UNWANTED and not refused
        wanted = state not in GIVEN_UP and (state not in BEFORE_ARRIVAL or is_wanted)
        if wanted != (held is not None):
            yield (
                f"{number}: {state}, nomination {answer}, admission {admission},"
                f" place {'held' if held else 'free'}"
            )


@invariant("Nobody prepares a stay, or is on one, to which the host has not agreed.")
def stays_were_agreed_to() -> Iterator[str]:
    """Name each stay that went on without the approval and the admission of the host.

    A changed plan may wait for its answer as long as nobody has come.
    """
    going_on = Mobility.state.not_in((_M.PLANNED, *GIVEN_UP))
    changed = and_(Nomination.state == _N.PENDING, Mobility.state.in_(BEFORE_ARRIVAL))
    agreed = and_(or_(Nomination.state == _N.APPROVED, changed), HostAdmission.state.in_(ADMITTED))
    query = (
        select(Mobility.number, Mobility.state, Nomination.state, HostAdmission.state)
        .outerjoin(Nomination, Nomination.mobility_id == Mobility.id)
        .outerjoin(HostAdmission, HostAdmission.mobility_id == Mobility.id)
        .where(going_on, or_(HostAdmission.id.is_(None), Nomination.id.is_(None), ~agreed))
    )
    for row in db.session.execute(query):
        yield f"{row[0]}: {row[1]}, nomination {row[2]}, admission {row[3]}"


@invariant("A proposal's id is the hash of its content, and an answer names what it is about.")
def proposals_are_named_by_content() -> Iterator[str]:
    """Name each nomination whose id or answer does not fit what is proposed."""
    answered = select(NominationDecision.id).where(
        NominationDecision.nomination_id == Nomination.id,
        NominationDecision.proposal_id == Nomination.proposal_id,
    )
    query = select(Nomination, answered.exists()).execution_options(yield_per=200)
    for nomination, is_answered in db.session.execute(query):
        if proposal_id(nomination.content) != nomination.proposal_id:
            yield f"nomination {nomination.id}: the id is not that of the content"
        if nomination.state in (_N.APPROVED, _N.REJECTED) and not is_answered:
            yield f"nomination {nomination.id}: {nomination.state} without an answer"


@invariant("Who is admitted has no open condition.")
def nobody_is_admitted_with_open_conditions() -> Iterator[str]:
    """Name each admission that holds though a condition is open, and the reverse."""
    is_open = (
        select(func.count())
        .select_from(AdmissionCondition)
        .where(
            AdmissionCondition.admission_id == HostAdmission.id,
            AdmissionCondition.state == ConditionState.OPEN,
        )
        .scalar_subquery()
    )
    query = select(HostAdmission.id, HostAdmission.state, is_open).where(
        HostAdmission.state.in_((_A.ACCEPTED, _A.LETTER_ISSUED, _A.CONFIRMED_COMING)), is_open > 0
    )
    for admission_id, state, number in db.session.execute(query):
        yield f"admission {admission_id}: {state} with {number} open conditions"


@invariant("What a letter says, and its file, are as they were frozen.")
def letters_are_frozen() -> Iterator[str]:
    """Name each letter whose snapshot or file has another hash than the one noted."""
    query = select(IssuedDocument, StoredFile).outerjoin(
        StoredFile, StoredFile.id == IssuedDocument.file_id
    )
    for letter, file in db.session.execute(query.execution_options(yield_per=200)):
        if digest(letter.snapshot) != letter.snapshot_sha256:
            yield f"{letter.number}: the snapshot was changed"
        if letter.state == LetterState.PENDING:
            continue
        if file is None or file.sha256 != letter.pdf_sha256:
            yield f"{letter.number}: the file is not the one that was issued"
        elif _on_disk(file.sha256) != file.sha256:
            yield f"{letter.number}: the file is missing or was changed"


@invariant("Numbers of letters and stays have no gap within an institution, series and year.")
def numbers_have_no_gap() -> Iterator[str]:
    """Name each series in which a number is missing, and each number that is mistyped."""
    given: dict[tuple[object, str, int], set[int]] = {}
    letters = select(IssuedDocument.institution_id, IssuedDocument.number)
    stays = select(Mobility.sending_institution_id, Mobility.number)
    for query in (letters, stays):
        for institution_id, number in db.session.execute(query):
            serial = read_serial(number)
            if serial is None:
                yield f"{number}: the check characters are wrong"
                continue
            key = (institution_id, serial.series, serial.year)
            given.setdefault(key, set()).add(serial.number)
    for row in db.session.scalars(select(ExchangeSeries)):
        found = given.get((row.institution_id, row.series, row.year), set())
        if found != set(range(1, row.last + 1)):
            yield f"{row.institution_id} {row.series}{row.year}: {len(found)} of {row.last} numbers"


def _on_disk(sha256: str) -> str:
    try:
        return hashlib.sha256(store().get(sha256)).hexdigest()
    except FileNotFoundError:
        return ""
