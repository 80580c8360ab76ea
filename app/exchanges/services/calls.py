"""Writing calls and leading them through their life."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import Text, atomic, db
from app.core.errors import Conflict, Invalid, NotFound, WrongState
from app.core.events import announce
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.courses.services import changes
from app.exchanges.events import CallCancelled, CallExtended
from app.exchanges.models.calls import Call, Extension, FormVersion, RuleSet
from app.exchanges.notices import calls as notices
from app.exchanges.policies import calls as policies
from app.exchanges.policies import parties
from app.exchanges.queries import calls as queries
from app.exchanges.rules import publication
from app.exchanges.rules.phases import standing
from app.exchanges.services import call_clock, call_plans, steps
from app.exchanges.services.call_plans import CallPlan
from app.exchanges.states.calls import CALL, CallState
from app.institutions.models import Institution


@atomic()
def create_call(actor: Actor, institution_id: UUID, plan: CallPlan) -> UUID:
    """Write a new call, as a draft with a first form and no rules yet.

    Raises NotFound, Forbidden, Invalid.
    """
    institution = db.session.get(Institution, institution_id)
    if institution is None:
        raise NotFound(_("There is no such institution."))
    policies.require_office(actor, institution_id)
    call = Call(
        institution_id=institution_id,
        created_by=actor.user_id,
        audience=call_plans.addressing(plan, {}),
        **call_plans.values(plan, institution_id),
    )
    begin(actor, call)
    made: dict[str, Any] = {"call_id": call.id, "number": 1, "created_by": actor.user_id}
    db.session.add(RuleSet(rules=[], **made))
    db.session.add(
        FormVersion(fields=[call_plans.first_field()], steps=[call_plans.first_step()], **made)
    )
    call_plans.index(call)
    return call.id


@atomic()
def edit_call(actor: Actor, call_id: UUID, plan: CallPlan, *, version: int | None = None) -> None:
    """Change a draft. Raises NotFound, Forbidden, WrongState, Invalid, Conflict."""
    call = kept(actor, call_id)
    if call.state != CallState.DRAFT:
        raise WrongState(_("What is published stays as it is; only its texts can change."))
    changes.require_version(call, version)
    values = call_plans.values(plan, call.institution_id, but=call.id)
    is_elsewhere = {"kind", "academic_year"} & {n for n in values if getattr(call, n) != values[n]}
    if is_elsewhere and queries.destinations(call.id):
        message = _("Remove the destinations first: their places are of this kind and year.")
        raise Invalid(message, field=is_elsewhere.pop())
    _change(actor, call, values | {"audience": call_plans.addressing(plan, call.audience)})


@atomic()
def edit_texts(
    actor: Actor,
    call_id: UUID,
    *,
    title: Mapping[str, str],
    summary: Mapping[str, str],
    description: Mapping[str, str],
    chair_id: UUID | None,
    version: int | None = None,
) -> None:
    """Change how a call is described, and who chairs its committee, also once it is published.

    Raises NotFound, Forbidden, WrongState, Invalid, Conflict.
    """
    call = kept(actor, call_id)
    if call.state in (CallState.CANCELLED, CallState.ARCHIVED):
        raise WrongState(_("This call is over; it stays as it was."))
    changes.require_version(call, version)
    if not title.get("en"):
        raise Invalid(_("Write the title in English at least."), field="title")
    texts = {"title": Text(title), "summary": Text(summary), "description": Text(description)}
    _change(actor, call, texts | {"chair_id": call_plans.chair_of(call, chair_id)})


@atomic()
def publish(actor: Actor, call_id: UUID) -> None:
    """Let everyone read a call. Raises NotFound, Forbidden, WrongState, Invalid."""
    call = take(actor, call_id, "publish")
    gaps = publication.gaps(queries.contents(call), now())
    if gaps:
        raise Invalid(_("The call is not complete yet. See what is missing."))
    call.published_at = now()
    call.version += 1
    call_clock.catch_up(call)


@atomic()
def extend(
    actor: Actor, call_id: UUID, closes: datetime, *, reason: str, release: datetime | None = None
) -> None:
    """Let a call close later: everyone sees it, and people with drafts are told.

    Times are local, on the call's clock. Results are never released before the new closing.
    Raises NotFound, Forbidden, WrongState, Invalid.
    """
    call = _current(actor, call_id, "extend")
    action = "extend" if call.state == CallState.PUBLISHED else "extend_open"
    _move(actor, call, action, reason)
    _require_reason(reason)
    zone = call.timezone
    before, after = call.closes_at, call_plans.moment_of(closes, zone, "closes")
    if after <= max(before, now()):
        raise Invalid(_("The new closing must be later than the present one."), field="closes")
    released = call_plans.moment_of(release, zone, "release") if release else call.release_at
    if release and released < after:
        raise Invalid(_("Results cannot be released before the call closes."), field="release")
    call.closes_at, call.release_at = after, max(released, after)
    call.version += 1
    extension = Extension(
        call_id=call.id, before=before, after=after, reason=reason, by=actor.user_id, at=now()
    )
    db.session.add(extension)
    record(actor, call, "extend_call", {"closes_at": [before, after]})
    announce(CallExtended(call.id, before, after))
    notices.call_extended(call, before, reason)


@atomic()
def close(actor: Actor, call_id: UUID) -> None:
    """Take no more applications from now on, before the published time.

    People with drafts are told. Raises NotFound, Forbidden, WrongState.
    """
    call = _current(actor, call_id, "close")
    _move(actor, call, "close")
    call.closes_at = min(call.closes_at, now())
    call.version += 1
    call_clock.closed(call)
    notices.call_closed(call)


@atomic()
def cancel(actor: Actor, call_id: UUID, *, reason: str) -> None:
    """Give up a call and tell everyone who has an application, with the reason.

    Raises NotFound, Forbidden, WrongState, Invalid without a reason.
    """
    call = _current(actor, call_id, "cancel")
    _move(actor, call, "cancel", reason)
    _require_reason(reason)
    announce(CallCancelled(call.id, reason))
    notices.call_cancelled(call, reason)


@atomic()
def begin_selection(actor: Actor, call_id: UUID) -> None:
    """Begin to review what was sent. Raises NotFound, Forbidden, WrongState."""
    _move(actor, _current(actor, call_id, "begin_selection"), "begin_selection")


@atomic()
def archive(actor: Actor, call_id: UUID) -> None:
    """Put a call away that is over, when nobody waits for anything in it any more.

    Raises NotFound, Forbidden, WrongState, Conflict.
    """
    take(actor, call_id, "archive")
    if left := queries.left_open(call_id):
        raise Conflict(
            ngettext(
                "%(num)s application of this call is still open. Bring it to its end first.",
                "%(num)s applications of this call are still open. Bring them to their end first.",
                left,
            )
        )


def take(actor: Actor, call_id: UUID, action: str, reason: str = "") -> Call:
    """Move a call by an action that its table allows this actor, and return it."""
    call = seen(actor, call_id)
    _move(actor, call, action, reason)
    return call


def seen(actor: Actor, call_id: UUID) -> Call:
    """Return a call under a lock; raises NotFound unless the actor may see it."""
    call = queries.locked(call_id)
    if not queries.may_see(actor, call):
        raise NotFound(_("There is no such call."))
    return call


def kept(actor: Actor, call_id: UUID) -> Call:
    """Return a call under a lock for its office to change; raises NotFound, Forbidden."""
    call = seen(actor, call_id)
    policies.require_keeper(actor, call)
    return call


def changing(actor: Actor, call_id: UUID, states: Collection[CallState]) -> Call:
    """Return a call under a lock for its office to change while it is in one of these states.

    Raises NotFound, Forbidden, WrongState.
    """
    call = kept(actor, call_id)
    if standing(call, now()) not in states:
        raise WrongState(_("The call has gone on; this cannot be changed any more."))
    call.version += 1
    return call


def record(actor: Actor, call: Call, verb: str, changed: Mapping[str, Sequence[Any]]) -> None:
    """Note what was changed of a call."""
    audit.record(
        actor,
        f"exchanges.{verb}",
        call.id,
        kind=CALL.kind,
        institution_id=call.institution_id,
        changes=changed,
    )


def begin(actor: Actor, call: Call) -> None:
    """Store a new call as a draft."""
    audit.begin(actor, call, CALL.machine, kind=CALL.kind, institution_id=call.institution_id)
    db.session.add(call)
    db.session.flush()


def _current(actor: Actor, call_id: UUID, action: str) -> Call:
    """Return a call under a lock, its state as the time has it, for one who may do this."""
    call = seen(actor, call_id)
    CALL.require(parties.in_call(actor, call), action)
    call_clock.catch_up(call)
    return call


def _move(actor: Actor, call: Call, action: str, reason: str = "") -> None:
    steps.take(
        actor,
        call,
        CALL,
        action,
        parties=parties.in_call(actor, call),
        institution_id=call.institution_id,
        reason=reason,
    )


def _change(actor: Actor, call: Call, values: Mapping[str, Any]) -> None:
    changed = changes.apply(call, values)
    if not changed:
        return
    call.version += 1
    call_plans.index(call)
    record(actor, call, "edit_call", changed)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
