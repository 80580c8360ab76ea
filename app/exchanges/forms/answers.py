"""The form that an applicant fills in: one step of what the office built, in their language."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    DateField,
    Field,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from app.core.database import Text
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.courses.forms.choices import CheckboxesField, option
from app.exchanges.rules import forms as rules
from app.exchanges.rules.eligibility import read_day
from app.exchanges.rules.forms import LONG, SHORT, FieldType
from app.exchanges.words.forms import fault_in_words
from app.web.forms import Form

PREFIX = "q-"
"""Before the id of each question, so that no question is taken for a field of the page."""

_FEW = 6
"""Choices that are shown all at once; more are folded into a list."""


class AnswersForm(Form):
    """One step of a form; `questions` are its fields as the office wrote them."""

    questions: Sequence[Mapping[str, Any]] = ()
    destinations: Mapping[str, str] = {}
    most: int = 1

    def values(self) -> dict[str, Any]:
        """Return what was typed by the id of its question, not yet checked."""
        return {str(one["id"]): self._value(one) for one in self.questions}

    def read(self, *, partial: bool = False) -> dict[str, Any]:
        """Return the answers worth keeping, and show beside each field why it is refused.

        `partial` keeps a draft: nothing is missing yet. Files are uploads of their own.
        """
        asked = [one for one in self.questions if one["type"] != FieldType.FILE]
        kept, faults = rules.clean(
            asked, self.values(), partial=partial, destinations=self.destinations
        )
        for question in asked:
            fault = faults.get(str(question["id"]))
            if fault is not None:
                field = self.field_of(question)
                field.errors = [*field.errors, fault_in_words(fault, question)]
        return kept

    def field_of(self, question: Mapping[str, Any]) -> Any:
        """Return the field of a question; of preferences, the first of several."""
        name = f"{PREFIX}{question['id']}"
        return self[name if name in self else f"{name}-1"]

    def fields_of(self, question: Mapping[str, Any]) -> list[Any]:
        """Return the fields of a question, to show in their order."""
        if question["type"] != FieldType.PREFERENCES:
            return [self.field_of(question)]
        return [self[f"{PREFIX}{question['id']}-{place}"] for place in range(1, self.most + 1)]

    def _value(self, question: Mapping[str, Any]) -> Any:
        if question["type"] == FieldType.PREFERENCES:
            return [field.data for field in self.fields_of(question) if field.data]
        field = self.field_of(question)
        if question["type"] == FieldType.DATE and field.raw_data and field.data is None:
            return field.raw_data[0]
        return field.data


def answers_form(
    fields: Sequence[Mapping[str, Any]],
    step: int,
    answers: Mapping[str, Any],
    *,
    destinations: Mapping[str, str] | None = None,
    most: int = 3,
) -> AnswersForm:
    """Return the form of one step, filled in with what was answered before.

    `destinations` are {id: name} to choose from, at most so many.
    """
    offered = destinations or {}
    questions = rules.in_step(fields, step)
    preferences = rules.preferences_field(questions)
    wanted = (preferences or {}).get("limits") or {}
    most = max(1, min(int(wanted.get("max") or most), len(offered) or 1))
    members: dict[str, Any] = {"questions": questions, "destinations": offered, "most": most}
    data: dict[str, Any] = {}
    for question in questions:
        name, value = f"{PREFIX}{question['id']}", answers.get(str(question["id"]))
        if question["type"] == FieldType.PREFERENCES:
            given = list(value or ())
            for place in range(1, most + 1):
                members[f"{name}-{place}"] = _choice_of_place(question, place, offered)
                data[f"{name}-{place}"] = given[place - 1] if place <= len(given) else ""
        else:
            members[name] = _field(question)
            data[name] = read_day(value) if question["type"] == FieldType.DATE else value
    form: AnswersForm = type("StepForm", (AnswersForm,), members)(data=data)
    return form


_PLAIN: dict[FieldType, tuple[type[Field], dict[str, Any]]] = {
    FieldType.TEXT: (StringField, {"maxlength": SHORT}),
    FieldType.LONG_TEXT: (TextAreaField, {"rows": 8, "maxlength": LONG}),
    FieldType.NUMBER: (StringField, {"inputmode": "decimal"}),
    FieldType.DATE: (DateField, {}),
    FieldType.FILE: (FileField, {}),
}


def _field(question: Mapping[str, Any]) -> Any:
    kind = FieldType(question["type"])
    limits = question.get("limits") or {}
    given: dict[str, Any] = {
        "label": _plain(question.get("label")),
        "description": _plain(question.get("hint")),
    }
    if kind in _PLAIN:
        field, attributes = _PLAIN[kind]
        if "maxlength" in attributes and limits.get("max"):
            attributes = attributes | {"maxlength": limits["max"]}
        return _marked(field, question, given | {"render_kw": attributes})
    choices = [option(str(o["id"]), _plain(o.get("label"))) for o in question.get("options") or ()]
    if kind == FieldType.MULTIPLE:
        return CheckboxesField(choices=choices, validate_choice=False, **given)
    if len(choices) <= _FEW:
        return RadioField(choices=choices, validate_choice=False, **given)
    first = [option("", _("Please choose"))]
    return SelectField(choices=first + choices, validate_choice=False, **given)


def _marked(kind: type[Field], question: Mapping[str, Any], given: dict[str, Any]) -> Any:
    """Return a field that says whether it is needed; `read` decides, so that drafts can be kept."""
    validators = [_Needed()] if question.get("required") else []
    return kind(validators=validators, **given)


class _Needed(DataRequired):
    """Marks a field as needed without refusing it: half-written answers are kept."""

    def __call__(self, _form: Any, _field: Any) -> None:
        return None


def _choice_of_place(
    question: Mapping[str, Any], place: int, destinations: Mapping[str, str]
) -> Any:
    label = _plain(question.get("label"))
    none = _("None") if place > 1 or not question.get("required") else _("Please choose")
    return SelectField(
        _("%(question)s: choice %(number)s", question=label, number=place),
        choices=[option("", none), *(option(key, name) for key, name in destinations.items())],
        validate_choice=False,
        description=_plain(question.get("hint")) if place == 1 else "",
    )


def _plain(text: Mapping[str, str] | None) -> str:
    return Text(text or {}).in_(current_locale())
