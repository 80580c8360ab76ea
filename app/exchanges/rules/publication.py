"""What a call lacks before everyone may read it, and when it is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.exchanges.rules import eligibility, forms


class Gap(StrEnum):
    """Something a call lacks."""

    SUMMARY = "summary"
    CLOSES_IN_THE_PAST = "closes_in_the_past"
    NO_CHAIR = "no_chair"
    NO_DESTINATION = "no_destination"
    NO_PLACES = "no_places"
    BROKEN_RULES = "broken_rules"
    NO_QUESTIONS = "no_questions"
    BROKEN_FORM = "broken_form"
    NO_PREFERENCES = "no_preferences"
    NO_CRITERIA = "no_criteria"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a call has so far."""

    summary: Mapping[str, str]
    closes_at: datetime
    has_chair: bool
    places: Sequence[int]
    """Places left at each destination."""

    rules: Sequence[Mapping[str, Any]]
    fields: Sequence[Mapping[str, Any]]
    steps: int
    criteria: int


def gaps(contents: Contents, moment: datetime) -> list[Gap]:
    """Return what is missing before a call can be published, in the order of its pages."""
    has_order = forms.preferences_field(contents.fields) is not None
    asked = {
        Gap.SUMMARY: not any(contents.summary.values()),
        Gap.CLOSES_IN_THE_PAST: contents.closes_at <= moment,
        Gap.NO_CHAIR: not contents.has_chair,
        Gap.NO_DESTINATION: not contents.places,
        Gap.NO_PLACES: bool(contents.places) and not any(contents.places),
        Gap.BROKEN_RULES: bool(eligibility.problems(contents.rules)),
        Gap.NO_QUESTIONS: not contents.fields,
        Gap.BROKEN_FORM: bool(forms.problems(contents.fields, contents.steps)),
        Gap.NO_PREFERENCES: bool(contents.fields) and not has_order,
        Gap.NO_CRITERIA: contents.criteria == 0,
    }
    return [gap for gap, is_missing in asked.items() if is_missing]


def over_at(released_at: datetime, notice_days: int, appeal_days: int) -> datetime:
    """Return when a call with known results is over: after the notice and the time to appeal."""
    return released_at + timedelta(days=max(notice_days, appeal_days))
