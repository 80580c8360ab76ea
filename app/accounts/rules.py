"""Addresses, passwords and roles: what follows from them, without asking anybody."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from uuid import UUID

from app.accounts.states import Role

LONGEST_ADDRESS = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3 less the brackets)."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
"""Characters; long ones are not cut, they are refused."""

SHORTEST_WORD = 4
"""Shorter words of names may stand in a password, if not Han: they are everywhere."""

_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"
)
_LOOKALIKES = str.maketrans("@4301!5$7", "aaeoiisst")
_WORD = re.compile(r"[^\W_]+")


def address_key(typed: str) -> str:
    """Return an address as it is compared: composed, without spaces around, in small letters."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_address(typed: str) -> bool:
    """Tell whether this is an e-mail address of the usual kind (RFC 5321, no quoted parts)."""
    key = address_key(typed)
    if len(key) > LONGEST_ADDRESS or len(key.partition("@")[0]) > 64:  # noqa: PLR2004 -- RFC 5321, 4.5.3.1.1
        return False
    return _ADDRESS.fullmatch(key) is not None


def is_short(password: str) -> bool:
    """Tell whether a password has too few characters, whatever they are."""
    return len(password) < SHORTEST_PASSWORD


def is_common(password: str, common: Collection[str]) -> bool:
    """Tell whether a password is one that attackers try first.

    That is: one of the list, also with digits or signs at its ends or letters written as digits;
    two of them in a row; or one piece again and again.
    """
    folded = _folded(password)
    for form in {folded, folded.translate(_LOOKALIKES)}:
        bare = form.strip("0123456789!?.,*#@$%&+-_ ")
        if any(whole in common or _is_pair(whole, common) for whole in (form, bare)):
            return True
    return _repeats(folded)


def own_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of names and addresses that may not stand in a password."""
    found = (word for text in texts for word in _WORD.findall(_folded(text)))
    return frozenset(
        word for word in found if len(word) >= (SHORTEST_WORD if word.isascii() else 2)
    )


def word_in(password: str, words: Iterable[str]) -> str:
    """Return the first of the words that a password contains; nothing when it has none."""
    folded = _folded(password)
    return next((word for word in sorted(words, key=len, reverse=True) if word in folded), "")


def may_grant(
    roles: Collection[tuple[str, UUID | None]], role: Role, institution_id: UUID | None
) -> bool:
    """Tell whether someone in these roles gives and takes this role at this institution.

    The centre's administrators any; an institution's administrators those of their institution.
    """
    if (Role.CENTRE_ADMINISTRATOR, None) in roles:
        return (institution_id is None) == (role == Role.CENTRE_ADMINISTRATOR)
    if institution_id is None or role == Role.CENTRE_ADMINISTRATOR:
        return False
    return (Role.ADMINISTRATOR, institution_id) in roles


def device_of(user_agent: str) -> str:
    """Return browser and system in words people know: "Firefox, Linux"; "" for neither."""
    browsers = {"Edg": "Edge", "OPR": "Opera", "MicroMessenger": "WeChat", "Firefox": "Firefox"}
    browsers |= {"Chrome": "Chrome", "Safari": "Safari", "python": "Python", "curl": "curl"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
    systems |= {"Mac OS": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}
    found = (
        next((name for sign, name in kinds.items() if sign in user_agent), "")
        for kinds in (browsers, systems)
    )
    return ", ".join(filter(None, found))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_pair(form: str, common: Collection[str]) -> bool:
    return any(form[:cut] in common and form[cut:] in common for cut in range(3, len(form) - 2))


def _repeats(form: str) -> bool:
    """Tell whether at most four characters, or one piece three times or more, make the whole."""
    if len(set(form)) <= 4:  # noqa: PLR2004 -- "abababababab", "aaaabbbbcccc"
        return True
    return any(form == form[:size] * (len(form) // size) for size in range(1, len(form) // 3 + 1))
