"""Reading the places that agreements promise, and who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select

from app.core.actor import Actor
from app.core.database import Text, db, read_rows
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import AgreementVersion, Allocation, CapacityChange, Quota
from app.exchanges.models.applications import Application
from app.exchanges.models.calls import Call
from app.exchanges.policies.parties import in_office
from app.exchanges.queries.agreements import stands
from app.exchanges.states.agreements import AllocationState, ExchangeKind
from app.exchanges.states.applications import ApplicationState
from app.exchanges.states.calls import RESULTS_KNOWN
from app.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class Balance:
    """What was promised and used with one partner in one academic year, both ways."""

    partner_id: UUID
    partner: Text
    academic_year: int
    out_places: int
    out_used: int
    in_places: int
    in_used: int

    @property
    def difference(self) -> int:
        """Return how many more went out than came in."""
        return self.out_used - self.in_used


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of a quota is taken, as far as somebody may know."""

    persons: int
    months: int
    left: int


def taken(actor: Actor, quotas: Sequence[Quota]) -> dict[UUID, Taken]:
    """Return how much of these quotas is taken, as the actor may know it; one query.

    The sender's office knows everything; to anybody else results under embargo are places left.
    """
    query = select(Quota.id, secretly_held(), secretly_held(func.sum(Allocation.months))).where(
        Quota.id.in_([one.id for one in quotas if not in_office(actor, one.sending_institution_id)])
    )
    secret = {row[0]: (row[1], row[2] or 0) for row in db.session.execute(query)}
    found = {}
    for one in quotas:
        persons, months = secret.get(one.id, (0, 0))
        used = one.used_persons - persons
        free = max(0, one.capacity_persons - used)
        found[one.id] = Taken(used, one.used_months - months, free)
    return found


def secretly_held(what: ColumnElement[int] | None = None) -> ScalarSelect[int]:
    """Return how many places of each quota are held by results that nobody may know yet."""
    return (
        select(func.count() if what is None else what)
        .select_from(Allocation)
        .join(Application, Application.id == Allocation.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Allocation.quota_id == Quota.id,
            Allocation.state == AllocationState.HELD,
            Application.state == ApplicationState.SELECTED,
            Call.state.not_in(RESULTS_KNOWN),
        )
        .correlate(Quota)
        .scalar_subquery()
    )


def has_secrets(quota_id: UUID) -> bool:
    """Tell whether a result that nobody may know yet holds a place of a quota."""
    return bool(db.session.scalar(select(secretly_held()).where(Quota.id == quota_id)))


def places_left(quota_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many places of these quotas nobody holds, in one query."""
    query = select(Quota.id, Quota.capacity_persons - Quota.used_persons).where(
        Quota.id.in_(quota_ids)
    )
    return {quota_id: max(0, free) for quota_id, free in db.session.execute(query)}


def quota(quota_id: UUID) -> Quota:
    """Return a quota; raises NotFound."""
    found = db.session.get(Quota, quota_id)
    if found is None:
        raise NotFound(_("There are no such places."))
    return found


def locked(quota_id: UUID) -> Quota:
    """Return a quota under a lock; raises NotFound."""
    query = (
        select(Quota)
        .where(Quota.id == quota_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There are no such places."))
    return found


def of_agreement(agreement_id: UUID, *, locked: bool = False) -> Sequence[Quota]:
    """Return the quotas of an agreement by year, way and kind; on demand under locks."""
    query = (
        select(Quota)
        .where(Quota.agreement_id == agreement_id)
        .order_by(Quota.academic_year, Quota.sending_institution_id, Quota.kind, Quota.id)
        .execution_options(populate_existing=locked)
    )
    return db.session.scalars(query.with_for_update() if locked else query).all()


def offered_to(
    institution_id: UUID, kind: ExchangeKind, academic_year: int
) -> Sequence[tuple[Quota, Institution]]:
    """Return the quotas by which an institution may send people in a year, with their hosts.

    Only those of agreements in force; by the code of the host.
    """
    in_force = (
        select(AgreementVersion.id)
        .where(AgreementVersion.agreement_id == Quota.agreement_id, stands())
        .exists()
    )
    query = (
        select(Quota, Institution)
        .join(Institution, Institution.id == Quota.receiving_institution_id)
        .where(
            Quota.sending_institution_id == institution_id,
            Quota.kind == kind,
            Quota.academic_year == academic_year,
            Quota.capacity_persons > 0,
            in_force,
        )
        .order_by(Institution.code, Quota.id)
    )
    return [(quota, host) for quota, host in db.session.execute(query)]


def held_by(application_id: UUID) -> Allocation | None:
    """Return the place that an application holds, ours to change until the transaction ends."""
    query = (
        select(Allocation)
        .where(
            Allocation.application_id == application_id,
            Allocation.state == AllocationState.HELD,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query)


def changes_of(quota_id: UUID) -> Sequence[CapacityChange]:
    """Return why a quota has the capacity it has, the newest first."""
    query = (
        select(CapacityChange)
        .where(CapacityChange.quota_id == quota_id)
        .order_by(CapacityChange.at.desc(), CapacityChange.id.desc())
    )
    return db.session.scalars(query).all()


def balance(institution_id: UUID, partner_id: UUID | None = None) -> list[Balance]:
    """Return what went out and came in, by partner and year, the newest year first.

    One query. Whom the partner has chosen counts once its results are released.
    """
    goes_out = Quota.sending_institution_id == institution_id
    other = case((goes_out, Quota.receiving_institution_id), else_=Quota.sending_institution_id)
    came = Quota.used_persons - secretly_held()
    sums = [
        func.sum(case((condition, column), else_=0))
        for condition, columns in (
            (goes_out, (Quota.capacity_persons, Quota.used_persons)),
            (~goes_out, (Quota.capacity_persons, came)),
        )
        for column in columns
    ]
    ours = or_(goes_out, Quota.receiving_institution_id == institution_id)
    query = (
        select(Institution.id, Institution.name, Quota.academic_year, *sums)
        .join(Institution, Institution.id == other)
        .where(ours if partner_id is None else and_(ours, other == partner_id))
        .group_by(Institution.id, Institution.code, Quota.academic_year)
        .order_by(Quota.academic_year.desc(), Institution.code)
    )
    return [
        Balance(row[0], Text(row[1]), row[2], *(int(total) for total in row[3:]))
        for row in read_rows(query)
    ]
