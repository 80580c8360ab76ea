"""The form that applicants fill in, made from what an office built."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.core.errors import Invalid
from app.exchanges.forms.answers import answers_form
from app.exchanges.forms.call_parts import FieldForm

FIELDS = (
    {"id": "wish", "type": "preferences", "step": 1, "label": {"en": "Where"}, "required": True},
    {"id": "why", "type": "long_text", "step": 1, "label": {"en": "Why"}, "required": True},
    {"id": "gpa", "type": "number", "step": 1, "label": {"en": "Mean"}, "limits": {"decimals": 2}},
    {
        "id": "terms",
        "type": "multiple",
        "step": 1,
        "label": {"en": "Terms"},
        "options": [{"id": "a", "label": {"en": "Autumn"}}, {"id": "s", "label": {"en": "Spring"}}],
    },
    {"id": "born", "type": "date", "step": 1, "label": {"en": "Born"}},
    {"id": "later", "type": "text", "step": 2, "label": {"en": "Later"}},
)
PLACES = {"p1": "Shanghai", "p2": "Tianjin"}


def sent(app: Flask, values: MultiDict[str, str]):
    with app.test_request_context(method="POST", data=values):
        return answers_form(FIELDS, 1, {}, destinations=PLACES)


def test_a_step_shows_its_questions_filled_in(app):
    with app.test_request_context():
        stored = {"wish": ["p2"], "gpa": "9.5", "born": "2004-05-06", "terms": ["s"]}
        form = answers_form(FIELDS, 1, stored, destinations=PLACES)

        assert [field.data for field in form.fields_of(FIELDS[0])] == ["p2", ""]
        assert "2004-05-06" in str(form.field_of(FIELDS[4])())
        assert "q-later" not in form


def test_answers_are_read_and_faults_stand_beside_their_fields(app):
    with app.test_request_context():
        form = sent(app, MultiDict({"q-gpa": "9,5", "q-wish-1": "p1", "q-born": "6 May"}))

        assert form.read() == {"wish": ["p1"], "gpa": "9.5"}
        assert form.field_of(FIELDS[1]).errors == ["This field is needed."]
        assert form.field_of(FIELDS[4]).errors == ["Not a valid date value."]


def test_a_draft_is_kept_though_half_is_missing(app):
    with app.test_request_context():
        form = sent(app, MultiDict([("q-terms", "s"), ("q-terms", "a")]))

        assert form.read(partial=True) == {"terms": ["a", "s"]}
        assert not any(field.errors for field in form)


def test_choices_keep_their_ids_and_line_up_in_every_language(app):
    known = {"options": [{"id": "o7", "label": {"en": "Spring"}}]}
    typed = {"type": "choice", "label-en": "Term?", "step": "1", "options-en": "Autumn\nSpring"}
    with app.test_request_context(method="POST", data=typed | {"options-bs": "Jesen\nProljeće"}):
        options = FieldForm().field(known)["options"]
    assert [one["id"] for one in options] == ["o1", "o7"]
    assert options[1]["label"] == {"en": "Spring", "bs": "Proljeće"}

    with (
        app.test_request_context(method="POST", data=typed | {"options-bs": "\nProljeće"}),
        pytest.raises(Invalid),
    ):
        FieldForm().field()
