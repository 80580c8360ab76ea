"""Subjects and names in mail, written so that every reader puts them together again.

Where Python's own policy breaks a long line in which words of other alphabets stand beside plain
ones, it loses or doubles a space.
"""

from base64 import b64encode
from collections.abc import Iterator
from email.headerregistry import Address, AddressHeader
from email.policy import EmailPolicy
from typing import Any

LONGEST_LINE = 76
"""Characters (RFC 2047, 2)."""

BYTES_OF_A_WORD = 36
"""What fits into an encoded word beside the name of the header, in base64."""


class Folding(EmailPolicy):
    """Python's policy for mail, but for how texts and names in headers are folded."""

    def fold(self, name: str, value: Any) -> str:
        """Return the header as its lines, each ended."""
        lines = _lines(name, value)
        return self.linesep.join([*lines, ""]) if lines else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the same as bytes."""
        lines = _lines(name, value)
        if not lines:
            return super().fold_binary(name, value)
        return self.linesep.join([*lines, ""]).encode("ascii")


def _lines(name: str, value: Any) -> list[str]:
    """Return the lines of a header; none for one that holds neither a text nor names."""
    if isinstance(value, AddressHeader) and value.addresses:
        people = ",\n ".join(map(_person, value.addresses))
        return f"{name}: {people}".split("\n")
    if name.lower() == "subject":
        text = str(value)
        is_short = len(name) + 2 + len(text) <= LONGEST_LINE
        return f"{name}: {text if is_short and _is_plain(text) else _encoded(text)}".split("\n")
    return []


def _person(address: Address) -> str:
    if _is_plain(address.display_name):
        return str(address)
    return f"{_encoded(address.display_name)}\n <{address.addr_spec}>"


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and "=?" not in text


def _encoded(text: str) -> str:
    """Return the text as encoded words, a line each; readers drop the space between them."""
    words = (b64encode(part.encode()).decode("ascii") for part in _parts(text))
    return "\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _parts(text: str) -> Iterator[str]:
    """Cut the text between characters into parts of few enough bytes."""
    part, size = "", 0
    for character in text:
        more = len(character.encode())
        if size + more > BYTES_OF_A_WORD:
            yield part
            part, size = "", 0
        part, size = part + character, size + more
    yield part
