"""Folded keys: what a search compares and what a list is sorted by, whatever the script.

Stored columns of these work the same on SQLite and on PostgreSQL.
"""

import re
import unicodedata
from itertools import product

from pypinyin import Style, lazy_pinyin

from app.core.names.han import simplified
from app.core.names.letters import to_latin

LONGEST_SORT_KEY = 500
MOST_TERMS = 20

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_TOKEN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "区": "ou",
    "朴": "piao",
    "查": "zha",
    "盖": "ge",
    "翟": "zhai",
    "尉": "yu",
    "尹": "yin",
    "任": "ren",
    "华": "hua",
}
# Letters that do not come apart into a base and a mark, and Cyrillic that Serbian does not have.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "й": "j",
        "ё": "e",
        "щ": "sc",
        "ы": "y",
        "э": "e",
        "ю": "ju",
        "я": "ja",
        "ъ": "",
        "ь": "",
        "ѓ": "đ",
        "ќ": "c",
        "ѕ": "dz",
    }
)
_ALPHABET = "a b c č ć d dž đ e f g h i j k l lj m n nj o p q r s š t u v w x y z ž"
_ORDER = {letter: number for number, letter in enumerate(_ALPHABET.split(), 20)}
_DIGITS = {str(digit): 10 + digit for digit in range(10)}
_SORTED_TOKEN = re.compile("dž|lj|nj|.", re.DOTALL)


def search_key(text: str) -> str:
    """Return the text folded to plain small Latin letters and digits, one space between words.

    Ђорђе and Đorđe are both `djordje`, 王晓明 is `wang xiao ming`.
    """
    return " ".join(_plain(token) for token in _TOKEN.findall(_folded(_romanised(text)))).strip()


def search_text(*values: str) -> str:
    """Return what to store beside the values so that any spelling of their words finds them.

    Every term of `search_terms` that is part of a value, in whichever script, case or spelling
    it is typed, is a part of the result. Traditional characters are kept as simplified ones, and
    read as both. A text that was stored by former rules is brought up to date by folding it again.
    """
    words: dict[str, None] = {}
    for value in values:
        for token in _TOKEN.findall(_folded(to_latin(_composed(value)))):
            words.update(dict.fromkeys(_spellings(token)))
    return " ".join(words)


def search_terms(query: str) -> list[str]:
    """Return the folded words of a query; a row is found when its search text holds every one.

    They hold letters and digits alone, so none of the signs that a pattern would act on.
    """
    tokens = _TOKEN.findall(_folded(to_latin(_composed(query))))
    terms = (simplified(_plain(token)) for token in tokens)
    return list(dict.fromkeys(filter(None, terms)))[:MOST_TERMS]


def sort_key(text: str) -> str:
    """Return a key whose order of characters is the order of names in one list of all scripts.

    Serbian letter order (c č ć d dž đ ... l lj ...), Han by pinyin, digits before letters, and
    spaces first; at most 500 characters.
    """
    folded = unicodedata.normalize("NFC", _romanised(text).casefold()).strip()
    return "".join(map(_rank, _SORTED_TOKEN.findall(folded)))[:LONGEST_SORT_KEY]


def _rank(token: str) -> str:
    base = unicodedata.normalize("NFD", token)[0]
    rank = _ORDER.get(token) or _ORDER.get(base) or _DIGITS.get(base)
    if rank:
        return str(rank)
    if not token.isalnum():
        return "00"
    return f"99{ord(base):07d}"


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _folded(text: str) -> str:
    """Return the text without case and marks; đ stays, for it is spelt in two ways."""
    plain = unicodedata.normalize("NFKC", text.casefold()).translate(_PLAIN)
    apart = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def _plain(token: str) -> str:
    return token.replace("đ", "dj")


def _spellings(token: str) -> list[str]:
    """Return the ways in which a folded word is typed."""
    if _HAN_RUN.fullmatch(token):
        return [simplified(token), *_pinyin_spellings(token)]
    return [_plain(token), token.replace("đ", "d").replace("dj", "d")]


def _pinyin_spellings(han: str) -> list[str]:
    """Return the joined readings, also of the first sign as a surname; ü is typed v, u or yu."""
    joined = []
    for signs in dict.fromkeys((simplified(han), han)):
        syllables = _pinyin(signs)
        firsts = dict.fromkeys((syllables[0], _SURNAMES.get(signs[0], syllables[0])))
        joined += ["".join((first, *syllables[1:])) for first in firsts]
    typed = [one.replace("v", vowel) for one, vowel in product(joined, ("v", "u", "yu"))]
    return list(dict.fromkeys(typed))


def _romanised(text: str) -> str:
    """Return the text in Latin letters: Cyrillic letter for letter, Han by its readings."""
    spaced = _HAN_RUN.sub(lambda run: f" {' '.join(_surname_first(run[0]))} ", _composed(text))
    return re.sub(r"\s+", " ", to_latin(spaced)).strip()


def _surname_first(han: str) -> list[str]:
    syllables = _pinyin(han)
    return [_SURNAMES.get(han[0], syllables[0]), *syllables[1:]]


def _pinyin(han: str) -> list[str]:
    """Return one reading a sign; signs without one stand for themselves."""
    return lazy_pinyin(han, style=Style.NORMAL, errors="default")
