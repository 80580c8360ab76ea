"""Signing agreements: by people with an account on either side, or through a guest's link."""

from dataclasses import dataclass
from uuid import UUID

from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.database import atomic, db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.names import InvalidName, clean_line, clean_name
from app.exchanges.models.agreements import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    GuestLink,
)
from app.exchanges.notices import agreements as notices
from app.exchanges.policies import agreements as policies
from app.exchanges.policies.parties import Parties, in_agreement
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import guest_links as links
from app.exchanges.rules.academic_years import last_day
from app.exchanges.services import guest_links, quotas, steps
from app.exchanges.services.agreements import GUEST
from app.exchanges.states.agreements import AGREEMENT, AgreementState
from app.exchanges.states.parties import Party
from app.institutions.queries import names

_S = AgreementState
_AS_GUEST: Parties = frozenset({Party.HOST_OFFICER})


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as it will be read under the agreement."""

    name: str
    position: str
    email: str
    user_id: UUID | None = None
    link_id: UUID | None = None


@atomic()
def sign(actor: Actor, version_id: UUID, shown_hash: str, *, position: str) -> None:
    """Sign for the institution that wrote the agreement, exactly what was shown.

    Raises NotFound, Forbidden, WrongState, Conflict when it says something else by now.
    """
    agreement, version = _visible(actor, version_id)
    action = "countersign" if version.state == _S.APPROVED_BY_PARTNER else "sign"
    signer = _member(actor, position)
    parties = in_agreement(actor, agreement)
    _sign(actor, agreement, version, action, shown_hash, signer=signer, parties=parties)


@atomic()
def sign_as_partner(actor: Actor, version_id: UUID, shown_hash: str, *, position: str) -> None:
    """Sign for the partner, exactly what was shown; raises as `sign` does."""
    agreement, version = _visible(actor, version_id)
    signer = _member(actor, position)
    parties = in_agreement(actor, agreement)
    action = _partners_action(version)
    _sign(actor, agreement, version, action, shown_hash, signer=signer, parties=parties)


@atomic()
def sign_as_guest(token: str, shown_hash: str, *, name: str, position: str) -> None:
    """Sign for the partner through a link, which is used up; raises Gone, NotFound, Conflict."""
    link = guest_links.use(token, GUEST)
    agreement, version = queries.locked_version(link.subject_id)
    if link.content.get("terms_hash") != version.terms_hash:
        raise Conflict(_("The text was changed since the link was sent. Ask for a new link."))
    signer = Signer(_person(name), _position(position), link.email, link_id=link.id)
    action = _partners_action(version)
    guest = guest_links.guest(link)
    _sign(guest, agreement, version, action, shown_hash, signer=signer, parties=_AS_GUEST)
    notices.copy_for_guest(agreement, version, link)


@atomic()
def invite(actor: Actor, version_id: UUID, name: str, email: str, *, locale: str) -> GuestLink:
    """Send somebody at the partner, who has no account, a link to read and sign.

    Raises Conflict unless the text is shared and the partner has not signed, and when the
    partner's office has an account to sign with.
    """
    agreement, version = _visible(actor, version_id)
    policies.may_keep.require(actor, agreement)
    if version.state not in {_S.SHARED, _S.APPROVED_BY_US}:
        raise Conflict(_("Only a text that is shared and not yet signed can be sent for signing."))
    guest_links.make(
        actor,
        GUEST,
        version.id,
        institution_id=agreement.partner_id,
        name=name,
        email=email,
        content={"terms_hash": version.terms_hash},
        locale=locale,
    )
    link = links.open_links(GUEST, version.id)[0]
    ours = names([agreement.institution_id])[agreement.institution_id]
    notices.invitation(agreement, version, link, ours.in_(locale))
    return link


@atomic()
def withdraw_invitation(actor: Actor, link_id: UUID) -> UUID:
    """Let a link work no more; return the version it was for."""
    link = links.locked(link_id)
    if link.purpose != GUEST:
        raise NotFound(_("There is no such link."))
    agreement, version = _visible(actor, link.subject_id)
    policies.may_keep.require(actor, agreement)
    guest_links.revoke(actor, link_id)
    return version.id


def _visible(actor: Actor, version_id: UUID) -> tuple[Agreement, AgreementVersion]:
    agreement, version = queries.locked_version(version_id)
    if not policies.sees_version(actor, agreement, version):
        raise NotFound(_("There is no such version of an agreement."))
    return agreement, version


def _partners_action(version: AgreementVersion) -> str:
    return "partner_countersign" if version.state == _S.APPROVED_BY_US else "partner_sign"


def _sign(
    actor: Actor,
    agreement: Agreement,
    version: AgreementVersion,
    action: str,
    shown_hash: str,
    *,
    signer: Signer,
    parties: Parties,
) -> None:
    ours = not action.startswith("partner")
    AGREEMENT.require(parties, action)
    if AGREEMENT.machine.after(version.state, action) == _S.IN_FORCE:
        _replace(agreement)
    where = agreement.institution_id
    steps.take(actor, version, AGREEMENT, action, parties=parties, institution_id=where)
    if shown_hash != version.terms_hash:
        raise Conflict(_("The text was changed since you opened this page. Read it again."))
    db.session.add(
        AgreementSignature(
            version_id=version.id,
            institution_id=agreement.institution_id if ours else agreement.partner_id,
            terms_hash=shown_hash,
            signer_name=signer.name,
            signer_position=signer.position,
            signer_email=signer.email,
            user_id=signer.user_id,
            link_id=signer.link_id,
            signed_at=now(),
        )
    )
    db.session.flush()
    if version.state == _S.IN_FORCE:
        _bring_in_force(actor, agreement, version)
    else:
        notices.signed(agreement, version, by=signer.name, to_partner=ours)


def _replace(agreement: Agreement) -> None:
    standing = queries.standing_of(agreement.id)
    if standing is None:
        return
    if standing.state == _S.TERMINATING:
        raise Conflict(_("Notice was given. Write a new agreement once this one has ended."))
    steps.take(
        SYSTEM,
        standing,
        AGREEMENT,
        "replace",
        parties=frozenset({Party.SYSTEM}),
        institution_id=agreement.institution_id,
    )
    db.session.flush()  # one version stands at a time, says the database too


def _bring_in_force(actor: Actor, agreement: Agreement, version: AgreementVersion) -> None:
    conditions = queries.conditions_of(version.id)
    version.in_force_at = now()
    version.ends_on = last_day(max(one.last_year for one in conditions))
    quotas.provide(actor, agreement, conditions)
    for link in links.open_links(GUEST, version.id):
        link.revoked_at = now()
    notices.in_force(agreement, version)


def _member(actor: Actor, position: str) -> Signer:
    return Signer(actor.name, _position(position), actor.email, user_id=actor.user_id)


def _position(typed: str) -> str:
    try:
        return clean_line(typed, longest=200)
    except InvalidName as error:
        raise Invalid(error.message, field="position") from error


def _person(typed: str) -> str:
    try:
        return clean_name(typed, longest=200)
    except InvalidName as error:
        raise Invalid(error.message, field="name") from error
