"""Fields of study have names in every language, and composed names hold those they come from."""

import pytest

from app.core.i18n import LOCALES, in_language
from app.exchanges.rules import isced
from app.exchanges.words.isced import field_title, field_titles


@pytest.mark.parametrize("locale", LOCALES)
def test_every_field_has_a_name(locale: str) -> None:
    with in_language(locale):
        titles = [field_title(code) for code in isced.names()]
        assert all(titles)
        assert field_title("021") in field_title("0219")
        assert field_title("02") in field_title("0288") or locale == "en"
        assert field_title("0011") == field_title("001")
        assert field_title("4711") == "4711"
        assert list(field_titles(2)) == list(isced.of_length(2))


def test_english_names_are_those_of_the_list() -> None:
    assert {code: field_title(code) for code in isced.names()} == isced.names()
