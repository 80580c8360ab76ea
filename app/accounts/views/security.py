"""One's own password, address and devices."""

from uuid import UUID

from flask import session
from flask.typing import ResponseReturnValue

from app.accounts.forms.profile import ChangeAddressForm, ChangePasswordForm
from app.accounts.queries import sign_ins
from app.accounts.services import addresses, passwords
from app.accounts.services import sign_in as signing_in
from app.accounts.views.blueprint import answered, bp, typed
from app.core.i18n import gettext as _
from app.web.access import actor, signed_in
from app.web.pages import page, see_other, tell


@bp.route("/profile/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's password; other devices are signed out."""
    form = ChangePasswordForm()

    def act() -> None:
        passwords.change(actor(), typed(form.present), typed(form.new))

    if (again := answered(form, act)) is not None:
        return again
    tell(_("Your password is changed, and you are signed out on all other devices."))
    return see_other("accounts.profile")


@bp.route("/profile/address", methods=["GET", "POST"])
@signed_in
def change_address() -> ResponseReturnValue:
    """Ask for another address; it counts once it is confirmed."""
    form = ChangeAddressForm()

    def act() -> None:
        addresses.ask_change(actor(), typed(form.password), typed(form.address))

    if (again := answered(form, act)) is not None:
        return again
    session["mailed_to"] = typed(form.address).strip()[:254]
    return see_other("accounts.mail_sent")


@bp.get("/profile/devices")
@signed_in
def devices() -> ResponseReturnValue:
    """List the devices one is signed in on."""
    return page(devices=sign_ins.devices(actor().user_id))


@bp.post("/profile/devices/<uuid:session_id>/end")
@signed_in
def end_device(session_id: UUID) -> ResponseReturnValue:
    """Sign out on one device."""
    signing_in.end_device(actor(), session_id)
    tell(_("Signed out on that device."))
    return see_other("accounts.devices")


@bp.post("/profile/devices/end-others")
@signed_in
def end_other_devices() -> ResponseReturnValue:
    """Sign out on all devices but this one."""
    signing_in.sign_out_everywhere(actor(), but_here=True)
    tell(_("Signed out on all other devices."))
    return see_other("accounts.devices")
