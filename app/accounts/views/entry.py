"""Signing in, up and out."""

from flask import g, request, session
from flask.typing import ResponseReturnValue

from app.accounts import queries
from app.accounts.forms.entry import AddressForm, SignInForm, SignUpForm
from app.accounts.queries import sign_ins
from app.accounts.services import passwords
from app.accounts.services import sign_in as signing_in
from app.accounts.services import sign_up as joining
from app.accounts.states import NameOrder
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
    with_keys,
)
from app.core.actor import Actor
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.web import kept, locale
from app.web.access import actor, public, signed_in
from app.web.pages import came_from, page, safe_path, see_other, tell, wants_fragment
from app.web.templating import render


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to where one was going."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    target = safe_path(typed(form.next), START)
    if not actor().is_anonymous:
        return _send_again(actor(), typed(form.kept)) or to_path(target)
    found: list[signing_in.SignIn] = []

    def act() -> None:
        found.append(
            signing_in.sign_in(
                typed(form.email), typed(form.password), place=place(), settings=settings()
            )
        )

    if (again := answered(form, act, target=target)) is not None:
        return again
    put_in_cookie(found[0])
    if form.kept.data and (person := queries.actor_of_sign_in(found[0].secret)):
        answer = _send_again(person, typed(form.kept))
        if answer is None:
            tell(_("What was typed before signing in could not be kept for you."), "wait")
            target = START
        return with_keys(answer or to_path(target), found[0].single_keys)
    return with_keys(to_path(target), found[0].single_keys)


def sign_in_first() -> ResponseReturnValue | None:
    """Ask somebody whose sign-in has ended to sign in, keeping the form that they sent.

    None when nobody was signed in, or a program sent it.
    """
    user_id = sign_ins.whose(str(session.get("_user_id", "")))
    if user_id is None or request.accept_mimetypes.best == "application/json" or wants_fragment():
        return None
    where = came_from()
    form = SignInForm(formdata=None, data={"next": where, "kept": kept.sealed(user_id, where)})
    return render("accounts/sign_in.html", form=form, is_late=True), 401


def _send_again(person: Actor, sealed: str) -> ResponseReturnValue | None:
    """Show what was kept of a form, to be sent now; None when there is nothing for this person."""
    sent = kept.opened(sealed, person.user_id) if sealed else None
    return render("accounts/_send_again.html", sent=sent, actor=person) if sent else None


@bp.post("/still-here")
@signed_in
def still_here() -> ResponseReturnValue:
    """Go on being signed in; says for how many seconds."""
    return {"seconds": g.get("signed_in_for", 0)}


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this sign-in at the server and in the browser."""
    signing_in.sign_out(actor())
    session.clear()
    return forget(to_path("/"))


@bp.post("/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End the sign-ins on all devices, this one too."""
    signing_in.sign_out_everywhere(actor())
    session.clear()
    return forget(see_other("accounts.sign_in"))


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> ResponseReturnValue:
    """Ask for an account; a mail goes out, whoever has the address."""
    form = SignUpForm(data={"next": request.args.get("next", "")})

    def act() -> None:
        newcomer = joining.Newcomer(
            email=typed(form.email),
            given=typed(form.given),
            family=typed(form.family),
            order=NameOrder(typed(form.order)),
            locale=current_locale(),
            timezone=locale.chosen_zone(),
            path=safe_path(typed(form.next), START),
        )
        joining.ask(newcomer, address=place().address)

    if (again := answered(form, act)) is not None:
        return again
    session["mailed_to"] = typed(form.email).strip()[:254]
    return see_other("accounts.mail_sent")


@bp.get("/mail-sent")
@public
def mail_sent() -> ResponseReturnValue:
    """Say that a mail is on its way, the same for everyone."""
    return page(address=session.get("mailed_to", ""))


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to choose a new password."""
    form = AddressForm()

    def act() -> None:
        passwords.ask_reset(typed(form.email), address=place().address)

    if (again := answered(form, act)) is not None:
        return again
    session["mailed_to"] = typed(form.email).strip()[:254]
    tell(_("If there is an account with this address, a mail is on its way."))
    return see_other("accounts.mail_sent")
