"""Pages of institutions."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.audit.queries import history
from app.core.errors import Conflict
from app.core.i18n import cldr, current_locale
from app.core.i18n import gettext as _
from app.institutions import contacts, policies, queries, services
from app.institutions.forms import (
    ContactForm,
    DetailsForm,
    LogoForm,
    NewInstitutionForm,
    UnitForm,
    differences,
)
from app.institutions.models import Contact, Institution, OrgUnit
from app.institutions.rules import contrast_with_white
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other, tell
from app.web.uploads import takes_files

bp = Blueprint("institutions", __name__, url_prefix="/institutions")
HOME = "institutions.institution"
"""Where one is led after every change."""


@bp.get("")
@signed_in
def institutions() -> ResponseReturnValue:
    """List the institutions."""
    text, sort = request.args.get("q", "")[:200], request.args.get("sort", "code")
    return page(
        institutions=queries.institutions(text, sort=sort, cursor=request.args.get("cursor")),
        text=text,
        creates=policies.may_create(actor(), None),
        adds_partners=policies.may_add_partner(actor(), None),
        countries=cldr(current_locale()).territories,
    )


@bp.get("/<uuid:institution_id>")
@signed_in
def institution(institution_id: UUID) -> ResponseReturnValue:
    """Show one institution; its history to those who may change it."""
    found = queries.institution_for(actor(), institution_id)
    edits = policies.may_edit(actor(), found)
    return page(
        institution=found,
        edits=edits,
        keeps=policies.may_keep_units(actor(), found),
        sees_contacts=policies.may_see_contacts(actor(), None),
        units=queries.units_of([found.id]),
        contacts=queries.contacts_of(actor(), found.id),
        history=history(found.id) if edits else [],
        country=cldr(current_locale()).territories.get(found.country, found.country),
        contrast=contrast_with_white(found.brand_colour),
    )


@bp.route("/new", methods=["GET", "POST"])
@signed_in
@once
def create() -> ResponseReturnValue:
    """Add an institution."""
    policies.may_create.require(actor(), None)
    return _created(_("The institution is added."), is_partner=False)


@bp.route("/partners/new", methods=["GET", "POST"])
@signed_in
@once
def create_partner() -> ResponseReturnValue:
    """Add a partner of exchanges, where nobody needs an account."""
    policies.may_add_partner.require(actor(), None)
    said = _("The partner is added. Add its units and whom to write to.")
    return _created(said, is_partner=True)


@bp.route("/<uuid:institution_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(institution_id: UUID) -> ResponseReturnValue:
    """Change an institution; two who change it at once both see both texts."""
    found = queries.editable_for(actor(), institution_id)
    retires = policies.may_create(actor(), None)
    form = DetailsForm(obj=found)
    if not retires:
        del form.is_active

    def act() -> None:
        details = form.details(may_retire=retires, was_active=found.is_active)
        services.edit(actor(), institution_id, details, version=_number(form.version.data))

    return _changed(
        institution_id,
        form,
        act,
        lambda: queries.institution_for(actor(), institution_id),
        institution=found,
        retires=retires,
    )


@bp.route("/<uuid:institution_id>/logo", methods=["GET", "POST"])
@signed_in
@takes_files
def edit_logo(institution_id: UUID) -> ResponseReturnValue:
    """Send a logo."""
    found = queries.editable_for(actor(), institution_id)
    form = LogoForm()

    def act() -> None:
        sent = request.files.get("logo")
        services.set_logo(actor(), institution_id, sent.read() if sent else b"")

    done = _done(institution_id, form, _("The logo is changed."), act)
    return done or page(form=form, institution=found)


@bp.post("/<uuid:institution_id>/logo/remove")
@signed_in
def remove_logo(institution_id: UUID) -> ResponseReturnValue:
    """Show no logo any more."""
    queries.editable_for(actor(), institution_id)
    services.remove_logo(actor(), institution_id)
    tell(_("The logo is removed."))
    return see_other(HOME, institution_id=institution_id)


@bp.route("/<uuid:institution_id>/units/new", methods=["GET", "POST"])
@signed_in
@once
def add_unit(institution_id: UUID) -> ResponseReturnValue:
    """Add a faculty, department or school."""
    found = queries.kept_by(actor(), institution_id)
    form = UnitForm()
    form.offer(queries.units_of([institution_id]))
    done = _done(
        institution_id,
        form,
        _("The unit is added."),
        lambda: contacts.add_unit(actor(), institution_id, form.details),
    )
    return done or page(form=form, institution=found)


@bp.route("/units/<uuid:unit_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_unit(unit_id: UUID) -> ResponseReturnValue:
    """Change a unit, or use it no more."""
    unit = queries.unit_for(actor(), unit_id)
    institution_id = unit.institution_id
    form = UnitForm(obj=unit)
    form.offer(queries.units_of([institution_id]), but=unit_id)
    return _changed(
        institution_id,
        form,
        lambda: contacts.edit_unit(
            actor(), unit_id, form.details, version=_number(form.version.data)
        ),
        lambda: queries.unit_for(actor(), unit_id),
        institution=queries.kept_by(actor(), institution_id),
    )


@bp.route("/<uuid:institution_id>/contacts/new", methods=["GET", "POST"])
@signed_in
@once
def add_contact(institution_id: UUID) -> ResponseReturnValue:
    """Add somebody to write to."""
    found = queries.kept_by(actor(), institution_id)
    form = ContactForm()
    form.offer(queries.units_of([institution_id], in_use=True))
    done = _done(
        institution_id,
        form,
        _("The contact is added."),
        lambda: contacts.add_contact(actor(), institution_id, form.details),
    )
    return done or page(form=form, institution=found)


@bp.route("/contacts/<uuid:contact_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_contact(contact_id: UUID) -> ResponseReturnValue:
    """Change somebody to write to."""
    contact = queries.contact_for(actor(), contact_id)
    institution_id = contact.institution_id
    form = ContactForm(obj=contact)
    form.offer(queries.units_of([institution_id]))
    return _changed(
        institution_id,
        form,
        lambda: contacts.edit_contact(
            actor(), contact_id, form.details, version=_number(form.version.data)
        ),
        lambda: queries.contact_for(actor(), contact_id),
        contact=contact,
        institution=queries.kept_by(actor(), institution_id),
    )


@bp.route("/contacts/<uuid:contact_id>/remove", methods=["GET", "POST"])
@signed_in
def remove_contact(contact_id: UUID) -> ResponseReturnValue:
    """Forget somebody to write to, once this was confirmed."""
    contact = queries.contact_for(actor(), contact_id)
    institution_id = contact.institution_id
    form = Form()
    done = _done(
        institution_id,
        form,
        _("The contact is removed."),
        lambda: contacts.remove_contact(actor(), contact_id),
    )
    return done or page(form=form, contact=contact)


def _done(
    institution_id: UUID, form: Form, said: str, act: Callable[[], object]
) -> ResponseReturnValue | None:
    """Do it and lead back to the institution; None while the form is to be shown."""
    return acted(form, act, said, HOME, institution_id=institution_id)


def _created(said: str, *, is_partner: bool) -> ResponseReturnValue:
    """Add an institution and lead to it, or show the form."""
    form = NewInstitutionForm(data={"brand_colour": "#0c665d", "timezone": actor().timezone})
    made: list[UUID] = []

    def act() -> None:
        details = form.details(may_retire=False, was_active=True)
        code = form.code.data or ""
        made.append(services.create(actor(), code, details, is_partner=is_partner))

    if not form.accepted(act):
        return page(form=form)
    tell(said)
    return see_other(HOME, institution_id=made[0])


def _changed(
    institution_id: UUID,
    form: DetailsForm | UnitForm | ContactForm,
    act: Callable[[], object],
    read: Callable[[], Institution | OrgUnit | Contact],
    **shown: Any,
) -> ResponseReturnValue:
    """Save a form and lead back; who was overtaken sees what they typed beside what is stored.

    Sending it again saves what was typed.
    """
    try:
        done = _done(institution_id, form, _("Saved."), act)
    except Conflict as error:
        stored = read()
        form.form_errors.append(str(error))
        form.version.data = str(stored.version)
        form.version.raw_data = [form.version.data]
        return page(form=form, differences=differences(form, stored), status=409, **shown)
    return done or page(form=form, differences=[], **shown)


def _number(sent: object) -> int:
    """Return the version that was sent; what was not sent is no version."""
    if not isinstance(sent, str) or not sent.isascii() or not sent.isdigit():
        return -1
    return int(sent) if len(sent) < 10 else -1  # noqa: PLR2004 -- no version is that large
