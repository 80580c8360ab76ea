"""Suspending, reinstating, revoking and replacing a certificate."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.certificates import policies, queries, services
from app.certificates.forms import ReasonForm, WithdrawForm, choices_of
from app.certificates.models import Certificate
from app.certificates.reasons import REPLACING, REVOKING, SUSPENDING, Reason
from app.certificates.views import bp
from app.certificates.words import REASON_LABELS
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.web.access import actor, signed_in
from app.web.once import once
from app.web.pages import page, see_other, tell

Change = Callable[[Actor, UUID, Reason, str], Certificate]


@bp.route("/certificates/<uuid:certificate_id>/suspend", methods=["GET", "POST"])
@signed_in
@once
def suspend(certificate_id: UUID) -> ResponseReturnValue:
    """Take a certificate out of force for a while."""
    done = _("The certificate is suspended.")
    return _withdrawn(certificate_id, services.withdrawing.suspend, SUSPENDING, done)


@bp.route("/certificates/<uuid:certificate_id>/revoke", methods=["GET", "POST"])
@signed_in
@once
def revoke(certificate_id: UUID) -> ResponseReturnValue:
    """Take a certificate out of force for ever."""
    done = _("The certificate is revoked.")
    return _withdrawn(certificate_id, services.withdrawing.revoke, REVOKING, done)


@bp.route("/certificates/<uuid:certificate_id>/replace", methods=["GET", "POST"])
@signed_in
@once
def replace(certificate_id: UUID) -> ResponseReturnValue:
    """Issue a new certificate in place of this one."""
    done = _("The certificate is replaced. The new one is being printed.")
    return _withdrawn(certificate_id, services.withdrawing.replace, REPLACING, done)


@bp.route("/certificates/<uuid:certificate_id>/reinstate", methods=["GET", "POST"])
@signed_in
@once
def reinstate(certificate_id: UUID) -> ResponseReturnValue:
    """Bring a suspended certificate back into force."""
    found = _kept(certificate_id)
    form = ReasonForm()
    if form.accepted(
        lambda: services.withdrawing.reinstate(actor(), found.id, form.reason.data or "")
    ):
        tell(_("The certificate is in force again."))
        return see_other(".certificate_detail", certificate_id=found.id)
    return page(form=form, certificate=found)


def _withdrawn(
    certificate_id: UUID, change: Change, reasons: Sequence[Reason], done: str
) -> ResponseReturnValue:
    found = _kept(certificate_id)
    form = WithdrawForm()
    form.category.choices = choices_of((one.value, REASON_LABELS[one]) for one in reasons)
    changed: list[Certificate] = []
    if form.accepted(
        lambda: changed.append(
            change(actor(), found.id, Reason(form.category.data), form.reason.data or "")
        )
    ):
        tell(done)
        return see_other(".certificate_detail", certificate_id=changed[0].id)
    return page(form=form, certificate=found)


def _kept(certificate_id: UUID) -> Certificate:
    found = queries.certificates.certificate_for(actor(), certificate_id)
    policies.may_withdraw.require(actor(), found)
    return found
