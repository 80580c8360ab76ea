"""Filling in an application: one draft a call, saved step by step, lost in no window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.accounts.models import User
from app.accounts.queries.sign_ins import user_by_address
from app.audit import services as audit
from app.core.actor import Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, NotFound, WrongState
from app.core.i18n import gettext as _
from app.core.names import search_text
from app.exchanges.models.applications import Application, Preference
from app.exchanges.models.calls import Call
from app.exchanges.policies import applications as policies
from app.exchanges.policies import calls as call_policies
from app.exchanges.queries import applications as queries
from app.exchanges.queries import calls, reviews
from app.exchanges.rules import facts as fact_rules
from app.exchanges.rules import forms
from app.exchanges.rules.phases import accepts
from app.exchanges.states.applications import APPLICATION, ApplicationState
from app.exchanges.states.calls import CallState
from app.exchanges.words.calls import NOT_MEANT
from app.exchanges.words.selection import STAKES
from app.institutions import queries as institutions

ABOUT, WISHES, FORM = "about", "preferences", "form"
"""Steps that are saved here; those of the call's own form are `form-1`, `form-2` ..."""

MOST_SEARCHED = 1000
_KEPT_ELSEWHERE = (forms.FieldType.PREFERENCES, forms.FieldType.FILE)
"""Questions whose answers are rows and files of their own."""


class StaleStep(Conflict):
    """Another window has saved this step since; what it saved is in the application."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a step came to: its new revision, and what could not be kept, by name."""

    revision: int
    faults: dict[str, str] = field(default_factory=dict)


@atomic()
def start(actor: Actor, call_id: UUID) -> Application:
    """Begin an application; one that is under way is returned as it is.

    Raises NotFound, Forbidden (not meant for this person, or they decide in the call), WrongState
    (not open now).
    """
    calls.call_for(actor, call_id)
    call = calls.locked(call_id)
    existing = queries.active_one(call.id, actor.user_id)
    if existing is not None:
        return existing
    if not accepts(call, now()):
        raise WrongState(_("This call takes no applications at the moment."))
    require_no_stake(actor, call)
    _require_audience(actor, call)
    person = db.session.get_one(User, actor.user_id)
    application = Application(
        call_id=call.id,
        applicant_id=person.id,
        institution_id=call.institution_id,
        form_version_id=calls.current_form(call.id).id,
        answers={},
        facts={},
        saved={},
        search_text=searched(person, call, None),
    )
    audit.begin(
        actor,
        application,
        APPLICATION.machine,
        kind=APPLICATION.kind,
        institution_id=call.institution_id,
    )
    db.session.add(application)
    db.session.flush()
    return application


@atomic()
def save_step(
    actor: Actor,
    application_id: UUID,
    step: str,
    values: Mapping[str, Any],
    *,
    revision: int,
) -> Saved:
    """Save what one step asks, as far as it makes sense, and say what could not be kept.

    `revision` is the one the window was shown: when another window has saved other things in
    this step since, StaleStep is raised and nothing is changed. Leaves no line in the trail, as
    nobody but the writer reads a draft; what is sent is noted with its hash. Raises NotFound,
    Forbidden, WrongState.
    """
    application = queries.locked_for(actor, application_id)
    policies.may_write.require(actor, application)
    require_writable(application)
    before = _stored(application, step)
    faults = _SAVERS[step.partition("-")[0]](application, step, values)
    if _stored(application, step) == before:
        return Saved(application.revision, faults)
    if application.saved.get(step, 0) > revision:
        raise StaleStep(_("Another window has saved this step since you opened it."))
    application.revision += 1
    application.saved = application.saved | {step: application.revision}
    return Saved(application.revision, faults)


def require_no_stake(actor: Actor, call: Call) -> None:
    """Raise Forbidden, with the reason, for whoever chairs, runs or judges in the call."""
    if stake := reviews.stake_in(actor, call):
        raise Forbidden(str(STAKES[stake]))


def require_writable(application: Application) -> None:
    """Raise WrongState unless the application is in its applicant's hands, and in time."""
    if not policies.is_writable(application):
        raise WrongState(_("This application has been sent; it cannot be changed now."))
    if not is_in_time(application):
        raise WrongState(_("The time to send this application is over."))


