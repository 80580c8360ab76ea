"""People and their roles, for registrars and administrators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts import policies
from app.accounts.directory import Place, places
from app.accounts.forms.people import GrantForm, InvitationForm, ReasonForm, search_from
from app.accounts.queries import people as reading
from app.accounts.queries import sign_ins
from app.accounts.services import invitations, roles, sign_up
from app.accounts.services import people as managing
from app.accounts.states import AccountState, NameOrder, Role
from app.accounts.views.blueprint import answered, bp, typed
from app.accounts.words import ROLE_LABELS, SCRIPT_LABELS, STATE_CHIPS, STATE_LABELS
from app.audit.queries import history
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.web import locale
from app.web.access import actor, signed_in
from app.web.downloads import download, kind_of
from app.web.once import once
from app.web.pages import page, see_other, tell

WORDS: dict[str, Any] = {"ROLES": ROLE_LABELS, "STATES": STATE_LABELS, "CHIPS": STATE_CHIPS}


@bp.get("/people")
@signed_in
def people() -> ResponseReturnValue:
    """List the people one may see."""
    policies.may_list.require(actor(), None)
    search = search_from(request.args)
    known = places()
    found = reading.people(actor(), search, known, cursor=request.args.get("cursor"))
    return page(people=found, search=search, places=_choices(known), **WORDS)


@bp.get("/people/export.<string(maxlength=4):ending>")
@signed_in
def export_people(ending: str) -> ResponseReturnValue:
    """Save the same list as CSV or XLSX."""
    kind = kind_of(ending)
    policies.may_list.require(actor(), None)
    rows = list(reading.all_people(actor(), search_from(request.args)))
    headers = [_("Name"), _("E-mail address"), _("State"), _("Institution"), _("Roles")]
    table = [
        (
            line.user.display_name,
            line.user.email,
            str(STATE_LABELS[line.user.state]),
            line.home.name.in_(current_locale()) if line.home else "",
            "; ".join(_role(role) for role in line.roles),
        )
        for line in rows
    ]
    return download(_("People"), headers, table, kind)


@bp.route("/people/invite", methods=["GET", "POST"])
@signed_in
@once
def invite() -> ResponseReturnValue:
    """Invite somebody into a role."""
    policies.may_list.require(actor(), None)
    form = InvitationForm(data={"locale": current_locale()})
    form.offer(actor(), places())

    def act() -> None:
        newcomer = sign_up.Newcomer(
            email=typed(form.email),
            given=typed(form.given),
            family=typed(form.family),
            order=NameOrder(typed(form.order)),
            locale=typed(form.locale),
            timezone=actor().timezone,
        )
        until = form.valid_until(locale.chosen_zone())
        role = Role(typed(form.role))
        invitations.invite(actor(), newcomer, role, form.institution_id, valid_until=until)

    if (again := answered(form, act)) is not None:
        return again
    tell(_("The invitation is on its way to %(address)s.", address=typed(form.email)))
    return see_other("accounts.people")


@bp.get("/people/<uuid:user_id>")
@signed_in
def person(user_id: UUID) -> ResponseReturnValue:
    """Show one person to those who may see them; those who manage nobody see their profile."""
    if user_id == actor().user_id and not actor().holds(*policies.MANAGERS):
        return see_other("accounts.profile")
    user = reading.person_for(actor(), user_id)
    managed = reading.managed(user)
    known = places()
    held = reading.roles_of(actor(), [user.id], known)[user.id]
    manages = policies.may_manage(actor(), managed)
    return page(
        user=user,
        names=reading.names_of(user.id),
        home=known.get(user.institution_id) if user.institution_id else None,
        roles=[(line, _may_take(line, user_id)) for line in held],
        devices=sign_ins.devices(user.id) if manages else [],
        history=history(user.id),
        manages=manages,
        grants=actor().holds(*policies.MANAGERS) and user_id != actor().user_id,
        SCRIPTS=SCRIPT_LABELS,
        AccountState=AccountState,
        **WORDS,
    )


@bp.route("/people/<uuid:user_id>/roles", methods=["GET", "POST"])
@signed_in
@once
def grant_role(user_id: UUID) -> ResponseReturnValue:
    """Give a person a role."""
    user = reading.person_for(actor(), user_id)
    form = GrantForm()
    form.offer(actor(), places())
    zone = locale.chosen_zone()

    def act() -> None:
        roles.grant(
            actor(),
            user_id,
            Role(typed(form.role)),
            form.institution_id,
            valid_from=form.valid_from(zone),
            valid_until=form.valid_until(zone),
        )

    if (again := answered(form, act, user=user)) is not None:
        return again
    tell(_("The role is given. The person signs in anew to use it."))
    return see_other("accounts.person", user_id=user_id)


@bp.post("/people/<uuid:user_id>/roles/<uuid:assignment_id>/revoke")
@signed_in
def revoke_role(user_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """Take a role away."""
    roles.revoke(actor(), user_id, assignment_id)
    tell(_("The role is taken away."))
    return see_other("accounts.person", user_id=user_id)


@bp.route("/people/<uuid:user_id>/suspend", methods=["GET", "POST"])
@signed_in
def suspend(user_id: UUID) -> ResponseReturnValue:
    """Keep a person from signing in."""
    user = reading.person_for(actor(), user_id)
    policies.may_manage.require(actor(), reading.managed(user))
    form = ReasonForm()

    def act() -> None:
        managing.suspend(actor(), user_id, reason=typed(form.reason))

    if (again := answered(form, act, user=user)) is not None:
        return again
    tell(_("The account is suspended; all its sign-ins have ended."))
    return see_other("accounts.person", user_id=user_id)


@bp.post("/people/<uuid:user_id>/restore")
@signed_in
def restore(user_id: UUID) -> ResponseReturnValue:
    """Let a suspended person sign in again."""
    managing.restore(actor(), user_id)
    tell(_("The person can sign in again."))
    return see_other("accounts.person", user_id=user_id)


@bp.post("/people/<uuid:user_id>/reset")
@signed_in
def start_reset(user_id: UUID) -> ResponseReturnValue:
    """Have a link to a new password mailed to a person."""
    managing.start_reset(actor(), user_id)
    tell(_("A link to choose a new password is on its way to the person."))
    return see_other("accounts.person", user_id=user_id)


@bp.post("/people/<uuid:user_id>/invite-again")
@signed_in
def invite_again(user_id: UUID) -> ResponseReturnValue:
    """Mail an invitation once more."""
    invitations.invite_again(actor(), user_id)
    tell(_("The invitation is on its way once more."))
    return see_other("accounts.person", user_id=user_id)


@bp.post("/people/<uuid:user_id>/end-sign-ins")
@signed_in
def end_sign_ins(user_id: UUID) -> ResponseReturnValue:
    """Sign a person out on all devices."""
    managing.end_sign_ins(actor(), user_id)
    tell(_("The person is signed out everywhere."))
    return see_other("accounts.person", user_id=user_id)


def _may_take(line: reading.RoleLine, user_id: UUID) -> bool:
    grant = policies.Grant(user_id, line.role, line.institution_id)
    return line.when != "over" and policies.may_grant(actor(), grant)


def _role(line: reading.RoleLine) -> str:
    label = str(ROLE_LABELS[line.role])
    return f"{label} ({line.place.name.in_(current_locale())})" if line.place else label


def _choices(known: Mapping[UUID, Place]) -> list[tuple[str, str]]:
    named = ((place.name.in_(current_locale()), str(key)) for key, place in known.items())
    return [(key, name) for name, key in sorted(named)]
