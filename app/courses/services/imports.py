"""Enrolling the people of a list: read, looked at, then applied whole or not at all, once."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.rules import address_key, is_address
from app.accounts.services.invitations import invite_to_take_part
from app.accounts.services.names import checked, script_by_letters
from app.accounts.services.sign_up import Newcomer
from app.accounts.states import AccountState
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.ids import new_id
from app.core.names import display_name
from app.core.spreadsheets import (
    Limits,
    Sheet,
    SheetProblem,
    UnreadableSheet,
    match_headers,
    read_sheet,
    records,
)
from app.courses import policies
from app.courses.models.enrolments import EnrolmentImport
from app.courses.models.runs import Run
from app.courses.queries import imports as queries
from app.courses.queries import prerequisites, runs
from app.courses.services import enrolments
from app.courses.services.additions import require_published
from app.courses.states import EnrolmentSource

LIMITS = Limits(rows=2_000)
HEADERS = {
    "email": ("E-mail", "Email", "E-mail address", "Mail", "邮箱", "电子邮箱", "Е-пошта", "Имејл"),
    "name": ("Name", "Full name", "Ime i prezime", "Име и презиме", "姓名"),
    "given": ("Given name", "First name", "Ime", "Име", "名"),
    "family": ("Family name", "Last name", "Surname", "Prezime", "Презиме", "姓"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row with an address, as it stands in the file."""

    row: int
    email: str
    name: str = ""
    given: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Line(Entry):
    """One row that will be enrolled; without an account the person is invited."""

    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a list did; `before` is when it had been applied already."""

    enrolled: int = 0
    invited: int = 0
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row; rows count from 1 as in the file."""

    row: int
    column: str
    value: str
    reason: str


def upload(actor: Actor, run_id: UUID, data: bytes, file_name: str) -> UUID:
    """Read a list and keep it with what is wrong in it, to be looked at; return its id.

    The same file for the same run is the same list; one that was not applied is read anew.
    Raises NotFound, Forbidden, Invalid (what cannot be read at all).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    return _keep(actor, run_id, (sha256, file_name), *_read(data))


@atomic()
def _keep(
    actor: Actor,
    run_id: UUID,
    file: tuple[str, str],
    lines: list[Entry],
    faults: list[Fault],
) -> UUID:
    run = runs.locked(run_id)
    policies.may_manage_places.require(actor, run)
    require_published(run)
    sha256, file_name = file
    insert_new(
        EnrolmentImport,
        id=new_id(),
        run_id=run.id,
        sha256=sha256,
        file_name=" ".join(file_name.split())[:200],
        rows="{}",
        created_by=actor.user_id,
    )
    kept = queries.with_hash(run.id, sha256)
    if kept.applied_at is None:
        good, bad = _matched(run, lines)
        kept.rows = _as_json(good, sorted([*faults, *bad], key=lambda one: one.row))
    return kept.id


@atomic()
def apply(actor: Actor, import_id: UUID, *, leave_out: bool = False, reason: str = "") -> Applied:
    """Enrol everybody on the list in its order, or nobody; invite those without an account.

    Applying it again does nothing. Whoever finds no seat joins the queue; whoever has not completed
    what must come before is let in with the reason. Raises NotFound, Forbidden, Invalid (errors
    that were not to be left out, no reason), Conflict (queue full), WrongState, TooMany
    (invitations).
    """
    run = runs.locked(queries.run_id_of(import_id))
    kept = queries.locked(import_id)
    policies.may_manage_places.require(actor, run)
    if kept.applied_at is not None:
        return Applied(before=kept.applied_at)
    require_published(run)
    good, bad = read_back(kept)
    if bad and not leave_out:
        raise Invalid(
            _("Some rows have errors. Correct the file, or leave these rows out."),
            field="leave_out",
        )
    if not good:
        raise Invalid(_("There is nobody to enrol."))
    joined = queries.people_in(run.id)
    people = {
        email: user_id
        for email, (user_id, _state) in _people({line.email for line in good}).items()
    }
    lacking = lacking_in(run, good)
    if lacking and not reason.strip():
        raise Invalid(
            ngettext(
                "%(num)s person has not completed what must come before. Say why they are enrolled"
                " all the same.",
                "%(num)s people have not completed what must come before. Say why they are enrolled"
                " all the same.",
                len(lacking),
            ),
            field="reason",
        )
    enrolled = invited = 0
    for line in good:
        user_id = people.get(line.email) or _invited(actor, run, line)
        if user_id not in joined:
            joined.add(user_id)
            why = reason.strip() if line.email in lacking else ""
            enrolments.seat(actor, run, user_id, source=EnrolmentSource.IMPORT, reason=why)
            enrolled, invited = enrolled + 1, invited + (line.email not in people)
    kept.applied_at = now()
    audit.record(
        actor,
        "courses.import",
        run.id,
        kind="run",
        institution_id=run.institution_id,
        changes={
            "enrolled": [0, enrolled],
            "invited": [0, invited],
            "file": [None, kept.sha256],
        },
    )
    return Applied(enrolled, invited)


def lacking_in(run: Run, lines: list[Line]) -> set[str]:
    """Return the addresses whose people have not completed what must come before the run's course.

    Whoever has no account yet has completed nothing.
    """
    if not prerequisites.required_by(run.course_id):
        return set()
    known = {UUID(line.user_id): line.email for line in lines if line.user_id}
    missing = prerequisites.missing_of(run.course_id, known)
    return {known[one] for one in missing} | {line.email for line in lines if not line.user_id}


def read_back(kept: EnrolmentImport) -> tuple[list[Line], list[Fault]]:
    """Return what was read of a list: who will be enrolled, and what is wrong."""
    stored: dict[str, list[dict[str, Any]]] = json.loads(kept.rows)
    good = [Line(**line) for line in stored.get("good", [])]
    return good, [Fault(**fault) for fault in stored.get("bad", [])]


def _as_json(good: list[Line], bad: list[Fault]) -> str:
    rows = {"good": [asdict(line) for line in good], "bad": [asdict(fault) for fault in bad]}
    return json.dumps(rows, ensure_ascii=False)


def _invited(actor: Actor, run: Run, line: Line) -> UUID:
    newcomer = Newcomer(
        line.email, line.given, line.family, locale=actor.locale, timezone=run.timezone
    )
    return invite_to_take_part(actor, newcomer)


def _read(data: bytes) -> tuple[list[Entry], list[Fault]]:
    """Return each row that has the right shape, and the others' faults."""
    try:
        sheet: Sheet = read_sheet(data, limits=LIMITS)
    except UnreadableSheet as error:
        raise Invalid(error.problem.message, field="file") from None
    headers = match_headers(sheet.header, HEADERS, required=("email",))
    if headers.problems:
        raise Invalid(headers.problems[0].message, field="file")
    faults = [_fault(problem) for problem in sheet.problems]
    lines = []
    for number, fields in records(sheet, headers.columns):
        email = fields.get("email", "")
        if is_address(email):
            given, family = fields.get("given", "")[:200], fields.get("family", "")[:200]
            name = fields.get("name", "")[:200] or display_name(given, family)
            lines.append(Entry(number, address_key(email), name, given, family))
        else:
            reason = _("This is no e-mail address.") if email else _("The address is missing.")
            faults.append(Fault(number, "email", email[:200], reason))
    return lines, faults


