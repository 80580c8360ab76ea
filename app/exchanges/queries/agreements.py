"""Reading agreements, their versions and what these promise."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from app.core.actor import Actor
from app.core.clock import now
from app.core.database import Text, db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.agreements import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    Condition,
    GuestLink,
    Quota,
)
from app.exchanges.policies import agreements as policies
from app.exchanges.rules.academic_years import first_day, last_day
from app.exchanges.states.agreements import STANDING, AgreementState
from app.institutions import queries as institutions

_S = AgreementState
UNDER_WAY = frozenset({_S.DRAFT, _S.SHARED, _S.APPROVED_BY_US, _S.APPROVED_BY_PARTNER})
"""States of a version that is not yet agreed; an agreement has one such at most."""


def stands(day: date | None = None) -> ColumnElement[bool]:
    """Return the condition that a version is in force on a day (today), though no clock ran."""
    end = AgreementVersion.ends_on
    return and_(
        AgreementVersion.state.in_(STANDING), or_(end.is_(None), end >= (day or now().date()))
    )


def agreement_for(actor: Actor, agreement_id: UUID) -> Agreement:
    """Return an agreement with both institutions; raises NotFound unless it is the actor's."""
    query = (
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .options(joinedload(Agreement.institution), joinedload(Agreement.partner))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None or not policies.sees(actor, found) or not versions_of(actor, found):
        raise NotFound(_("There is no such agreement."))
    return found


def version_for(actor: Actor, version_id: UUID) -> tuple[Agreement, AgreementVersion]:
    """Return a version and its agreement; raises NotFound unless the actor may read it."""
    version = db.session.get(AgreementVersion, version_id)
    if version is None:
        raise NotFound(_("There is no such version of an agreement."))
    agreement = agreement_for(actor, version.agreement_id)
    if not policies.sees_version(actor, agreement, version):
        raise NotFound(_("There is no such version of an agreement."))
    return agreement, version


def version_of_guest(link: GuestLink) -> tuple[Agreement, AgreementVersion]:
    """Return what a guest's link is for; whoever calls has opened the link."""
    version = db.session.get_one(AgreementVersion, link.subject_id)
    query = (
        select(Agreement)
        .where(Agreement.id == version.agreement_id)
        .options(joinedload(Agreement.institution), joinedload(Agreement.partner))
    )
    return db.session.scalars(query).one(), version


def locked(agreement_id: UUID) -> Agreement:
    """Return an agreement, and with it all its versions, ours until the transaction ends."""
    query = (
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_("There is no such agreement."))
    return found


def locked_version(version_id: UUID) -> tuple[Agreement, AgreementVersion]:
    """Return a version under the lock of its agreement."""
    where = AgreementVersion.id == version_id
    agreement_id = db.session.scalar(select(AgreementVersion.agreement_id).where(where))
    if agreement_id is None:
        raise NotFound(_("There is no such version of an agreement."))
    agreement = locked(agreement_id)
    query = select(AgreementVersion).where(where).execution_options(populate_existing=True)
    return agreement, db.session.scalars(query).one()


def all_of(institution_id: UUID) -> Sequence[Agreement]:
    """Return the agreements of an institution on either side, ours to change."""
    either = (Agreement.institution_id == institution_id, Agreement.partner_id == institution_id)
    query = select(Agreement).where(or_(*either)).order_by(Agreement.id).with_for_update()
    return db.session.scalars(query).all()


def agreed_with(institution_id: UUID) -> Collection[UUID]:
    """Return who has had an agreement with an institution that both signed. One query."""
    query = (
        select(Agreement.institution_id, Agreement.partner_id)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .where(
            or_(Agreement.institution_id == institution_id, Agreement.partner_id == institution_id),
            AgreementVersion.in_force_at.is_not(None),
        )
    )
    return {one for row in db.session.execute(query) for one in row} - {institution_id}


def is_code_taken(institution_id: UUID, code: str, *, but: UUID) -> bool:
    """Tell whether another agreement that this institution wrote has this code."""
    query = select(Agreement.id).where(
        Agreement.institution_id == institution_id, Agreement.code == code, Agreement.id != but
    )
    return db.session.scalar(query) is not None


def versions_of(actor: Actor, agreement: Agreement) -> Sequence[AgreementVersion]:
    """Return the versions that the actor may read, the newest first."""
    query = (
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement.id)
        .order_by(AgreementVersion.number.desc())
    )
    return [
        one for one in db.session.scalars(query) if policies.sees_version(actor, agreement, one)
    ]


def conditions_of(version_id: UUID) -> Sequence[Condition]:
    """Return the promises of a version in their order."""
    query = select(Condition).where(Condition.version_id == version_id).order_by(Condition.position)
    return db.session.scalars(query).all()


def condition_for(actor: Actor, condition_id: UUID) -> tuple[AgreementVersion, Condition]:
    """Return a promise and its version; raises NotFound unless the actor may read it."""
    condition = db.session.get(Condition, condition_id)
    if condition is None:
        raise NotFound(_("There is no such condition."))
    return version_for(actor, condition.version_id)[1], condition


