"""Promising certificates: which design those who complete a run get without being asked."""

from uuid import UUID

from app.certificates import policies, queries
from app.core.actor import Actor
from app.core.database import atomic
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.courses.queries import runs
from app.courses.services.runs import promise_certificate


@atomic()
def promise(actor: Actor, run_id: UUID, design_id: UUID | None) -> None:
    """Have everyone who completes the run from now on get a certificate; None: nobody.

    Raises NotFound, Forbidden, WrongState, and Invalid for a design that is not in use.
    """
    run = runs.locked(run_id)
    if not policies.may_issue(actor, run):
        raise NotFound(_("There is no such run."))
    offered = {one.design_id for one in queries.designs.published_for(run.institution_id)}
    if design_id is not None and design_id not in offered:
        raise Invalid(_("This design is not in use. Choose another one."), field="design_id")
    promise_certificate(actor, run_id, design_id)