def _matched(run: Run, lines: list[Entry]) -> tuple[list[Line], list[Fault]]:
    """Find the person behind each address; one without an account needs a name to be invited."""
    known = _people({line.email for line in lines})
    joined = queries.people_in(run.id)
    seen: dict[str, int] = {}
    good: list[Line] = []
    bad: list[Fault] = []
    for line in lines:
        email, reason = line.email, ""
        user_id, state = known.get(email, (None, None))
        if email in seen:
            reason = _("The same address stands in row %(row)s.", row=seen[email])
        elif user_id is None:
            reason = _fault_of_name(line)
        elif state in (AccountState.SUSPENDED, AccountState.ERASED):
            reason = _("This account is closed.")
        elif user_id in joined:
            reason = _("This person is in the run already.")
        seen.setdefault(email, line.row)
        if reason:
            bad.append(Fault(line.row, "email", email, reason))
        else:
            good.append(Line(**asdict(line), user_id=str(user_id or "")))
    return good, bad


def _fault_of_name(line: Entry) -> str:
    """Return why a person without an account cannot be invited; "" when nothing is wrong."""
    if not line.given.strip():
        return _(
            "Nobody has this address. With a given name and a family name in columns of their"
            " own, the person is invited."
        )
    try:
        checked(script_by_letters(line.given, line.family), line.given, line.family)
    except Invalid as error:
        return str(error)
    return ""


def _people(addresses: set[str]) -> dict[str, tuple[UUID, AccountState]]:
    found: dict[str, tuple[UUID, AccountState]] = {}
    wanted = sorted(addresses)
    for start in range(0, len(wanted), 500):
        query = select(User.email_key, User.id, User.state).where(
            User.email_key.in_(wanted[start : start + 500])
        )
        found |= {row.email_key: (row.id, row.state) for row in db.session.execute(query)}
    return found


def _fault(problem: SheetProblem) -> Fault:
    return Fault(problem.row, problem.column, problem.value, problem.message)
