"""How names are written: what may stand in one, in which script it is, which part comes first."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from app.core.i18n import gettext as _

LONGEST_NAME = 120
MOST_MARKS_IN_A_ROW = 3

_JOINERS = "\u200c\u200d"
# Scripts in which a joiner changes how letters connect (Unicode 15, 9.2 and 12.1).
_JOINED_SCRIPTS = (
    "ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL",
    "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "MONGOLIAN",
)  # fmt: skip
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_IN_NAMES = frozenset('{}[]\\"@#%*_;:!?¡¿§¶†‡')
_MARKS = {
    "latin": frozenset(" -‐‑'’ʼ."),
    "cyrillic": frozenset(" -‐‑'’ʼ."),
    "han": frozenset("·・•‧ "),
}


class Script(StrEnum):
    """In which script the letters of a text are."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    HAN = "han"
    OTHER = "other"
    MIXED = "mixed"


class NameOrder(StrEnum):
    """Which part of a name comes first."""

    GIVEN_FIRST = "given_first"
    FAMILY_FIRST = "family_first"


class NameFault(StrEnum):
    """What can be wrong with a text that should be a name."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    INVISIBLE = "invisible"
    DIRECTION = "direction"
    BROKEN = "broken"
    SYMBOL = "symbol"
    MARKS = "marks"
    NO_LETTER = "no_letter"
    WRONG_SCRIPT = "wrong_script"


class InvalidName(ValueError):
    """A text that cannot be a name: `fault` says why, `character` which one is in the way."""

    def __init__(self, fault: NameFault, character: str = "", *, script: str = "") -> None:
        self.fault = fault
        self.character = character
        self.script = script
        super().__init__(fault.value)

    @property
    def shown(self) -> str:
        """Return the character as people can see it: itself, or its number when it is unseen."""
        number = " ".join(f"U+{ord(one):04X}" for one in self.character)
        return f"{self.character} ({number})" if self.character.isprintable() else number

    @property
    def message(self) -> str:
        """Return what to tell the person who typed it."""
        return _message(self)


def clean_name(text: str, *, longest: int = LONGEST_NAME) -> str:
    """Return the name as it is kept: composed (NFC), with single spaces, otherwise as typed.

    Raises InvalidName for what cannot be printed, seen or belongs in no name.
    """
    name = clean_line(text, longest=longest)
    for character in name:
        if character in _NOT_IN_NAMES or unicodedata.category(character).startswith("S"):
            raise InvalidName(NameFault.SYMBOL, character)
    if not any(map(str.isalpha, name)):
        raise InvalidName(NameFault.NO_LETTER)
    return name


def clean_line(text: str, *, longest: int) -> str:
    """Return one line of text composed (NFC) and with single spaces; symbols and emoji may stay.

    Raises InvalidName for what is empty, too long, broken, unseen or turns the direction.
    """
    if len(text) > 10 * longest:
        raise InvalidName(NameFault.TOO_LONG)
    _refuse_broken(text)
    composed = unicodedata.normalize("NFC", text.strip())
    line = " ".join("".join(" " if _is_space(c) else c for c in composed).split(" "))
    line = " ".join(filter(None, line.split(" ")))
    if not line:
        raise InvalidName(NameFault.EMPTY)
    if len(line) > longest:
        raise InvalidName(NameFault.TOO_LONG)
    marks = 0
    for at, character in enumerate(line):
        _refuse_unseen(line, at)
        marks = marks + 1 if unicodedata.category(character) == "Mn" else 0
        if marks > MOST_MARKS_IN_A_ROW:
            raise InvalidName(NameFault.MARKS, character)
    return line


def script_of(text: str) -> Script | None:
    """Return the script of the letters of a text; None when it has no letter."""
    found = {_script(character) for character in text if character.isalpha()}
    if len(found) > 1:
        return Script.MIXED
    return found.pop() if found else None


def check_script(text: str, script: str) -> str:
    """Return the name when every letter is of the script (latin, cyrillic, han).

    Besides letters it may hold spaces and the few signs names have in that script (hyphen,
    apostrophe and full stop; in Han the middle dot). Raises InvalidName.
    """
    for character in text:
        fits = (
            character in _MARKS[script]
            or _script(character) == script
            or (script != Script.HAN and unicodedata.category(character) == "Mn")
        )
        if not fits:
            raise InvalidName(NameFault.WRONG_SCRIPT, character, script=script)
    if script_of(text) is None:
        raise InvalidName(NameFault.NO_LETTER)
    return text


def default_order(text_or_script: str) -> NameOrder:
    """Return which part comes first when its holder did not say: the family name in Han."""
    is_han = text_or_script == Script.HAN or script_of(text_or_script) == Script.HAN
    return NameOrder.FAMILY_FIRST if is_han else NameOrder.GIVEN_FIRST


def display_name(given: str, family: str = "", order: str | None = None) -> str:
    """Return the whole name in its order; parts in Han stand together, all others apart.

    Nothing is split, shortened or given other capitals.
    """
    first = order or default_order(family or given)
    parts = (family, given) if first == NameOrder.FAMILY_FIRST else (given, family)
    are_han = all(script_of(part) == Script.HAN for part in parts if part)
    return ("" if are_han else " ").join(filter(None, parts))


def side_by_side(names: Iterable[str]) -> str:
    """Return one person's names in several scripts as one line: 王晓明 Wang Xiaoming."""
    return " ".join(dict.fromkeys(filter(None, names)))