def signatures_of(version_id: UUID) -> Sequence[AgreementSignature]:
    """Return the signatures of a version, void ones too, in the order they were given."""
    query = (
        select(AgreementSignature)
        .where(AgreementSignature.version_id == version_id)
        .order_by(AgreementSignature.signed_at, AgreementSignature.id)
    )
    return db.session.scalars(query).all()


def standing_version(agreement_id: UUID, year: int | None = None) -> AgreementVersion | None:
    """Return the version in force; with a year, only if it promises anything for that year."""
    query = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id, stands())
    if year is not None:
        covers = select(Condition.id).where(
            Condition.version_id == AgreementVersion.id,
            Condition.first_year <= year,
            Condition.last_year >= year,
        )
        query = query.where(covers.exists())
    return db.session.scalars(query).one_or_none()


def standing_of(agreement_id: UUID) -> AgreementVersion | None:
    """Return the version that stands by its state, though its last day may be past."""
    query = select(AgreementVersion).where(
        AgreementVersion.agreement_id == agreement_id, AgreementVersion.state.in_(STANDING)
    )
    return db.session.scalars(query).one_or_none()


def under_way(agreement_id: UUID) -> AgreementVersion | None:
    """Return the version that is being written or waits for signatures."""
    query = select(AgreementVersion).where(
        AgreementVersion.agreement_id == agreement_id, AgreementVersion.state.in_(UNDER_WAY)
    )
    return db.session.scalars(query).one_or_none()


def condition_of(quota_id: UUID) -> Condition | None:
    """Return the promise of the standing version that a quota follows from."""
    query = (
        select(Condition)
        .join(AgreementVersion, AgreementVersion.id == Condition.version_id)
        .join(
            Quota,
            (Quota.line_id == Condition.line_id)
            & (Quota.agreement_id == AgreementVersion.agreement_id),
        )
        .where(
            Quota.id == quota_id,
            AgreementVersion.state.in_(STANDING),
            Condition.first_year <= Quota.academic_year,
            Condition.last_year >= Quota.academic_year,
        )
    )
    return db.session.scalars(query).one_or_none()


def life_of(quota_id: UUID) -> tuple[date, date] | None:
    """Return the first and last day on which the agreement behind a quota stands, if it does."""
    condition = condition_of(quota_id)
    if condition is None:
        return None
    version = db.session.get_one(AgreementVersion, condition.version_id)
    last = version.ends_on or last_day(condition.last_year)
    return None if last < now().date() else (first_day(condition.first_year), last)


def terms_of(
    agreement: Agreement, version: AgreementVersion, conditions: Sequence[Condition]
) -> dict[str, Any]:
    """Return what a version says now, names as they are now: what is shown, and then signed."""
    names = institutions.names([agreement.institution_id, agreement.partner_id])
    units = institutions.unit_names(
        {
            unit
            for one in conditions
            for unit in (one.sending_unit_id, one.receiving_unit_id)
            if unit
        }
    )
    return {
        "agreement": str(agreement.id),
        "code": agreement.code,
        "title": agreement.title,
        "institutions": [
            {"id": str(place), "name": dict(names[place])}
            for place in (agreement.institution_id, agreement.partner_id)
        ],
        "version": version.number,
        "remarks": version.remarks,
        "conditions": [
            line_of(one)
            | {
                "sending_unit": _name(units, one.sending_unit_id),
                "receiving_unit": _name(units, one.receiving_unit_id),
            }
            for one in conditions
        ],
    }


def shown_terms(agreement: Agreement, version: AgreementVersion) -> dict[str, Any]:
    """Return what a version says: what was shared, or what the draft says now."""
    return version.terms or terms_of(agreement, version, conditions_of(version.id))


def line_of(condition: Condition) -> dict[str, Any]:
    """Return one promise as plain values."""
    return {
        "line_id": str(condition.line_id),
        "kind": str(condition.kind),
        "sending_institution_id": str(condition.sending_institution_id),
        "receiving_institution_id": str(condition.receiving_institution_id),
        "sending_unit_id": _text(condition.sending_unit_id),
        "receiving_unit_id": _text(condition.receiving_unit_id),
        "first_year": condition.first_year,
        "last_year": condition.last_year,
        "places_per_year": condition.places_per_year,
        "months_per_year": condition.months_per_year,
        "days_per_person": condition.days_per_person,
        "blended": condition.blended,
        "isced_codes": list(condition.isced_codes),
        "eqf_levels": list(condition.eqf_levels),
        "languages": [dict(language) for language in condition.languages],
    }


def former_version(version: AgreementVersion) -> AgreementVersion | None:
    """Return the latest version before this one that both sides agreed on."""
    query = (
        select(AgreementVersion)
        .where(
            AgreementVersion.agreement_id == version.agreement_id,
            AgreementVersion.number < version.number,
            AgreementVersion.in_force_at.is_not(None),
        )
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def due(day: date) -> Sequence[UUID]:
    """Return the versions whose end is past, though they still stand."""
    query = select(AgreementVersion.id).where(
        AgreementVersion.state.in_(STANDING), AgreementVersion.ends_on < day
    )
    return db.session.scalars(query.order_by(AgreementVersion.id)).all()


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _name(names: Mapping[UUID, Text], value: UUID | None) -> dict[str, str]:
    return dict(names.get(value, {})) if value else {}
