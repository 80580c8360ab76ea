"""In which languages letters are printed unless somebody says otherwise: those of both sides."""

from typing import Any

from app.exchanges.states.letters import BY_HOME, LetterKind
from app.institutions.rules import language_at


def of_both_sides(kind: LetterKind, home: Any, host: Any) -> list[str]:
    """Return the languages of the two institutions, that of the one that issues it first.

    Where both speak the same language, English stands beside it.
    """
    sides = (home, host) if kind in BY_HOME else (host, home)
    spoken = [language_at(one.country, one.subdivision, one.name) for one in sides]
    return list(dict.fromkeys([*spoken, "en"]))[:2]
