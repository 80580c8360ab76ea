"""Every word that people read exists in all five languages."""

import io
import re

import pytest
from babel.messages.pofile import read_po

from app.core.i18n import LOCALES
from app.translations.update import path_of, updated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def fresh() -> dict[str, bytes]:
    """The catalogues as the code and the templates want them now."""
    return updated()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_is_in_step_with_the_code(fresh, locale):
    assert path_of(locale).read_bytes() == fresh[locale], (
        "run python -m app.translations.update and translate what is new"
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_no_message_lacks_words_and_none_loses_a_placeholder(fresh, locale):
    faults = []
    for message in read_po(io.BytesIO(fresh[locale]), locale=locale):
        if not message.id:
            continue
        several = isinstance(message.id, tuple | list)
        said = message.string if isinstance(message.string, tuple | list) else [message.string]
        if not said or not all(said) or message.fuzzy:
            faults.append((message.id, "no words"))
            continue
        known = set(PLACEHOLDER.findall(" ".join(message.id) if several else message.id))
        for words in said:
            used = set(PLACEHOLDER.findall(words))
            if used - known or (not several and used != known):
                faults.append((message.id, words))
    assert faults == []


def test_serbian_in_latin_letters_holds_no_cyrillic(fresh):
    catalogue = read_po(io.BytesIO(fresh["sr_Latn"]), locale="sr_Latn")
    mixed = [m.id for m in catalogue if m.id and re.search(r"[А-я]", str(m.string))]
    known = {str(m) for m in mixed if re.search(r"[А-я]", str(m))}
    assert {str(m) for m in mixed} == known
