"""Pages for people without an account, who followed a link from a mail."""

from flask import Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core.i18n import gettext as _
from app.exchanges.forms.agreements import GuestSignForm
from app.exchanges.queries import agreements as queries
from app.exchanges.queries import guest_links as links
from app.exchanges.services import signatures
from app.exchanges.services.agreements import GUEST
from app.exchanges.views.agreement_versions import READ_WITH
from app.exchanges.views.blueprint import bp
from app.web.access import actor, public, with_token
from app.web.locale import A_YEAR
from app.web.once import once
from app.web.pages import page, see_other, tell

PAGES: dict[str, str] = {GUEST: "exchanges.agreement_guest"}
"""Where a link for each purpose leads; the page asks `guest_token`."""

COOKIE = "exchange_guest"


def guest_token(purpose: str) -> str:
    """Return the token that was followed for this purpose; empty when none was."""
    kept = session.get(COOKIE, {})
    return str(kept.get(purpose, "")) if isinstance(kept, dict) else ""


@bp.get("/exchanges/guests/<string(maxlength=300):token>")
@with_token("exchange guest")
def guest_follow(token: str) -> ResponseReturnValue:
    """Keep the token in the cookie, speak the guest's language, and go on; changes nothing."""
    link = links.open_link(token)
    session[COOKIE] = {link.purpose: token}
    g.no_store = True
    answer: Response = current_app.make_response(redirect(url_for(PAGES[link.purpose]), code=303))
    if actor().is_anonymous:
        secure = request.is_secure
        answer.set_cookie(
            "lang", link.locale, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure
        )
    return answer


@bp.route("/exchanges/guest/agreement", methods=["GET", "POST"])
@public
@once
def agreement_guest() -> ResponseReturnValue:
    """Read an agreement and sign it for the partner, through a link that works once."""
    g.no_store = True
    token = guest_token(GUEST)
    link = links.open_link(token, GUEST)
    form = GuestSignForm(data={"terms_hash": link.content.get("terms_hash", ""), "name": link.name})

    def act() -> None:
        signatures.sign_as_guest(
            token,
            form.terms_hash.data or "",
            name=form.name.data or "",
            position=form.position.data or "",
        )

    if form.accepted(act):
        session.pop(COOKIE, None)
        tell(_("You have signed. A message confirms it to you."))
        return see_other("exchanges.guest_done")
    agreement, version = queries.version_of_guest(links.open_link(token, GUEST))
    return page(
        form=form, link=link, agreement=agreement, version=version, terms=version.terms, **READ_WITH
    )


@bp.get("/exchanges/guest/done")
@public
def guest_done() -> ResponseReturnValue:
    """Thank a guest."""
    return page()
