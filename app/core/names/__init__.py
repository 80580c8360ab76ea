"""Names and words in Latin, Cyrillic and Han: `writing` checks, `searching` folds, `letters` turns.

Letters are turned from one script into another only to search, to sort and to match.
"""

from app.core.names.letters import to_latin
from app.core.names.searching import search_key, search_terms, search_text, sort_key
from app.core.names.writing import (
    LONGEST_NAME,
    InvalidName,
    NameFault,
    NameOrder,
    Script,
    check_script,
    clean_line,
    clean_name,
    default_order,
    display_name,
    script_of,
    side_by_side,
)

__all__ = [
    "LONGEST_NAME",
    "InvalidName",
    "NameFault",
    "NameOrder",
    "Script",
    "check_script",
    "clean_line",
    "clean_name",
    "default_order",
    "display_name",
    "script_of",
    "search_key",
    "search_terms",
    "search_text",
    "side_by_side",
    "sort_key",
    "to_latin",
]
