"""Confirming names for printing: the holder says that they are right, letter by letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.accounts.queries import people
from app.accounts.services import names as names_of_people
from app.accounts.states import NameOrder, Script
from app.audit import services as audit
from app.certificates import notices, policies
from app.certificates.jobs import ISSUE_WHEN_READY
from app.certificates.queries import certificates
from app.certificates.queries.eligibility import letters_missing
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.names import display_name
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
    kept = {Script(one.script) for one in people.names_of(actor.user_id)}
    for script, typed in names.items():
        if typed.given.strip() or typed.family.strip():
            _keep(actor, script, typed)
        elif script == Script.LATIN:
            raise Invalid(_("Write your name in Latin letters."), field="latin_given")
        elif script in kept:
            names_of_people.remove_name(actor, script)
    for enrolment, run in certificates.awaited_by(actor):
        if run.certificate_design_id is not None:
            ISSUE_WHEN_READY.put(enrolment.id)


def _keep(actor: Actor, script: Script, typed: Typed) -> None:
    for part, text in (("given", typed.given), ("family", typed.family)):
        if missing := letters_missing(" ".join(text.split())):
            raise Invalid(
                _("This cannot be printed: %(characters)s.", characters=" ".join(missing[:5])),
                field=f"{script}_{part}",
            )
    if len(display_name(typed.given, typed.family, typed.order)) > LONGEST_PRINTED:
        message = _("Use at most %(max)s characters.", max=LONGEST_PRINTED)
        raise Invalid(message, field=f"{script}_given")
    try:
        names_of_people.save_name(actor, script, typed.given, typed.family, typed.order)
    except Invalid as error:
        raise Invalid(str(error), field=f"{script}_{error.field}") from error
    names_of_people.confirm_name(actor, script)


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
