"""Suspending, reinstating, revoking and replacing certificates; nothing is ever printed anew."""

from uuid import UUID

from app.audit import services as audit
from app.certificates import notices, policies, queries
from app.certificates.events import CertificateReplaced, CertificateRevoked
from app.certificates.models import Certificate
from app.certificates.reasons import CANCELLING, REPLACING, REVOKING, SUSPENDING, Kind, Reason
from app.certificates.services import issuing
from app.certificates.states import CERTIFICATE
from app.certificates.words import in_words
from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import Invalid, NotFound
from app.core.events import announce
from app.core.i18n import gettext as _


@atomic()
def suspend(actor: Actor, certificate_id: UUID, category: Reason, reason: str) -> Certificate:
    """Take a certificate out of force for a while; whoever checks it is told so."""
    certificate = _change(
        actor, certificate_id, "suspend", reason, category=category, known=SUSPENDING
    )
    notices.suspended(certificate, category)
    return certificate


@atomic()
def reinstate(actor: Actor, certificate_id: UUID, reason: str) -> Certificate:
    """Bring a suspended certificate back into force."""
    certificate = _change(actor, certificate_id, "reinstate", reason)
    notices.reinstated(certificate)
    return certificate


@atomic()
def revoke(actor: Actor, certificate_id: UUID, category: Reason, reason: str) -> Certificate:
    """Take a certificate out of force for ever."""
    certificate = _change(
        actor, certificate_id, "revoke", reason, category=category, known=REVOKING
    )
    announce(CertificateRevoked(certificate.id))
    notices.revoked(certificate, category)
    return certificate


@atomic()
def replace(actor: Actor, certificate_id: UUID, category: Reason, reason: str) -> Certificate:
    """Issue a new certificate from what is recorded now; the old one says it was replaced.

    The new one has its own number and code. Raises Invalid when the person could not get one
    now, such as with a name that is not confirmed; then the old one stays as it is.
    """
    old = _change(actor, certificate_id, "supersede", reason, category=category, known=REPLACING)
    new = _another(actor, old, replaces=old)
    announce(CertificateReplaced(old.id, new.id))
    return new


@atomic()
def cancel(actor: Actor, certificate_id: UUID, category: Reason, reason: str) -> Certificate:
    """Stop a certificate that has its number but was not printed: it will never be issued."""
    return _change(actor, certificate_id, "cancel", reason, category=category, known=CANCELLING)


@atomic()
def renew(actor: Actor, certificate_id: UUID, category: Reason, reason: str) -> Certificate:
    """Prepare another one in place of a certificate that was not printed yet."""
    old = _change(actor, certificate_id, "cancel", reason, category=category, known=CANCELLING)
    return _another(actor, old)


def _another(actor: Actor, old: Certificate, *, replaces: Certificate | None = None) -> Certificate:
    if old.enrolment_id is None or old.run_id is None:
        raise NotFound(_("There is no such enrolment."))
    db.session.flush()  # the old one must have given up its place before the new one takes it
    design = queries.designs.version_of(old.design_version_id).design_id
    version = queries.designs.newest_version(design, published=True)
    if version is None:
        raise NotFound(_("There is no such design."))
    order = issuing.Order(version.id, Kind(old.kind))
    try:
        return issuing.prepare(
            actor, old.run_id, old.enrolment_id, order, replaces=replaces, is_printed_later=True
        )
    except issuing.NotReady as refusal:
        why = " ".join(in_words(one) for one in refusal.hindrances)
        raise Invalid(_("A new certificate cannot be issued now. %(why)s", why=why)) from refusal


def _change(
    actor: Actor,
    certificate_id: UUID,
    action: str,
    reason: str,
    *,
    category: Reason | None = None,
    known: tuple[Reason, ...] = (),
) -> Certificate:
    certificate = queries.certificates.locked(certificate_id)
    if not policies.may_see(actor, certificate):
        raise NotFound(_("There is no such certificate."))
    policies.may_withdraw.require(actor, certificate)
    text = " ".join(reason.split())
    if not text:
        raise Invalid(_("Write down the reason."), field="reason")
    if category is not None and category not in known:
        raise Invalid(_("Choose one of the reasons."), field="category")
    audit.move(
        actor,
        certificate,
        CERTIFICATE,
        action,
        kind=issuing.KIND,
        institution_id=certificate.institution_id,
        reason=text,
    )
    issuing.note(certificate, action, by=actor.user_id, category=category or "", reason=text)
    return certificate
