"""Agreements to test with."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import select

from app.audit import services as audit
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db
from app.exchanges.models.agreements import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    Condition,
    Quota,
)
from app.exchanges.queries import agreements as queries
from app.exchanges.rules.academic_years import academic_year_of, last_day
from app.exchanges.rules.agreements import terms_hash
from app.exchanges.services import quotas
from app.exchanges.states.agreements import AGREEMENT, AgreementState, ExchangeKind
from app.institutions.models import Institution

_numbers = count(1)
_S = AgreementState
WAY_TO = {
    _S.DRAFT: (),
    _S.SHARED: ("share",),
    _S.APPROVED_BY_US: ("share", "sign"),
    _S.APPROVED_BY_PARTNER: ("share", "partner_sign"),
    _S.IN_FORCE: ("share", "sign", "partner_countersign"),
    _S.REPLACED: ("share", "sign", "partner_countersign", "replace"),
    _S.TERMINATING: ("share", "sign", "partner_countersign", "give_notice"),
    _S.TERMINATED: ("share", "sign", "partner_countersign", "give_notice", "terminate"),
    _S.EXPIRED: ("share", "sign", "partner_countersign", "expire"),
    _S.DELETED: ("delete",),
}
"""How a version comes into each state."""


def an_agreement(home: Institution, host: Institution) -> Agreement:
    """Return a stored agreement without any version."""
    number = next(_numbers)
    with atomic():
        agreement = Agreement(
            institution_id=home.id,
            partner_id=host.id,
            code=f"IIA-{number}",
            title="Exchange of students and staff",
            search_text=f"iia-{number} exchange of students and staff",
            created_by=SYSTEM.user_id,
        )
        db.session.add(agreement)
    return agreement


def a_version(
    agreement: Agreement,
    state: AgreementState = AgreementState.DRAFT,
    *,
    kind: ExchangeKind = ExchangeKind.STUDIES,
    first_year: int | None = None,
    last_year: int | None = None,
    places: int = 4,
    months: int | None = None,
    isced_codes: Sequence[str] = ("0912", "0913"),
    number: int = 1,
) -> AgreementVersion:
    """Return a stored version in a state, with one promise each way, and its quotas.

    Years are from the running academic year to two years later unless given.
    """
    first = academic_year_of(now().date()) if first_year is None else first_year
    last = first + 2 if last_year is None else last_year
    ways = [
        (agreement.institution_id, agreement.partner_id),
        (agreement.partner_id, agreement.institution_id),
    ]
    with atomic():
        version = AgreementVersion(
            agreement_id=agreement.id, number=number, created_by=SYSTEM.user_id
        )
        audit.begin(SYSTEM, version, AGREEMENT.machine, kind=AGREEMENT.kind)
        db.session.add(version)
        db.session.flush()
        conditions = [
            Condition(
                version_id=version.id,
                line_id=uuid4(),
                position=position,
                kind=kind,
                sending_institution_id=sending,
                receiving_institution_id=receiving,
                first_year=first,
                last_year=last,
                places_per_year=places,
                months_per_year=months,
                isced_codes=list(isced_codes),
                eqf_levels=[6, 7],
                languages=[{"language": "en", "level": "B2", "subject": ""}],
            )
            for position, (sending, receiving) in enumerate(ways, start=1)
        ]
        db.session.add_all(conditions)
        db.session.flush()
        _go(agreement, version, conditions, state, last)
    return version


def an_agreement_in_force(
    home: Institution,
    host: Institution,
    *,
    kind: ExchangeKind = ExchangeKind.STUDIES,
    first_year: int | None = None,
    last_year: int | None = None,
    places: int = 4,
    months: int | None = None,
    isced_codes: Sequence[str] = ("0912", "0913"),
) -> Agreement:
    """Return a stored agreement that both signed: the same places each way, and quotas."""
    agreement = an_agreement(home, host)
    a_version(
        agreement,
        AgreementState.IN_FORCE,
        kind=kind,
        first_year=first_year,
        last_year=last_year,
        places=places,
        months=months,
        isced_codes=isced_codes,
    )
    return agreement


def the_quota(
    agreement: Agreement, year: int | None = None, *, sending: UUID | None = None
) -> Quota:
    """Return the places of a year; those of the institution that wrote it unless said."""
    query = select(Quota).where(
        Quota.agreement_id == agreement.id,
        Quota.sending_institution_id == (sending or agreement.institution_id),
        Quota.academic_year == (academic_year_of(now().date()) if year is None else year),
    )
    return db.session.scalars(query).one()


def _go(
    agreement: Agreement,
    version: AgreementVersion,
    conditions: Sequence[Condition],
    state: AgreementState,
    last_year: int,
) -> None:
    for action in WAY_TO[state]:
        if action == "share":
            version.terms = queries.terms_of(agreement, version, conditions)
            version.terms_hash = terms_hash(version.terms)
        if action == "give_notice":
            version.ends_on = now().date() + timedelta(days=366)
        audit.move(SYSTEM, version, AGREEMENT.machine, action, kind=AGREEMENT.kind)
        if action.endswith("sign"):
            db.session.add(_signature(agreement, version, ours="partner" not in action))
        if action == "partner_countersign":
            version.in_force_at, version.ends_on = now(), last_day(last_year)
            quotas.provide(SYSTEM, agreement, conditions)
        db.session.flush()


def _signature(
    agreement: Agreement, version: AgreementVersion, *, ours: bool
) -> AgreementSignature:
    return AgreementSignature(
        version_id=version.id,
        institution_id=agreement.institution_id if ours else agreement.partner_id,
        terms_hash=version.terms_hash,
        signer_name="Mira Marić",
        signer_position="Rector",
        signer_email="rector@example.org",
        signed_at=now(),
    )
