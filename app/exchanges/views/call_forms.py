"""The office's pages on which the form of a call is built."""

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.database import Text
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.exchanges.forms.answers import answers_form
from app.exchanges.forms.call_parts import FieldForm, StepForm
from app.exchanges.models.calls import FormVersion
from app.exchanges.queries import calls as queries
from app.exchanges.rules.forms import in_step
from app.exchanges.services import call_questions as services
from app.exchanges.views.blueprint import bp
from app.exchanges.views.calls_office import editing
from app.exchanges.words.forms import FIELD_LABELS
from app.web.access import actor, signed_in
from app.web.forms import Form
from app.web.once import once
from app.web.pages import page, see_other, tell


@bp.get("/exchanges/calls/<uuid:call_id>/form")
@signed_in
def call_form(call_id: UUID) -> ResponseReturnValue:
    """Show the questions of a call by their steps."""
    call = queries.office_call(actor(), call_id)
    current = queries.current_form(call.id)
    return page(
        call=call,
        current=current,
        steps=[
            (number, title, in_step(current.fields, number))
            for number, title in enumerate(titles_of(current), 1)
        ],
        FIELD_LABELS=FIELD_LABELS,
        **editing(call),
    )


@bp.get("/exchanges/calls/<uuid:call_id>/form/preview")
@signed_in
def preview_form(call_id: UUID) -> ResponseReturnValue:
    """Show the form of a call as applicants will see it."""
    call = queries.office_call(actor(), call_id)
    current = queries.current_form(call.id)
    locale = current_locale()
    places = {
        str(place.id): Text(place.institution.name).in_(locale)
        for place in queries.destinations(call.id)
    }
    forms = [
        (
            Text(title).in_(locale),
            answers_form(
                current.fields, number, {}, destinations=places, most=call.max_preferences
            ),
        )
        for number, title in enumerate(titles_of(current), 1)
    ]
    return page(call=call, forms=forms, **editing(call))


@bp.route("/exchanges/calls/<uuid:call_id>/form/questions/new", methods=["GET", "POST"])
@signed_in
@once
def new_question(call_id: UUID) -> ResponseReturnValue:
    """Add a question to the form."""
    return _question_page(call_id, FieldForm(data={"step": request.args.get("step", "1")}), None)


@bp.route("/exchanges/calls/<uuid:call_id>/form/questions/<string:part>", methods=["GET", "POST"])
@signed_in
def edit_question(call_id: UUID, part: str) -> ResponseReturnValue:
    """Change a question of the form."""
    call = queries.office_call(actor(), call_id)
    for field in queries.current_form(call.id).fields:
        if field["id"] == part:
            return _question_page(call_id, FieldForm.of(field), field)
    raise NotFound(_("There is no such thing in this call."))


@bp.route("/exchanges/calls/<uuid:call_id>/form/steps/<int:number>", methods=["GET", "POST"])
@signed_in
@once
def edit_step(call_id: UUID, number: int) -> ResponseReturnValue:
    """Name a step of the form; the one after the last is a new one."""
    call = queries.office_call(actor(), call_id)
    titles = titles_of(queries.current_form(call.id))
    if not 1 <= number <= len(titles) + 1:
        raise NotFound(_("There is no such thing in this call."))
    is_new = number > len(titles)
    form = StepForm(data={} if is_new else {"title": dict(titles[number - 1])})

    def save() -> None:
        written = [*titles[: number - 1], dict(form.title.data), *titles[number:]]
        services.save_steps(actor(), call_id, written)

    if form.accepted(save):
        tell(_("It is saved."))
        return see_other("exchanges.call_form", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, number=number, is_new=is_new, **editing(call))


@bp.route("/exchanges/calls/<uuid:call_id>/form/steps/remove", methods=["GET", "POST"])
@signed_in
def remove_step(call_id: UUID) -> ResponseReturnValue:
    """Drop the last step of the form, once it holds no questions."""
    call = queries.office_call(actor(), call_id)
    titles = titles_of(queries.current_form(call.id))
    form = Form()
    if form.accepted(lambda: services.save_steps(actor(), call_id, titles[:-1])):
        tell(_("It is removed."))
        return see_other("exchanges.call_form", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, title=titles[-1])


def titles_of(form: FormVersion) -> list[dict[str, str]]:
    """Return the titles of a form's steps; a form without any has one."""
    return [dict(title) for title in form.steps] or [{"en": _("Your exchange")}]


def _question_page(
    call_id: UUID, form: FieldForm, known: dict[str, Any] | None
) -> ResponseReturnValue:
    call = queries.office_call(actor(), call_id)
    locale = current_locale()
    titles = titles_of(queries.current_form(call.id))
    form.offer_steps([Text(title).in_(locale) for title in titles])

    def save() -> None:
        key = str(known["id"]) if known else ""
        services.put_field(actor(), call_id, form.field(known), field_id=key)

    if form.accepted(save):
        tell(_("It is saved."))
        return see_other("exchanges.call_form", call_id=call_id)
    call = queries.office_call(actor(), call_id)
    return page(form=form, call=call, is_new=known is None, **editing(call))
