"""Forms that an office builds for a call: their fields, and what answers are worth.

A field is stored as {"id", "type", "step", "label", "hint", "required", "options", "limits"};
labels are texts by language. Answers are stored by field id, in the form `clean` gives them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

MOST_FIELDS = 60
MOST_OPTIONS = 40
MOST_STEPS = 8
SHORT, LONG = 300, 5000
"""Most characters of an answer in one line and of a long one, unless the field says less."""

LARGEST = 10**12


class FieldType(StrEnum):
    """What can be asked."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    NUMBER = "number"
    DATE = "date"
    FILE = "file"
    PREFERENCES = "preferences"


class AnswerFault(StrEnum):
    """Why an answer cannot be taken."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    NO_CHOICE = "no_choice"
    NO_NUMBER = "no_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NO_DATE = "no_date"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NO_FILE = "no_file"
    TWICE = "twice"
    WRONG_SHAPE = "wrong_shape"


class FieldFault(StrEnum):
    """Why a field cannot be part of a form."""

    NO_ID = "no_id"
    SAME_ID = "same_id"
    UNKNOWN_TYPE = "unknown_type"
    NO_LABEL = "no_label"
    NO_SUCH_STEP = "no_such_step"
    NO_OPTIONS = "no_options"
    SAME_OPTION = "same_option"
    LIMITS = "limits"
    TOO_MANY = "too_many"
    TWO_PREFERENCES = "two_preferences"


WITH_OPTIONS = frozenset({FieldType.CHOICE, FieldType.MULTIPLE})
_NOT_GIVEN: tuple[Any, ...] = (None, "", [], ())


class _Refused(Exception):
    def __init__(self, fault: AnswerFault) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with the field at that place of a form."""

    index: int
    fault: FieldFault


def clean(
    fields: Iterable[Mapping[str, Any]],
    answers: Mapping[str, Any],
    *,
    partial: bool = False,
    destinations: Collection[str] = (),
) -> tuple[dict[str, Any], dict[str, AnswerFault]]:
    """Return the answers worth keeping, and for each field that has one its fault.

    `partial` is a draft: nothing is missing yet, and nothing is too little. What has a fault is
    not among the answers kept. Answers to fields that do not exist are dropped.
    """
    kept: dict[str, Any] = {}
    faults: dict[str, AnswerFault] = {}
    for field in fields:
        key = str(field["id"])
        value = _trimmed(answers.get(key))
        if value in _NOT_GIVEN:
            if field.get("required") and not partial:
                faults[key] = AnswerFault.REQUIRED
            continue
        try:
            kept[key] = _READERS[FieldType(field["type"])](field, value, partial, destinations)
        except _Refused as refused:
            faults[key] = refused.fault
    return kept, faults


