"""Pages where the promises of a draft are written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.errors import Conflict
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses.forms.catalogue import version_of
from app.exchanges.forms.agreements import ConditionForm, condition_values
from app.exchanges.models.agreements import Agreement, Condition
from app.exchanges.policies import agreements as policies
from app.exchanges.queries import agreements as queries
from app.exchanges.rules.academic_years import year_label
from app.exchanges.rules.isced import DETAILED
from app.exchanges.services import conditions as services
from app.exchanges.views.blueprint import bp
from app.exchanges.words import agreements as words
from app.exchanges.words.isced import field_title, field_titles
from app.institutions.queries import units_of
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import acted, page, see_other

ABOVE = "exchanges.agreement_version"
"""The text that a promise belongs to."""


@bp.route("/exchanges/agreements/versions/<uuid:version_id>/conditions", methods=["GET", "POST"])
@signed_in
@once
def agreement_condition_new(version_id: UUID) -> ResponseReturnValue:
    """Add a promise to a draft."""
    agreement, version = queries.version_for(actor(), version_id)
    policies.may_keep.require(actor(), agreement)
    form = _form(agreement, condition_values(None, None, version.version))
    done = _done(
        version_id,
        form,
        _("The condition is added."),
        lambda: services.add(actor(), version_id, form.promise()),
    )
    return done or _page(version_id, form)


@bp.route("/exchanges/agreements/conditions/<uuid:condition_id>", methods=["GET", "POST"])
@signed_in
def agreement_condition_edit(condition_id: UUID) -> ResponseReturnValue:
    """Change a promise of a draft."""
    agreement, condition, version_id = _written(condition_id)
    version = queries.version_for(actor(), version_id)[1]
    values = condition_values(condition, agreement.institution_id, version.version)
    form = _form(agreement, values)

    def act() -> None:
        services.edit(actor(), condition_id, form.promise(), revision=version_of(form) or 0)

    try:
        done = _done(version_id, form, _("Saved."), act)
    except Conflict as error:
        form.form_errors.append(str(error))
        stored = queries.condition_for(actor(), condition_id)
        form.version.data = str(stored[0].version)
        form.version.raw_data = [form.version.data]
        return _page(version_id, form, stored=queries.line_of(stored[1]), status=409)
    return done or _page(version_id, form)


@bp.route("/exchanges/agreements/conditions/<uuid:condition_id>/remove", methods=["GET", "POST"])
@signed_in
def agreement_condition_remove(condition_id: UUID) -> ResponseReturnValue:
    """Take a promise out of a draft, once this was confirmed."""
    agreement, condition, version_id = _written(condition_id)
    form = Form()
    line = queries.line_of(condition)
    done = _done(
        version_id,
        form,
        _("The condition is removed."),
        lambda: services.remove(actor(), condition_id),
    )
    return done or page(
        form=form,
        agreement=agreement,
        line=line,
        version_id=version_id,
        year_label=year_label,
        words=words,
    )


@bp.post("/exchanges/agreements/conditions/<uuid:condition_id>/move")
@signed_in
def agreement_condition_move(condition_id: UUID) -> ResponseReturnValue:
    """Move a promise up or down."""
    _written(condition_id)
    version_id = services.move(actor(), condition_id, up=request.form.get("way") == "up")
    return see_other(ABOVE, version_id=version_id, _anchor="conditions")


def _done(
    version_id: UUID, form: Form, said: str, act: Callable[[], object]
) -> ResponseReturnValue | None:
    """Do it and lead back to the text; None while the form is to be shown."""
    return acted(form, act, said, ABOVE, version_id=version_id)


def _written(condition_id: UUID) -> tuple[Agreement, Condition, UUID]:
    version, condition = queries.condition_for(actor(), condition_id)
    agreement = queries.agreement_for(actor(), version.agreement_id)
    policies.may_keep.require(actor(), agreement)
    return agreement, condition, version.id


def _form(agreement: Agreement, values: dict[str, Any]) -> ConditionForm:
    form = ConditionForm(data=values)
    locale = current_locale()
    names = (agreement.institution.name.in_(locale), agreement.partner.name.in_(locale))
    ours, theirs = (
        units_of([place], in_use=True) for place in (agreement.institution_id, agreement.partner_id)
    )
    form.offer(names, (ours, theirs))
    return form


def _page(
    version_id: UUID,
    form: ConditionForm,
    *,
    stored: dict[str, Any] | None = None,
    status: int | None = None,
) -> ResponseReturnValue:
    agreement, version = queries.version_for(actor(), version_id)
    return page(
        form=form,
        status=status,
        agreement=agreement,
        version=version,
        stored=stored,
        fields_of_study=field_titles(DETAILED),
        year_label=year_label,
        isced_name=field_title,
        words=words,
    )
