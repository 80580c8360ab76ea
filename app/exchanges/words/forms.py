"""The words for questions of a form, and for answers that cannot be taken."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules.forms import LONG, SHORT, AnswerFault, FieldType

FIELD_LABELS: dict[FieldType, str] = {
    FieldType.TEXT: _l("Text in one line"),
    FieldType.LONG_TEXT: _l("Long text"),
    FieldType.CHOICE: _l("One of several choices"),
    FieldType.MULTIPLE: _l("Several of several choices"),
    FieldType.NUMBER: _l("Number"),
    FieldType.DATE: _l("Date"),
    FieldType.FILE: _l("File"),
    FieldType.PREFERENCES: _l("Destinations in order"),
}

_FAULTS: dict[AnswerFault, str] = {
    AnswerFault.REQUIRED: _l("This field is needed."),
    AnswerFault.TOO_LONG: _l("Use at most %(max)s characters."),
    AnswerFault.TOO_SHORT: _l("Use at least %(min)s characters."),
    AnswerFault.TOO_MANY: _l("Choose at most %(max)s."),
    AnswerFault.TOO_FEW: _l("Choose at least %(min)s."),
    AnswerFault.NO_CHOICE: _l("Not a valid choice."),
    AnswerFault.NO_NUMBER: _l("Write a number with no more decimals than asked for."),
    AnswerFault.TOO_SMALL: _l("Use a number from %(min)s upwards."),
    AnswerFault.TOO_LARGE: _l("Use a number up to %(max)s."),
    AnswerFault.NO_DATE: _l("Not a valid date value."),
    AnswerFault.TOO_EARLY: _l("Use a date from %(min)s on."),
    AnswerFault.TOO_LATE: _l("Use a date until %(max)s."),
    AnswerFault.NO_FILE: _l("Choose a file."),
    AnswerFault.TWICE: _l("Name each destination only once."),
    AnswerFault.WRONG_SHAPE: _l("This answer cannot be read."),
}


def fault_in_words(fault: AnswerFault, field: Mapping[str, Any]) -> str:
    """Return why an answer to this field cannot be taken."""
    limits = field.get("limits") or {}
    longest = SHORT if field.get("type") == FieldType.TEXT else LONG
    values = {"min": limits.get("min") or 0, "max": limits.get("max") or longest}
    return str(_FAULTS[fault]) % values
