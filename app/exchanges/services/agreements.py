"""Writing agreements, sharing them, and ending them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_line, search_text
from app.exchanges.models.agreements import Agreement, AgreementVersion, Condition
from app.exchanges.notices import agreements as notices
from app.exchanges.policies import agreements as policies
from app.exchanges.policies.parties import in_agreement, in_office
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import guest_links
from app.exchanges.rules.academic_years import academic_year_of, earliest_end
from app.exchanges.rules.agreements import terms_hash
from app.exchanges.services import quotas as places
from app.exchanges.services import steps
from app.exchanges.states.agreements import AGREEMENT, STANDING, AgreementState
from app.exchanges.states.parties import Party
from app.institutions.models import Institution

LONGEST_REMARKS = 10_000
GUEST = "agreement"
"""The purpose of links by which partners without an account sign."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the promises of an agreement."""

    code: str
    title: str
    remarks: str = ""


@atomic()
def write(actor: Actor, institution_id: UUID, partner_id: UUID, head: Head) -> AgreementVersion:
    """Begin an agreement with a partner: a first version without promises.

    Raises Forbidden outside of one's own office, Invalid naming the field.
    """
    if not in_office(actor, institution_id):
        raise Forbidden(_("Exchange offices write agreements of their own institution."))
    if institution_id == partner_id or db.session.get(Institution, partner_id) is None:
        raise Invalid(_("Choose another institution."), field="partner_id")
    agreement = Agreement(
        institution_id=institution_id, partner_id=partner_id, created_by=actor.user_id
    )
    _name(agreement, head)
    db.session.add(agreement)
    db.session.flush()
    audit.record(
        actor,
        "exchanges.write_agreement",
        agreement.id,
        kind="exchange_agreement",
        institution_id=institution_id,
        changes={"code": [None, agreement.code], "partner": [None, str(partner_id)]},
    )
    return _begin(actor, agreement, number=1, remarks=_remarks(head.remarks))


@atomic()
def edit(actor: Actor, version_id: UUID, head: Head, *, revision: int) -> None:
    """Change the remarks of a draft; code and title too, until a first version was shared.

    Raises Conflict when somebody saved the draft since it was shown.
    """
    agreement, version = draft(actor, version_id, revision=revision)
    remarks = _remarks(head.remarks)
    changes = {"remarks": [version.remarks, remarks]}
    if is_nameable(version):
        changes |= {"code": [agreement.code, head.code], "title": [agreement.title, head.title]}
        _name(agreement, head)
    version.remarks = remarks
    changed(actor, agreement, version, "exchanges.edit_agreement", changes)


@atomic()
def new_version(actor: Actor, agreement_id: UUID) -> AgreementVersion:
    """Begin another version with the promises of the last one; what is in force stays so.

    Raises Conflict while another version is under way, or notice was given.
    """
    agreement = _visible(actor, queries.locked(agreement_id))
    policies.may_keep.require(actor, agreement)
    versions = queries.versions_of(actor, agreement)
    if any(one.state in queries.UNDER_WAY for one in versions):
        raise Conflict(_("Another version of this agreement is being written already."))
    if any(one.state == AgreementState.TERMINATING for one in versions):
        raise Conflict(_("Notice was given. Write a new agreement once this one has ended."))
    version = _begin(actor, agreement, number=versions[0].number + 1)
    base = queries.former_version(version)
    if base is not None:
        version.remarks = base.remarks
        db.session.add_all(_copies(queries.conditions_of(base.id), version))
    return version


@atomic()
def share(actor: Actor, version_id: UUID) -> None:
    """Let the partner read a draft; from now on it says exactly this.

    Raises Invalid without a promise, Conflict when places beyond it are taken.
    """
    agreement, version = _locked(actor, version_id)
    AGREEMENT.require(in_agreement(actor, agreement), "share")
    AGREEMENT.machine.after(version.state, "share")
    conditions = queries.conditions_of(version.id)
    if not conditions:
        raise Invalid(_("An agreement promises something: add a condition first."))
    faults = places.obstacles(agreement, conditions, academic_year_of(now().date()))
    if faults:
        raise Conflict(" ".join(faults))
    _take(actor, agreement, version, "share")
    version.terms = queries.terms_of(agreement, version, conditions)
    version.terms_hash = terms_hash(version.terms)
    notices.shared(agreement, version)


@atomic()
def take_back(actor: Actor, version_id: UUID) -> None:
    """Change a text that was shared: it is a draft again, and what was signed is void."""
    agreement, version = _locked(actor, version_id)
    _take(actor, agreement, version, "edit")
    for signature in queries.signatures_of(version.id):
        if signature.voided_at is None:
            signature.voided_at = now()
    _close_links(version)
    version.terms, version.terms_hash = {}, ""
    version.version += 1
    notices.taken_back(agreement, version)


@atomic()
def delete(actor: Actor, version_id: UUID) -> None:
    """Give up a text that nobody signed; its number is not used again."""
    agreement, version = _locked(actor, version_id)
    was_shared = version.state == AgreementState.SHARED
    _take(actor, agreement, version, "delete")
    _close_links(version)
    if was_shared:
        notices.deleted(agreement, version)