def is_in_time(application: Application) -> bool:
    """Tell whether an application, whose call is loaded, may still be sent by the clock."""
    if application.call.state == CallState.CANCELLED:
        return False
    if application.state == ApplicationState.RETURNED:
        return application.due_at is not None and now() < application.due_at
    return accepts(application.call, now())


def searched(person: User, call: Call, number: int | None) -> str:
    """Return the text by which an office finds an application."""
    words = search_text(call.code, f"{call.code}-{number:04d}" if number else "")
    return f"{person.search_text} {words}"[:MOST_SEARCHED]


def _stored(application: Application, step: str) -> Any:
    """Return what a step holds, to tell whether saving it changes anything."""
    query = select(Preference.destination_id).where(Preference.application_id == application.id)
    wishes = list(db.session.scalars(query.order_by(Preference.position)))
    if step == ABOUT:
        return dict(application.facts), application.unit_id
    return wishes if step == WISHES else (wishes, dict(application.answers))


def _save_about(application: Application, _step: str, values: Mapping[str, Any]) -> dict[str, str]:
    kept, faults = fact_rules.clean(values)
    application.facts = application.facts | kept
    if "supervisor_email" in kept:
        found = user_by_address(kept["supervisor_email"]) if kept["supervisor_email"] else None
        application.supervisor_id = found.id if found else None
    found_faults = dict.fromkeys(faults, "wrong")
    if "unit_id" in values:
        units = {one.id for one, _depth in institutions.units_of([application.institution_id])}
        if values["unit_id"] is None or values["unit_id"] in units:
            application.unit_id = values["unit_id"]
        else:
            found_faults["unit_id"] = "wrong"
    return found_faults


def _save_answers(application: Application, step: str, values: Mapping[str, Any]) -> dict[str, str]:
    asked = forms.in_step(queries.form_of(application).fields, step_number(step))
    if not asked:
        raise NotFound(_("This form has no such step."))
    fields = [
        one for one in asked if one["type"] not in _KEPT_ELSEWHERE and str(one["id"]) in values
    ]
    kept, faults = forms.clean(fields, values, partial=True)
    gone = {str(one["id"]) for one in fields} - set(kept) - set(faults)
    others = {key: value for key, value in application.answers.items() if key not in gone}
    application.answers = others | kept
    found = {key: str(fault) for key, fault in faults.items()}
    wishes = forms.preferences_field(asked)
    if wishes is not None and str(wishes["id"]) in values:
        fault = _keep_wishes(application, values[str(wishes["id"])])
        found |= {str(wishes["id"]): fault} if fault else {}
    return found


def _save_wishes(application: Application, _step: str, values: Mapping[str, Any]) -> dict[str, str]:
    fault = _keep_wishes(application, values.get("wishes"))
    return {"wishes": fault} if fault else {}


def _keep_wishes(application: Application, values: Any) -> str:
    """Keep the destinations in their order; each once, all of this call, no more than it takes."""
    offered = {str(one.id): one.id for one in calls.destinations(application.call_id)}
    field: dict[str, Any] = {
        "id": "wishes",
        "type": forms.FieldType.PREFERENCES,
        "limits": {"max": application.call.max_preferences},
    }
    typed = [str(one) for one in values] if isinstance(values, list | tuple) else values
    kept, faults = forms.clean([field], {"wishes": typed}, partial=True, destinations=offered)
    if faults:
        return str(faults["wishes"])
    db.session.execute(delete(Preference).where(Preference.application_id == application.id))
    db.session.add_all(
        Preference(application_id=application.id, position=position, destination_id=offered[one])
        for position, one in enumerate(kept.get("wishes", ()), start=1)
    )
    db.session.flush()
    return ""


def step_number(step: str) -> int:
    """Return which step of the call's form `form-2` is; raises NotFound."""
    kind, _dash, number = step.partition("-")
    if kind != FORM or not number.isascii() or not number.isdigit() or len(number) > 2:  # noqa: PLR2004 -- digits
        raise NotFound(_("This form has no such step."))
    return int(number)


def _require_audience(actor: Actor, call: Call) -> None:
    if not call_policies.is_meant_for(actor, call):
        raise Forbidden(str(NOT_MEANT[call_policies.audience_of(call)]))


_SAVERS = {ABOUT: _save_about, FORM: _save_answers, WISHES: _save_wishes}

__all__ = ["Saved", "StaleStep", "is_in_time", "require_writable", "save_step", "start"]
