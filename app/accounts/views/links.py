"""Following a link from a mail: its secret leaves the address bar before any page is shown."""

from flask import g, session
from flask.typing import ResponseReturnValue

from app.accounts.forms.entry import AgreeForm, ChoosePasswordForm
from app.accounts.queries import people
from app.accounts.queries.sign_ins import link_for
from app.accounts.services import addresses, passwords
from app.accounts.services import sign_in as signing_in
from app.accounts.states import LinkPurpose
from app.accounts.views.blueprint import (
    START,
    answered,
    bp,
    forget,
    place,
    put_in_cookie,
    settings,
    to_path,
    typed,
)
from app.core.database import atomic
from app.core.i18n import gettext as _
from app.web.access import public, with_token
from app.web.pages import safe_path, see_other, tell

PAGES = {
    LinkPurpose.CONFIRM_EMAIL: "accounts.choose_password",
    LinkPurpose.INVITATION: "accounts.choose_password",
    LinkPurpose.RESET_PASSWORD: "accounts.choose_password",
    LinkPurpose.CHANGE_EMAIL: "accounts.confirm_address",
    LinkPurpose.UNDO_EMAIL: "accounts.undo_address",
}


@bp.get("/link/<string(maxlength=100):secret>")
@with_token("account link")
def follow_link(secret: str) -> ResponseReturnValue:
    """Keep the secret in the cookie and go to the page of its purpose; changes nothing."""
    link = link_for(secret)
    session["link"] = secret
    g.no_store = True
    return see_other(PAGES[link.purpose])


@bp.route("/choose-password", methods=["GET", "POST"])
@public
def choose_password() -> ResponseReturnValue:
    """Choose a password behind a link: to confirm an address, accept an invitation, or anew."""
    secret = session.get("link", "")
    link = link_for(secret, *passwords.CHOOSING)
    g.no_store = True
    purpose, names = link.purpose, people.display_names([link.user_id])
    form = ChoosePasswordForm()
    found: list[tuple[signing_in.SignIn, str]] = []

    def act() -> None:
        user_id, value = passwords.choose(secret, typed(form.password))
        if purpose != LinkPurpose.RESET_PASSWORD:
            with atomic():
                user = people.locked(user_id)
                found.append((signing_in.begin(user, place=place(), settings=settings()), value))

    again = answered(form, act, purpose=purpose.value, name=names[link.user_id])
    if again is not None:
        return again
    session.clear()
    if not found:
        tell(_("Your password is changed. Sign in with the new one."))
        return forget(see_other("accounts.sign_in"))
    put_in_cookie(found[0][0])
    tell(_("Welcome. Your account is ready."))
    return to_path(safe_path(found[0][1], START))


@bp.route("/confirm-address", methods=["GET", "POST"])
@public
def confirm_address() -> ResponseReturnValue:
    """Take a new address, at a press of a button."""
    secret = session.get("link", "")
    link = link_for(secret, LinkPurpose.CHANGE_EMAIL)
    form = AgreeForm()
    again = answered(form, lambda: addresses.confirm(secret), address=link.value)
    if again is not None:
        return again
    session.pop("link", None)
    tell(_("Your address is changed."))
    return see_other("accounts.profile")


@bp.route("/undo-address", methods=["GET", "POST"])
@public
def undo_address() -> ResponseReturnValue:
    """Take a change of address back, at a press of a button."""
    secret = session.get("link", "")
    link = link_for(secret, LinkPurpose.UNDO_EMAIL)
    form = AgreeForm()
    again = answered(form, lambda: addresses.undo(secret), address=link.value)
    if again is not None:
        return again
    session.clear()
    tell(_("The former address counts again. We sent a link there to choose a new password."))
    return forget(see_other("accounts.sign_in"))
