"""Taking and giving back places: counted by guarded updates, so that none is given twice."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, update

from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.exchanges.models.agreements import (
    Agreement,
    Allocation,
    CapacityChange,
    Condition,
    Quota,
)
from app.exchanges.policies import agreements as policies
from app.exchanges.queries import quotas as places
from app.exchanges.rules.academic_years import academic_year_of, year_label
from app.exchanges.states.agreements import ALLOCATION

MOST_PLACES = 10_000


class QuotaFull(Conflict):
    """Nobody else can be sent under this promise in this year."""


@atomic()
def take(application_id: UUID, quota_id: UUID, months: int = 0) -> Allocation:
    """Hold a place for an application, which the caller has locked; joins its transaction.

    Raises QuotaFull, and Conflict when the application holds a place already.
    """
    if places.held_by(application_id) is not None:
        raise Conflict(_("This application already holds a place."))
    guard = (
        Quota.id == quota_id,
        Quota.used_persons < Quota.capacity_persons,
        or_(Quota.capacity_months.is_(None), Quota.used_months + months <= Quota.capacity_months),
    )
    if not _count(guard, persons=1, months=months):
        places.quota(quota_id)  # raises NotFound
        raise QuotaFull(_("All places that the agreement gives for this year are taken."))
    allocation = Allocation(
        quota_id=quota_id, application_id=application_id, months=months, taken_at=now()
    )
    db.session.add(allocation)
    audit.begin(SYSTEM, allocation, ALLOCATION.machine, kind=ALLOCATION.kind)
    db.session.flush()
    _read_again(quota_id)
    return allocation


@atomic()
def release(application_id: UUID) -> None:
    """Give back the place an application holds, if it holds one; joins the transaction."""
    allocation = places.held_by(application_id)
    if allocation is None:
        return
    audit.move(SYSTEM, allocation, ALLOCATION.machine, "release", kind=ALLOCATION.kind)
    allocation.released_at = now()
    db.session.flush()
    guard = (Quota.id == allocation.quota_id,)
    _count(guard, persons=-1, months=-allocation.months)
    _read_again(allocation.quota_id)


@atomic()
def change_capacity(actor: Actor, quota_id: UUID, persons: int, reason: str) -> None:
    """Note that both sides consent to another number of places in one year.

    Raises Invalid for fewer places than are taken, or without a word of who consented.
    """
    quota = places.locked(quota_id)
    agreement = db.session.get_one(Agreement, quota.agreement_id)
    policies.require_at_home(actor, agreement)
    if not reason.strip():
        raise Invalid(_("Write who consented, and when."), field="reason")
    if not 0 <= persons <= MOST_PLACES:
        raise Invalid(_("Write a number from 0 to 10,000."), field="persons")
    if quota.used_persons > persons:
        raise Invalid(_too_low(quota), field="persons")
    _set(actor, quota, persons, quota.capacity_months, reason.strip())


def obstacles(agreement: Agreement, conditions: Sequence[Condition], year: int) -> list[str]:
    """Return why these promises cannot replace those in force: places are taken beyond them.

    `year` is the running academic year; earlier ones stay as they are.
    """
    wanted = _wanted(conditions)
    return [
        _too_low(quota)
        for quota in places.of_agreement(agreement.id)
        if (
            (promised := wanted.get((quota.line_id, quota.academic_year))) is None
            and quota.academic_year >= year
            and quota.used_persons
        )
        or (promised is not None and not _fits(quota, promised))
    ]


@atomic()
def provide(actor: Actor, agreement: Agreement, conditions: Sequence[Condition]) -> None:
    """Make the quotas that a version which comes in force promises, and adapt those there are.

    Years that are over stay as they are. Raises Conflict when places beyond it are taken.
    """
    year = academic_year_of(now().date())
    if faults := obstacles(agreement, conditions, year):
        raise Conflict(" ".join(faults))
    wanted = _wanted(conditions)
    reason = _("A version of the agreement came in force.")
    for quota in places.of_agreement(agreement.id, locked=True):
        condition = wanted.pop((quota.line_id, quota.academic_year), None)
        if condition is not None:
            if not _fits(quota, condition):  # taken since it was looked at
                raise Conflict(_too_low(quota))
            _set(actor, quota, condition.places_per_year, condition.months_per_year, reason)
        elif quota.academic_year >= year:
            if quota.used_persons:
                raise Conflict(_too_low(quota))
            _set(actor, quota, 0, None, reason)
    for (line_id, academic_year), condition in wanted.items():
        quota = Quota(
            agreement_id=agreement.id,
            line_id=line_id,
            kind=condition.kind,
            academic_year=academic_year,
            sending_institution_id=condition.sending_institution_id,
            receiving_institution_id=condition.receiving_institution_id,
            capacity_persons=condition.places_per_year,
            capacity_months=condition.months_per_year,
        )
        db.session.add(quota)
        db.session.flush()
        _note(actor, quota, None, reason)


@atomic()
def close_after(actor: Actor, agreement: Agreement, academic_year: int) -> None:
    """Offer no more places in the years after this one: the agreement has ended."""
    for quota in places.of_agreement(agreement.id, locked=True):
        if quota.academic_year > academic_year:
            months = None if quota.capacity_months is None else quota.used_months
            _set(actor, quota, quota.used_persons, months, _("The agreement has ended."))


def _wanted(conditions: Sequence[Condition]) -> dict[tuple[UUID, int], Condition]:
    return {
        (condition.line_id, year): condition
        for condition in conditions
        for year in range(condition.first_year, condition.last_year + 1)
    }


def _fits(quota: Quota, condition: Condition) -> bool:
    months = condition.months_per_year
    return quota.used_persons <= condition.places_per_year and (
        months is None or quota.used_months <= months
    )


def _too_low(quota: Quota) -> str:
    if places.has_secrets(quota.id):
        return _(
            "In %(year)s more places are taken than that: keep as many as there are.",
            year=year_label(quota.academic_year),
        )
    return ngettext(
        "In %(year)s %(num)s place is taken already: keep at least as many.",
        "In %(year)s %(num)s places are taken already: keep at least as many.",
        quota.used_persons,
        year=year_label(quota.academic_year),
    )


def _set(actor: Actor, quota: Quota, persons: int, months: int | None, reason: str) -> None:
    if (quota.capacity_persons, quota.capacity_months) == (persons, months):
        return
    before = quota.capacity_persons
    quota.capacity_persons, quota.capacity_months = persons, months
    _note(actor, quota, before, reason)


def _note(actor: Actor, quota: Quota, before: int | None, reason: str) -> None:
    after = quota.capacity_persons
    db.session.add(
        CapacityChange(
            quota_id=quota.id,
            before=before,
            after=after,
            reason=reason,
            by=actor.user_id,
            at=now(),
        )
    )
    agreement = db.session.get_one(Agreement, quota.agreement_id)
    audit.record(
        actor,
        "exchanges.change_capacity",
        quota.id,
        kind="exchange_quota",
        institution_id=agreement.institution_id,
        changes={"places": [before, after]},
        reason=reason,
    )


def _count(guard: Sequence[object], *, persons: int, months: int) -> bool:
    statement = (
        update(Quota)
        .where(*guard)  # type: ignore[arg-type]  # conditions of one table
        .values(used_persons=Quota.used_persons + persons, used_months=Quota.used_months + months)
        .returning(Quota.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(statement).first() is not None


def _read_again(quota_id: UUID) -> None:
    db.session.get(Quota, quota_id, populate_existing=True)
