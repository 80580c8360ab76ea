"""Every word is in all five catalogues, and nothing in them is stale, empty or malformed."""

import re

import pytest
from babel.messages.pofile import read_po

from app.core.i18n import LOCALES
from app.translations.update import path_of, updated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def catalogues() -> dict[str, bytes]:
    return updated()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_is_in_step_with_the_words_in_the_code(
    catalogues: dict[str, bytes], locale: str
) -> None:
    assert path_of(locale).read_bytes() == catalogues[locale], "run `make translations`"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_translated_and_keeps_its_placeholders(locale: str) -> None:
    with path_of(locale).open("rb") as file:
        catalogue = read_po(file, locale=locale)
    empty, fuzzy, broken = [], [], []
    for message in catalogue:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        words = [message.string] if isinstance(message.string, str) else list(message.string)
        if not all(words):
            empty.append(ids[0])
        elif message.fuzzy:
            fuzzy.append(ids[0])
        elif any(_placeholders(text) - _placeholders(*ids) for text in words) or (
            len(ids) == 1 and _placeholders(*words) != _placeholders(*ids)
        ):
            broken.append(ids[0])

    assert (empty, fuzzy, broken) == ([], [], [])


def _placeholders(*texts: str) -> set[str]:
    return {found for text in texts for found in PLACEHOLDER.findall(text)}
