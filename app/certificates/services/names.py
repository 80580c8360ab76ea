"""Confirming names for printing: the holder says that they are right, letter by letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import PersonName
from app.accounts.states import NameOrder, Script
from app.audit import services as audit
from app.certificates import notices, policies
from app.certificates.jobs import ISSUE_WHEN_READY
from app.certificates.names import as_printed
from app.certificates.queries import certificates
from app.certificates.queries.eligibility import letters_missing
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.names import InvalidName, check_script, clean_name
from app.courses.models.runs import Run

LONGEST_PRINTED = 120


@dataclass(frozen=True, slots=True)
class Typed:
    """A name as its holder typed it."""

    given: str
    family: str
    order: NameOrder


@atomic()
def confirm(actor: Actor, names: Mapping[Script, Typed]) -> None:
    """Keep and confirm the actor's own names; scripts that are left empty lose theirs.

    A name that cannot be printed is refused with the character named. Certificates that waited
    for the names are issued. Raises Invalid, naming the field.
    """
    if actor.is_anonymous:
        raise Forbidden(_("Please sign in first."))
    rows = {row.script: row for row in _locked(actor.user_id)}
    changes = {
        str(script): list(_changed(actor.user_id, script, rows.get(script), typed))
        for script, typed in names.items()
    }
    audit.record(
        actor, "certificates.confirm_names", actor.user_id, kind="person_name", changes=changes
    )
    db.session.flush()
    for enrolment, run in certificates.awaited_by(actor):
        if run.certificate_design_id is not None:
            ISSUE_WHEN_READY.put(enrolment.id)


def _changed(
    user_id: UUID, script: Script, row: PersonName | None, typed: Typed
) -> tuple[str | None, str | None]:
    """Keep one name; return how it was printed before and how it is from now on."""
    before = as_printed(row) if row else None
    if not typed.given.strip() and not typed.family.strip():
        if script == Script.LATIN:
            raise Invalid(_("Write your name in Latin letters."), field="latin_given")
        if row:
            db.session.delete(row)
        return before, None
    given = _checked(typed.given, script, f"{script}_given")
    family = _checked(typed.family, script, f"{script}_family")
    if row is None:
        row = PersonName(user_id=user_id, script=script)
        db.session.add(row)
    row.given, row.family, row.order, row.confirmed_at = given, family, typed.order, now()
    if len(as_printed(row)) > LONGEST_PRINTED:
        message = _("Use at most %(max)s characters.", max=LONGEST_PRINTED)
        raise Invalid(message, field=f"{script}_given")
    return before, as_printed(row)


@atomic()
def ask_to_confirm(actor: Actor, run_id: UUID, user_ids: list[UUID]) -> int:
    """Ask people of a run to confirm their names; return how many were asked, once a day each."""
    run = db.session.get(Run, run_id)
    if run is None:
        raise NotFound(_("There is no such run."))
    policies.may_issue.require(actor, run)
    day = now().date().isoformat()
    for user_id in user_ids:
        notices.names_wanted(user_id, run, key=f"names-wanted:{run.id}:{day}")
    audit.record(
        actor,
        "certificates.ask_for_names",
        run.id,
        kind="course_run",
        institution_id=run.institution_id,
        changes={"people": [0, len(user_ids)]},
    )
    return len(user_ids)


def _checked(text: str, script: Script, field: str) -> str:
    if not text.strip():
        return ""
    try:
        name = clean_name(text)
        check_script(name, script)
    except InvalidName as error:
        raise Invalid(error.message, field=field) from error
    if missing := letters_missing(name):
        raise Invalid(
            _("This cannot be printed: %(characters)s.", characters=" ".join(missing[:5])),
            field=field,
        )
    return name


def _locked(user_id: UUID) -> list[PersonName]:
    query = (
        select(PersonName)
        .where(PersonName.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))
