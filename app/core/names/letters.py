"""Serbian Cyrillic written in Latin letters, letter for letter."""

_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š"
_LETTERS = dict(zip(_CYRILLIC, _LATIN.split(), strict=True))


def to_latin(text: str) -> str:
    """Return the text with Serbian Cyrillic letters in Latin; all else stays as it is.

    A capital that becomes two letters follows its neighbours: ЉУБАВ is LJUBAV, Љубав Ljubav.
    """
    return "".join(_letter(text, at) for at in range(len(text)))


def _letter(text: str, at: int) -> str:
    letter = text[at]
    low = letter.lower()
    latin = _LETTERS.get(low)
    if latin is None:
        return letter
    if letter == low:
        return latin
    if len(latin) == 1 or _among_capitals(text, at):
        return latin.upper()
    return latin.capitalize()


def _among_capitals(text: str, at: int) -> bool:
    """Return whether the next letter is a capital, or, at the end of a word, the one before."""
    after = text[at + 1 : at + 2]
    return after.isupper() if after.isalpha() else text[at - 1 : at].isupper() and at > 0
