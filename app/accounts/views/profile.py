"""One's own profile: names per script and settings."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.accounts.directory import units
from app.accounts.forms.profile import NameForm, SettingsForm
from app.accounts.queries import people
from app.accounts.services import names
from app.accounts.services import profile as settings_service
from app.accounts.states import STAFF_ROLES, NameOrder, Script
from app.accounts.views.blueprint import answered, bp, typed, with_keys
from app.accounts.words import SCRIPT_HINTS, SCRIPT_LABELS
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.names import default_order
from app.web.access import actor, signed_in
from app.web.locale import chosen_theme
from app.web.pages import see_other, tell


@bp.route("/profile", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    """Show the names, and change how pages are."""
    user = people.own(actor())
    offered, is_staff = units(user.institution_id), actor().holds(*STAFF_ROLES)
    chosen = str(user.unit_id) if user.unit_id in offered else ""
    form = SettingsForm(obj=user, data={"unit": chosen})
    form.offer(offered, is_staff=is_staff)
    form.theme.data = form.theme.data or chosen_theme()

    def act() -> None:
        settings_service.save(
            actor(),
            locale=typed(form.locale),
            timezone=typed(form.timezone),
            theme=typed(form.theme),
            single_keys=form.single_keys.data,
        )
        if is_staff:
            settings_service.save_affiliation(
                actor(),
                unit_id=UUID(form.unit.data) if form.unit.data else None,
                supervisor_email=typed(form.supervisor_email),
            )

    known = {name.script: name for name in people.names_of(user.id)}
    scripts = [(script, SCRIPT_LABELS[script], known.get(script)) for script in Script]
    if (again := answered(form, act, user=user, scripts=scripts)) is not None:
        return again
    tell(_("Saved."))
    return with_keys(see_other("accounts.profile"), bool(form.single_keys.data))


@bp.route("/profile/names/<string(maxlength=20):script>", methods=["GET", "POST"])
@signed_in
def edit_name(script: str) -> ResponseReturnValue:
    """Write one's name in one script."""
    wanted = _script(script)
    known = {name.script: name for name in people.names_of(actor().user_id)}
    form = NameForm(obj=known.get(wanted), data={"order": default_order(script).value})

    def act() -> None:
        names.save_name(
            actor(), wanted, typed(form.given), typed(form.family), NameOrder(typed(form.order))
        )

    values = {
        "script": wanted,
        "label": SCRIPT_LABELS[wanted],
        "about": SCRIPT_HINTS[wanted],
        "is_removable": wanted in known and len(known) > 1,
    }
    if (again := answered(form, act, **values)) is not None:
        return again
    tell(_("Your name is saved."))
    return see_other("accounts.profile")


@bp.post("/profile/names/<string(maxlength=20):script>/remove")
@signed_in
def remove_name(script: str) -> ResponseReturnValue:
    """Take one's name in one script away."""
    try:
        names.remove_name(actor(), _script(script))
        tell(_("The name is removed."))
    except Invalid as error:
        tell(str(error), "no")
    return see_other("accounts.profile")


def _script(text: str) -> Script:
    try:
        return Script(text)
    except ValueError:
        raise NotFound(_("There is no such script.")) from None