@atomic()
def give_notice(actor: Actor, version_id: UUID, ends_on: date, reason: str) -> None:
    """End an agreement alone, after one whole academic year at least; raises Invalid."""
    agreement, version = _locked(actor, version_id)
    AGREEMENT.require(in_agreement(actor, agreement), "give_notice")
    AGREEMENT.machine.after(version.state, "give_notice")
    if not reason.strip():
        raise Invalid(_("Write why the agreement ends."), field="reason")
    if ends_on < earliest_end(now().date()):
        raise Invalid(_("Notice takes a whole academic year: choose a later day."),
                      field="ends_on")  # fmt: skip
    if version.ends_on is not None and ends_on > version.ends_on:
        raise Invalid(_("The agreement ends by itself before that day."), field="ends_on")
    version.ends_on = ends_on
    _take(actor, agreement, version, "give_notice", reason=reason.strip())
    notices.ending(agreement, version, reason.strip())


@atomic()
def index_institution(institution_id: UUID) -> None:
    """Find the agreements of an institution by the names it has now."""
    for agreement in queries.all_of(institution_id):
        _index(agreement)


def follow_the_clock() -> None:
    """End every version whose last day is past."""
    for version_id in queries.due(now().date()):
        _end(version_id)


@atomic()
def _end(version_id: UUID) -> None:
    agreement, version = queries.locked_version(version_id)
    if version.state not in STANDING or version.ends_on is None:
        return  # somebody else was faster
    action = "terminate" if version.state == AgreementState.TERMINATING else "expire"
    _take(SYSTEM, agreement, version, action)
    places.close_after(SYSTEM, agreement, academic_year_of(version.ends_on))
    notices.ended(agreement, version)


def draft(
    actor: Actor, version_id: UUID, *, revision: int | None = None
) -> tuple[Agreement, AgreementVersion]:
    """Return a draft under lock that the actor may write in.

    Raises NotFound, Forbidden, WrongState, and Conflict when it was saved since it was shown.
    """
    agreement, version = _locked(actor, version_id)
    AGREEMENT.require(in_agreement(actor, agreement), "share")
    if version.state != AgreementState.DRAFT:
        raise WrongState(_("This text was shared. Take it back to change it."))
    if revision is not None and revision != version.version:
        raise Conflict(
            _("Somebody else saved this while you were writing. Compare, then save again.")
        )
    return agreement, version


def changed(
    actor: Actor,
    agreement: Agreement,
    version: AgreementVersion,
    action: str,
    changes: Mapping[str, Sequence[object]],
) -> None:
    """Note that a draft was saved, so that who writes from an older one is told."""
    differing = {name: list(pair) for name, pair in changes.items() if pair[0] != pair[1]}
    if differing:
        version.version += 1
        audit.record(
            actor,
            action,
            version.id,
            kind=AGREEMENT.kind,
            institution_id=agreement.institution_id,
            changes=differing,
        )


def is_nameable(version: AgreementVersion) -> bool:
    """Tell whether code and title may still change: signed texts carry them."""
    return version.number == 1 and version.state == AgreementState.DRAFT


def _locked(actor: Actor, version_id: UUID) -> tuple[Agreement, AgreementVersion]:
    agreement, version = queries.locked_version(version_id)
    if actor != SYSTEM and not policies.sees_version(actor, agreement, version):
        raise NotFound(_("There is no such version of an agreement."))
    return agreement, version


def _visible(actor: Actor, agreement: Agreement) -> Agreement:
    if not policies.sees(actor, agreement):
        raise NotFound(_("There is no such agreement."))
    return agreement


def _take(
    actor: Actor,
    agreement: Agreement,
    version: AgreementVersion,
    action: str,
    *,
    reason: str = "",
) -> None:
    parties = frozenset({Party.SYSTEM}) if actor == SYSTEM else in_agreement(actor, agreement)
    steps.take(
        actor,
        version,
        AGREEMENT,
        action,
        parties=parties,
        institution_id=agreement.institution_id,
        reason=reason,
    )


def _begin(
    actor: Actor, agreement: Agreement, *, number: int, remarks: str = ""
) -> AgreementVersion:
    version = AgreementVersion(
        agreement_id=agreement.id, number=number, remarks=remarks, created_by=actor.user_id
    )
    audit.begin(
        actor,
        version,
        AGREEMENT.machine,
        kind=AGREEMENT.kind,
        institution_id=agreement.institution_id,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _copies(conditions: Iterable[Condition], version: AgreementVersion) -> list[Condition]:
    names = [column.key for column in Condition.__table__.columns if column.key != "id"]
    return [
        Condition(**{name: getattr(one, name) for name in names} | {"version_id": version.id})
        for one in conditions
    ]


def _close_links(version: AgreementVersion) -> None:
    for link in guest_links.open_links(GUEST, version.id):
        link.revoked_at = now()


def _name(agreement: Agreement, head: Head) -> None:
    code = _line(head.code, "code", 40)
    if queries.is_code_taken(agreement.institution_id, code, but=agreement.id):
        raise Invalid(_("Another agreement has this code."), field="code")
    agreement.code, agreement.title = code, _line(head.title, "title", 200)
    _index(agreement)


def _index(agreement: Agreement) -> None:
    both = (agreement.institution_id, agreement.partner_id)
    found = [db.session.get_one(Institution, place) for place in both]
    spelt = [text for one in found for text in (one.code, *one.name.values())]
    agreement.search_text = search_text(agreement.code, agreement.title, *spelt)[:1000]


def _line(typed: str, field: str, longest: int) -> str:
    try:
        return clean_line(typed, longest=longest)
    except InvalidName as error:
        raise Invalid(error.message, field=field) from error


def _remarks(typed: str) -> str:
    text = typed.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST_REMARKS:
        raise Invalid(_("Use at most %(max)s characters.", max=LONGEST_REMARKS), field="remarks")
    return text
