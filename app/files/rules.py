"""What a file may be: its type by its first bytes, its name without tricks."""

import unicodedata
from pathlib import PurePosixPath

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CALENDAR = "text/calendar"

EXTENSIONS: dict[str, frozenset[str]] = {
    PDF: frozenset({"pdf"}),
    PNG: frozenset({"png"}),
    JPEG: frozenset({"jpg", "jpeg"}),
    WEBP: frozenset({"webp"}),
    CSV: frozenset({"csv", "txt"}),
    XLSX: frozenset({"xlsx"}),
    CALENDAR: frozenset({"ics"}),
}
"""The types we keep, and how the names of such files may end."""

PICTURES = frozenset({PNG, JPEG, WEBP})
MAX_NAME = 120
"""Characters of a file name that are kept."""

_TEXTS = frozenset({CSV, CALENDAR})
_MAGIC = ((PDF, b"%PDF-"), (PNG, b"\x89PNG\r\n\x1a\n"), (JPEG, b"\xff\xd8\xff"))


def media_type_of(data: bytes, name: str) -> str | None:
    """Return the type that both the content and the ending of the name agree on, else None."""
    ending = PurePosixPath(name.lower()).suffix.removeprefix(".")
    found = _by_content(data)
    if found is None and _is_text(data):
        found = next((t for t in _TEXTS if ending in EXTENSIONS[t]), None)
    return found if found and ending in EXTENSIONS[found] else None


def safe_name(name: str, media_type: str = "") -> str:
    """Return a name to save a file under: no path, no control or direction characters.

    Ends as files of its type do; never empty.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(" " if character.isspace() else character for character in last)
    kept = "".join(c for c in kept if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    allowed = EXTENSIONS.get(media_type)
    if allowed and ending.lower() not in allowed:
        stem, ending = kept, min(allowed, key=len)
    stem = stem[: MAX_NAME - len(ending) - 1].strip(". ") or "file"
    return f"{stem}.{ending.lower()}" if ending else stem


def _by_content(data: bytes) -> str | None:
    for media_type, magic in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in data and b"xl/" in data:
        return XLSX
    return None


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
