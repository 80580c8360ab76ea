"""What the universities of the demo have promised each other."""

from collections.abc import Mapping
from uuid import UUID

from app.accounts.queries import actor_for
from app.core.actor import Actor
from app.core.clock import now
from app.exchanges.models.agreements import AgreementVersion
from app.exchanges.queries import agreements as queries
from app.exchanges.rules.academic_years import academic_year_of
from app.exchanges.services import agreements, conditions, signatures
from app.exchanges.services.agreements import Head
from app.exchanges.services.conditions import Promise
from app.exchanges.states.agreements import ExchangeKind

_PLACES = {
    ExchangeKind.STUDIES: 12,
    ExchangeKind.SHORT_VISIT: 5,
    ExchangeKind.TEACHING: 4,
}
_YEARS = 4


def make(staff: Mapping[str, UUID], places: Mapping[str, UUID]) -> None:
    """Make an agreement in force with a next version, one that waits, and a draft."""
    ours, theirs = actor_for(staff["officer"]), actor_for(staff["officer_shanghai"])
    signer = actor_for(staff["administrator"])
    main = _written(ours, places["UNIBL"], places["SUMHS"], "IIA-2025-01", "Students and staff")
    agreements.share(ours, main.id)
    _sign(signer, theirs, main.id)
    waiting = _written(theirs, places["SUMHS"], places["UNSA"], "SUMHS-UNSA-1", "Clinical visits")
    agreements.share(theirs, waiting.id)
    _written(ours, places["UNIBL"], places["UNSA"], "IIA-2026-02", "Exchange within the country")
    agreements.new_version(ours, main.agreement_id)


def _written(
    actor: Actor, institution_id: UUID, partner_id: UUID, code: str, title: str
) -> AgreementVersion:
    version = agreements.write(actor, institution_id, partner_id, Head(code, title))
    first = academic_year_of(now().date()) - 1
    for kind, number in _PLACES.items():
        for goes_out in (True, False):
            conditions.add(
                actor,
                version.id,
                Promise(
                    kind,
                    goes_out,
                    first,
                    first + _YEARS,
                    number,
                    days=10 if kind == ExchangeKind.TEACHING else None,
                    isced_codes=("0912", "0913", "0914", "0916"),
                    eqf_levels=(6, 7),
                    languages=(("en", "B1", ""),),
                ),
            )
    return version


def _sign(ours: Actor, theirs: Actor, version_id: UUID) -> None:
    _agreement, version = queries.locked_version(version_id)
    shown = version.terms_hash
    signatures.sign(ours, version_id, shown, position="Vice-rector for international relations")
    signatures.sign_as_partner(theirs, version_id, shown, position="Director, 国际交流处")
