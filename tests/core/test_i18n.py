"""Words that say different things in different places."""

import io
from gettext import GNUTranslations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo

from app.core import i18n
from app.translations import update


@pytest.mark.parametrize(
    ("method", "source"),
    [
        ("python", b'A = lazy_pgettext("course", "Failed"), _("Failed")'),
        ("jinja2", b'{{ pgettext("course", "Failed") }}{{ _("Failed") }}'),
    ],
)
def test_one_message_is_said_in_the_words_of_its_context(monkeypatch, method, source):
    template = Catalog()
    for _line, message, _comments, context in extract(method, io.BytesIO(source), update.KEYWORDS):
        template.add(message, context=context)
    said = {"course": "Није положено", None: "Није успјело"}
    catalogue = update.filled("sr_Cyrl", template, lambda message: said[message.context])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    spoken = GNUTranslations(compiled)
    monkeypatch.setattr(i18n, "translations", lambda _code: spoken)

    assert i18n.gettext("Failed") == "Није успјело"
    assert i18n.pgettext("course", "Failed") == "Није положено"
    assert str(i18n.lazy_pgettext("course", "Failed")) == "Није положено"
    assert i18n.pgettext("button", "Put aside") == "Put aside"