def steps_of(fields: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the steps that hold a field, in order."""
    return sorted({int(field.get("step", 1)) for field in fields})


def in_step(fields: Iterable[Mapping[str, Any]], step: int) -> list[Mapping[str, Any]]:
    """Return the fields of one step, in their order."""
    return [field for field in fields if int(field.get("step", 1)) == step]


def preferences_field(fields: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the field in which destinations are put in order, if the form has one."""
    return next((one for one in fields if one["type"] == FieldType.PREFERENCES), None)


def problems(fields: Sequence[Mapping[str, Any]], steps: int = 1) -> tuple[FieldProblem, ...]:
    """Return what keeps a list of fields from being a form of so many steps."""
    found: list[FieldProblem] = []
    seen: set[str] = set()
    for index, field in enumerate(fields):
        key = field.get("id")
        if not isinstance(key, str) or not key:
            found.append(FieldProblem(index, FieldFault.NO_ID))
        elif key in seen:
            found.append(FieldProblem(index, FieldFault.SAME_ID))
        else:
            seen.add(key)
        found += [FieldProblem(index, fault) for fault in _faults_of(field, steps)]
    if len(fields) > MOST_FIELDS:
        found.append(FieldProblem(MOST_FIELDS, FieldFault.TOO_MANY))
    orders = [n for n, one in enumerate(fields) if one.get("type") == FieldType.PREFERENCES]
    found += [FieldProblem(index, FieldFault.TWO_PREFERENCES) for index in orders[1:]]
    return tuple(found)


def moved(items: Sequence[Any], index: int, by: int) -> list[Any]:
    """Return the items with one of them moved up (-1) or down (1); at the ends it stays."""
    order = list(items)
    target = index + by
    if 0 <= index < len(order) and 0 <= target < len(order):
        order[index], order[target] = order[target], order[index]
    return order


def _faults_of(field: Mapping[str, Any], steps: int) -> list[FieldFault]:
    found = []
    if field.get("type") not in set(FieldType):
        found.append(FieldFault.UNKNOWN_TYPE)
    if not (field.get("label") or {}).get("en"):
        found.append(FieldFault.NO_LABEL)
    step = field.get("step", 1)
    if type(step) is not int or not 1 <= step <= max(steps, 1):
        found.append(FieldFault.NO_SUCH_STEP)
    if field.get("type") in WITH_OPTIONS:
        ids = [str(option.get("id", "")) for option in field.get("options") or ()]
        if not ids or not all(ids):
            found.append(FieldFault.NO_OPTIONS)
        if len(set(ids)) < len(ids) or len(ids) > MOST_OPTIONS:
            found.append(FieldFault.SAME_OPTION)
    limits = field.get("limits") or {}
    low, high = limits.get("min"), limits.get("max")
    if low is not None and high is not None and type(low) is type(high) and low > high:
        found.append(FieldFault.LIMITS)
    return found


def _trimmed(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\0", "").strip()
    if isinstance(value, list | tuple):
        return [one for one in map(_trimmed, value) if one not in _NOT_GIVEN]
    return value


def _limit(field: Mapping[str, Any], name: str) -> Any:
    return (field.get("limits") or {}).get(name)


def _within(field: Mapping[str, Any], length: int, partial: bool, most: int) -> None:
    low, high = _limit(field, "min"), _limit(field, "max")
    if length > (most if high is None else min(int(high), most)):
        raise _Refused(AnswerFault.TOO_LONG)
    if not partial and low is not None and length < int(low):
        raise _Refused(AnswerFault.TOO_SHORT)


def _text(field: Mapping[str, Any], value: Any, partial: bool, _: Collection[str]) -> str:
    if not isinstance(value, str):
        raise _Refused(AnswerFault.WRONG_SHAPE)
    text = " ".join(value.split())
    _within(field, len(text), partial, SHORT)
    return text


def _long_text(field: Mapping[str, Any], value: Any, partial: bool, _: Collection[str]) -> str:
    if not isinstance(value, str):
        raise _Refused(AnswerFault.WRONG_SHAPE)
    _within(field, len(value), partial, LONG)
    return value


def _choice(field: Mapping[str, Any], value: Any, _partial: bool, _: Collection[str]) -> str:
    if not isinstance(value, str) or value not in _option_ids(field):
        raise _Refused(AnswerFault.NO_CHOICE)
    return value


def _multiple(field: Mapping[str, Any], value: Any, partial: bool, _: Collection[str]) -> list[str]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise _Refused(AnswerFault.WRONG_SHAPE)
    options = _option_ids(field)
    if not set(given) <= set(options):
        raise _Refused(AnswerFault.NO_CHOICE)
    chosen = [one for one in options if one in given]
    _count(field, len(chosen), partial, MOST_OPTIONS)
    return chosen


def _number(field: Mapping[str, Any], value: Any, _partial: bool, _: Collection[str]) -> int | str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise _Refused(AnswerFault.NO_NUMBER)
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        raise _Refused(AnswerFault.NO_NUMBER) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise _Refused(AnswerFault.NO_NUMBER)
    places = -int(number.normalize().as_tuple().exponent)
    if places > int(_limit(field, "decimals") or 0):
        raise _Refused(AnswerFault.NO_NUMBER)
    low, high = _limit(field, "min"), _limit(field, "max")
    if low is not None and number < Decimal(str(low)):
        raise _Refused(AnswerFault.TOO_SMALL)
    if high is not None and number > Decimal(str(high)):
        raise _Refused(AnswerFault.TOO_LARGE)
    return int(number) if places <= 0 else f"{number.normalize():f}"


def _date(field: Mapping[str, Any], value: Any, _partial: bool, _: Collection[str]) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Refused(AnswerFault.NO_DATE) from None
    low, high = _limit(field, "min"), _limit(field, "max")
    if low and day.isoformat()[:10] < str(low):
        raise _Refused(AnswerFault.TOO_EARLY)
    if high and day.isoformat()[:10] > str(high):
        raise _Refused(AnswerFault.TOO_LATE)
    return day.isoformat()[:10]


def _file(_field: Mapping[str, Any], value: Any, _partial: bool, _: Collection[str]) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise _Refused(AnswerFault.NO_FILE) from None


def _preferences(
    field: Mapping[str, Any], value: Any, partial: bool, destinations: Collection[str]
) -> list[str]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise _Refused(AnswerFault.WRONG_SHAPE)
    if len(set(given)) < len(given):
        raise _Refused(AnswerFault.TWICE)
    if not set(given) <= set(destinations):
        raise _Refused(AnswerFault.NO_CHOICE)
    _count(field, len(given), partial, MOST_OPTIONS)
    return given


def _count(field: Mapping[str, Any], number: int, partial: bool, most: int) -> None:
    low, high = _limit(field, "min"), _limit(field, "max")
    if number > (most if high is None else int(high)):
        raise _Refused(AnswerFault.TOO_MANY)
    if not partial and low is not None and number < int(low):
        raise _Refused(AnswerFault.TOO_FEW)


def _option_ids(field: Mapping[str, Any]) -> list[str]:
    return [str(option["id"]) for option in field.get("options") or ()]


_READERS: dict[FieldType, Callable[[Mapping[str, Any], Any, bool, Collection[str]], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.CHOICE: _choice,
    FieldType.MULTIPLE: _multiple,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.FILE: _file,
    FieldType.PREFERENCES: _preferences,
}