def _refuse_broken(text: str) -> None:
    for character in text:
        if unicodedata.category(character) in ("Cs", "Co", "Cn"):
            raise InvalidName(NameFault.BROKEN, character)


def _refuse_unseen(line: str, at: int) -> None:
    character = line[at]
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        raise InvalidName(NameFault.CONTROL, character)
    if character in _BIDI:
        raise InvalidName(NameFault.DIRECTION, character)
    if character in _JOINERS and _joins(line, at):
        return
    if category in ("Cf", "Me") or character in _INVISIBLE or _is_variation(character):
        raise InvalidName(NameFault.INVISIBLE, character)


def _joins(line: str, at: int) -> bool:
    """Return whether a joiner stands between two letters of a script that has use for it."""
    around = (line[at - 1 : at], line[at + 1 : at + 2])
    return all(one and unicodedata.name(one, "").startswith(_JOINED_SCRIPTS) for one in around)


def _is_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_space(character: str) -> bool:
    return unicodedata.category(character) == "Zs"


def _script(character: str) -> Script:
    name = unicodedata.name(character, "")
    if not character.isalpha() and character != "〇":
        return Script.OTHER
    if name.startswith(("LATIN ", "FULLWIDTH LATIN ")):
        return Script.LATIN
    if name.startswith("CYRILLIC "):
        return Script.CYRILLIC
    if name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC ")):
        return Script.HAN
    return Script.OTHER


def _message(error: InvalidName) -> str:
    shown = error.shown
    scripts = {
        Script.LATIN: _("Write this name in Latin letters; “%(sign)s” is none.", sign=shown),
        Script.CYRILLIC: _("Write this name in Cyrillic letters; “%(sign)s” is none.", sign=shown),
        Script.HAN: _("Write this name in Chinese characters; “%(sign)s” is none.", sign=shown),
    }
    messages = {
        NameFault.EMPTY: _("Write the name."),
        NameFault.TOO_LONG: _("This is too long."),
        NameFault.CONTROL: _("A control character (%(sign)s) cannot stand here.", sign=shown),
        NameFault.INVISIBLE: _("An invisible character (%(sign)s) cannot stand here.", sign=shown),
        NameFault.DIRECTION: _(
            "A character that turns the direction of writing (%(sign)s) cannot stand here.",
            sign=shown,
        ),
        NameFault.BROKEN: _("A broken character (%(sign)s) cannot stand here.", sign=shown),
        NameFault.SYMBOL: _("“%(sign)s” cannot be part of a name.", sign=shown),
        NameFault.MARKS: _("There are too many marks on one letter."),
        NameFault.NO_LETTER: _("A name needs at least one letter."),
        NameFault.WRONG_SCRIPT: scripts.get(Script(error.script or "latin"), ""),
    }
    return messages[error.fault]
