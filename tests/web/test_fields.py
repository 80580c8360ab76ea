"""Texts in several languages, sent by a form."""

from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.web.fields import TranslatedField


class Titled(Form):
    title = TranslatedField("Title", required=("en",), max_length=10)


def sent(**texts: str) -> Titled:
    return Titled(MultiDict({f"title-{code}": text for code, text in texts.items()}))


def test_each_language_is_an_input_of_its_own() -> None:
    form = sent(en=" Bridge ", zh_Hans_CN="桥", bs="")

    assert form.validate()
    assert form.title.data == {"en": "Bridge", "zh_Hans_CN": "桥"}


def test_the_main_language_is_needed_and_named() -> None:
    form = sent(en="", zh_Hans_CN="桥")

    assert not form.validate()
    assert form.title.errors == ["Write this in English."]
    assert list(form.title.faults) == ["en"]


def test_a_long_text_is_refused_with_its_language() -> None:
    form = sent(en="Bridge", bs="x" * 11)

    assert not form.validate()
    assert list(form.title.faults) == ["bs"]


def test_a_form_that_was_not_sent_shows_the_stored_text() -> None:
    form = Titled(None, data={"title": {"en": '<Bridge> "x"'}})

    html = form.title.input("en")

    assert isinstance(html, Markup)
    assert 'value="&lt;Bridge&gt; &#34;x&#34;"' in html
    assert 'lang="en"' in html


def test_a_stored_text_can_be_emptied(app: Flask) -> None:
    form = Titled(
        MultiDict({"title-en": "Bridge", "title-bs": ""}), data={"title": {"en": "a", "bs": "b"}}
    )

    assert form.title.data == {"en": "Bridge"}
