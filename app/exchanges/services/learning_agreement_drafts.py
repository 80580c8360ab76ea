"""Writing the draft of a learning agreement; only its student does, and only before signing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from app.accounts.queries.people import names_of
from app.accounts.states import Script
from app.audit import services as audit
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, WrongState
from app.core.i18n import gettext as _
from app.exchanges.models.learning_agreements import LearningAgreement
from app.exchanges.models.mobilities import Mobility
from app.exchanges.policies import learning_agreements as policies
from app.exchanges.policies.parties import in_mobility
from app.exchanges.queries import learning_agreements as queries
from app.exchanges.queries import mobilities
from app.exchanges.queries.travellers import citizenships_of
from app.exchanges.rules import learning_agreements as rules
from app.exchanges.rules.learning_agreements import (
    REASONS,
    STUDENT_CHANGES,
    TABLES,
    AgreementKind,
    Component,
    Content,
    Status,
    Table,
    effective,
)
from app.exchanges.rules.teaching import FIELDS
from app.exchanges.states.agreements import STAFF_KINDS, ExchangeKind
from app.exchanges.states.learning_agreements import LEARNING_AGREEMENT
from app.exchanges.states.parties import Party
from app.institutions.models import OrgUnit

MOST_COMPONENTS = 80
_DOCTORATE = 8


@atomic()
def begin(actor: Actor, mobility_id: UUID) -> LearningAgreement:
    """Begin the agreement of one's stay, with what is known already; once is enough.

    Raises NotFound, Forbidden, WrongState (the stay is over).
    """
    stay = mobilities.locked_for(actor, mobility_id)
    if Party.APPLICANT not in in_mobility(actor, stay):
        raise Forbidden(_("Only who goes abroad begins this agreement."))
    policies.require_open(stay)
    existing = queries.of_stay(stay.id)
    if existing is not None:
        return existing
    kind = kind_of(stay)
    draft = Content(details=_known(stay))
    agreement = LearningAgreement(
        mobility_id=stay.id,
        kind=kind,
        changes_proposal=draft.as_json(),
        proposal_id=draft.id,
        round=1,
    )
    audit.begin(
        actor,
        agreement,
        LEARNING_AGREEMENT.machine,
        kind=LEARNING_AGREEMENT.kind,
        institution_id=stay.sending_institution_id,
    )
    db.session.add(agreement)
    return agreement


@atomic()
def save_facts(actor: Actor, mobility_id: UUID, facts: Mapping[str, str]) -> None:
    """Write who one is and what one studies; later only what the host has to approve changes.

    Raises NotFound, Forbidden, WrongState.
    """

    def write(first: Content | None, draft: Content) -> Content:
        if first is None:
            return replace(draft, details={**draft.details, **facts})
        known = queries.facts(first)
        changed = {
            name: facts[name]
            for name in STUDENT_CHANGES
            if facts.get(name, "") and facts[name] != known.get(name, "")
        }
        return replace(draft, student=changed)

    _write(actor, mobility_id, write)


@atomic()
def save_teaching(actor: Actor, mobility_id: UUID, teaching: Mapping[str, str]) -> None:
    """Write what one teaches. Raises NotFound, Forbidden, WrongState."""
    values = {name: teaching.get(name, "").strip() for name in FIELDS}
    _write(actor, mobility_id, lambda _first, draft: replace(draft, teaching=values))


@atomic()
def add_component(actor: Actor, mobility_id: UUID, component: Component) -> None:
    """Add a row; after the first version it is a change and has a reason.

    One that was removed comes back instead. Raises NotFound, Forbidden, WrongState, Invalid.
    """

    def write(first: Content | None, draft: Content) -> Content:
        standing = effective(first, draft)
        if len(standing) >= MOST_COMPONENTS:
            raise Invalid(_("There are too many components already."))
        if any(one.key == component.plain.key for one in standing):
            raise Invalid(_("This component is in the table already."), field="title")
        if first is not None:
            _require_reason(Status.INSERTED, component.reason_code, component.reason_text)
        return rules.with_component(first, draft, component)

    _write(actor, mobility_id, write, component.table)


@atomic()
def replace_component(actor: Actor, mobility_id: UUID, key: str, component: Component) -> None:
    """Correct a row that nobody agreed on yet: of a first draft, or of new changes.

    Raises NotFound, Forbidden, WrongState, Conflict (the row is not there any more), Invalid.
    """

    def write(first: Content | None, draft: Content) -> Content:
        found = [one for one in draft.components if one.key == key]
        if not found or found[0].status == Status.DELETED:
            raise _gone()
        if first is not None:
            _require_reason(Status.INSERTED, component.reason_code, component.reason_text)
        rows = [
            rules.marked(component, found[0].status) if one is found[0] else one
            for one in draft.components
        ]
        if len({one.key for one in rows}) < len({one.key for one in draft.components}):
            raise Invalid(_("This component is in the table already."), field="title")
        return replace(draft, components=tuple(rows))

    _write(actor, mobility_id, write, component.table)


@atomic()
def remove_component(
    actor: Actor, mobility_id: UUID, key: str, *, reason_code: str = "", reason_text: str = ""
) -> None:
    """Take a row out; one that was agreed on is marked as removed and needs a reason.

    Raises NotFound, Forbidden, WrongState, Conflict (the row is not there any more), Invalid.
    """

    def write(first: Content | None, draft: Content) -> Content:
        is_ours = any(one.key == key and one.status != Status.DELETED for one in draft.components)
        if first is not None and not is_ours:
            _require_reason(Status.DELETED, reason_code, reason_text)
        after = rules.without_component(
            first, draft, key, reason_code=reason_code, reason_text=reason_text.strip()
        )
        if after is None:
            raise _gone()
        return after

    _write(actor, mobility_id, write)


@atomic()
def restore_component(actor: Actor, mobility_id: UUID, key: str) -> None:
    """Bring a row back that the draft removes. Raises as `remove_component`."""

    def write(_first: Content | None, draft: Content) -> Content:
        after = rules.restored(draft, key)
        if after is draft:
            raise _gone()
        return after

    _write(actor, mobility_id, write)


def kind_of(stay: Mobility) -> AgreementKind:
    """Return which kind of agreement a stay needs."""
    if stay.kind in STAFF_KINDS:
        return AgreementKind.TEACHING
    if stay.kind != ExchangeKind.SHORT_VISIT:
        return AgreementKind.SEMESTERS
    is_doctoral = stay.eqf_level == _DOCTORATE
    return AgreementKind.DOCTORAL if is_doctoral else AgreementKind.BLENDED


def _known(stay: Mobility) -> dict[str, str]:
    names = {one.script: one for one in names_of(stay.person_id)}
    name = names.get(Script.LATIN) or next(iter(names.values()), None)
    known = {
        "given_names": name.given if name else stay.person.display_name,
        "family_name": name.family if name else "",
        "email": stay.person.email,
        "citizenship": next(iter(citizenships_of(stay.person_id)), ""),
        "isced": stay.isced,
        "eqf_level": str(stay.eqf_level or ""),
        "home_unit": _unit(stay.sending_unit_id),
        "host_unit": _unit(stay.receiving_unit_id),
    }
    return {key: value for key, value in known.items() if value}


def _unit(unit_id: UUID | None) -> str:
    unit = db.session.get(OrgUnit, unit_id) if unit_id else None
    return unit.name.in_("en") if unit else ""


def _write(
    actor: Actor,
    mobility_id: UUID,
    write: Callable[[Content | None, Content], Content],
    table: Table | None = None,
) -> None:
    held = queries.locked_for(actor, mobility_id)
    policies.require_writer(held.parties, held.agreement, held.stay)
    if table is not None and table not in TABLES[held.agreement.kind]:
        raise Invalid(_("This kind of stay has no such table."))
    before = held.agreement.snapshots
    if before.proposal is None:
        raise WrongState(_("There is no draft to write."))
    after = write(before.first, before.proposal)
    if after.id == before.proposal_id:
        return
    held.agreement.changes_proposal, held.agreement.proposal_id = after.as_json(), after.id
    audit.record(
        actor,
        "learning_agreement.edit",
        held.agreement.id,
        kind=LEARNING_AGREEMENT.kind,
        institution_id=held.stay.sending_institution_id,
        changes={"proposal_id": [before.proposal_id, after.id]},
    )


def _require_reason(status: Status, code: str, text: str) -> None:
    if code and code not in REASONS[status]:
        raise Invalid(_("This reason is not for this kind of change."), field="reason_code")
    if not code and not text.strip():
        raise Invalid(_("Choose a reason, or write one."), field="reason_code")


def _gone() -> Conflict:
    return Conflict(_("This row was changed in another window. Look at the draft as it is now."))
