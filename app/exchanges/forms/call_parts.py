"""Forms about the parts of a call: destinations, questions, documents, rubric."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    StringField,
)

from app.core.errors import Invalid
from app.core.i18n import LOCALES, gettext
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import CheckboxesField, choices_of, option
from app.exchanges.forms.call_rules import language_choices
from app.exchanges.models.calls import Criterion, Requirement
from app.exchanges.rules.forms import MOST_OPTIONS, WITH_OPTIONS, FieldType
from app.exchanges.services.call_parts import CriterionPlan, RequirementPlan
from app.exchanges.words.forms import FIELD_LABELS
from app.files.rules import JPEG, PDF, PNG, XLSX
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, between, optional, required

MEBIBYTE = 1024 * 1024
MEDIA_LABELS = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", XLSX: "XLSX"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class DestinationForm(Form):
    """A quota whose places are offered."""

    quota_id = SelectField(_("Places to offer"))
    note = TranslatedField(
        _("Note"), multiline=True, max_length=1000, description=_("For whom, or what to know.")
    )


class FieldForm(Form):
    """A question of the form."""

    type = SelectField(_("Type of answer"), choices=choices_of(FIELD_LABELS))
    label = TranslatedField(_("Question"), required=("en",), max_length=300)
    hint = TranslatedField(_("Hint"), multiline=True, max_length=1000)
    step = SelectField(_("Step"), default="1")
    is_required = BooleanField(_("Must be answered"), default=True)
    options = TranslatedField(
        _("Choices"),
        multiline=True,
        max_length=4000,
        description=_("One in each line, in the same order in every language."),
    )
    low = StringField(
        _("At least"),
        [optional(), at_most(12)],
        description=_("Characters, choices, the number, or a date such as 2027-09-30."),
    )
    high = StringField(_("At most"), [optional(), at_most(12)])
    decimals = IntegerField(_("Decimals of a number"), [optional(), between(0, 4)], default=0)

    def offer_steps(self, titles: Sequence[str]) -> None:
        """Say in which step the question can stand."""
        self.step.choices = [option(str(n), f"{n}. {title}") for n, title in enumerate(titles, 1)]

    @classmethod
    def of(cls, field: Mapping[str, Any]) -> "FieldForm":
        """Return the form filled in with a question that is stored."""
        limits = field.get("limits") or {}
        choices = field.get("options") or ()
        return cls(
            data={
                "type": field["type"],
                "label": dict(field.get("label") or {}),
                "hint": dict(field.get("hint") or {}),
                "step": str(field.get("step", 1)),
                "is_required": bool(field.get("required")),
                "options": {
                    code: "\n".join(one["label"].get(code, "") for one in choices).rstrip()
                    for code in LOCALES
                },
                "low": str(limits.get("min", "")),
                "high": str(limits.get("max", "")),
                "decimals": limits.get("decimals", 0),
            }
        )

    def field(self, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the question as it is stored; choices that stay keep their ids. Raises Invalid."""
        kind = FieldType(self.type.data)
        found: dict[str, Any] = {
            "type": str(kind),
            "label": dict(self.label.data),
            "hint": dict(self.hint.data),
            "step": int(self.step.data),
            "required": bool(self.is_required.data),
        }
        limits = {"min": self._limit("low", kind), "max": self._limit("high", kind)}
        if kind == FieldType.NUMBER:
            limits["decimals"] = self.decimals.data or None
        found["limits"] = {name: value for name, value in limits.items() if value is not None}
        if kind in WITH_OPTIONS:
            found["options"] = self._options(known or {})
        return found

    def _limit(self, name: str, kind: FieldType) -> Any:
        typed = (self[name].data or "").strip().replace(",", ".")
        if not typed:
            return None
        if kind == FieldType.DATE:
            if _DAY.fullmatch(typed):
                return typed
            raise Invalid(gettext("Write a date such as 2027-09-30."), field=name)
        try:
            return int(typed) if "." not in typed else float(typed)
        except ValueError:
            raise Invalid(gettext("Write a number."), field=name) from None

    def _options(self, known: Mapping[str, Any]) -> list[dict[str, Any]]:
        lines = {code: text.split("\n") for code, text in self.options.data.items()}
        count = max((len(one) for one in lines.values()), default=0)
        if not count or count > MOST_OPTIONS:
            raise Invalid(gettext("Write from 1 to 40 choices."), field="options")
        if {len(one) for one in lines.values()} != {count}:
            message = gettext("Write the same number of choices in every language you use.")
            raise Invalid(message, field="options")
        former = {one["label"].get("en", ""): one["id"] for one in known.get("options") or ()}
        taken, found = set(former.values()), []
        for index in range(count):
            label = {
                code: one[index].strip()
                for code, one in lines.items()
                if index < len(one) and one[index].strip()
            }
            if not label.get("en"):
                raise Invalid(gettext("Write every choice in English at least."), field="options")
            key = former.pop(label["en"], "")
            if not key:
                key = next(f"o{n}" for n in range(1, 1000) if f"o{n}" not in taken)
                taken.add(key)
            found.append({"id": key, "label": label})
        return found


class StepForm(Form):
    """The title of a step."""

    title = TranslatedField(_("Title of the step"), required=("en",), max_length=100)


class RequirementForm(Form):
    """A document that is asked for."""

    title = TranslatedField(_("Document"), required=("en",), max_length=200)
    note = TranslatedField(_("Note"), multiline=True, max_length=1000)
    media_types = CheckboxesField(
        _("Types of file"),
        [required()],
        choices=[option(kind, label) for kind, label in MEDIA_LABELS.items()],
        default=[PDF],
    )
    megabytes = IntegerField(_("Size at most, in MB"), [required(), between(1, 25)], default=5)
    is_required = BooleanField(_("Nobody can send an application without it"), default=True)
    needs_expiry = BooleanField(_("Ask until when the document is valid"))
    translation_language = SelectField(
        _("Translation asked for"), choices=lambda: [option("", _("None")), *language_choices()]
    )

    @classmethod
    def of(cls, requirement: Requirement) -> "RequirementForm":
        """Return the form filled in with what is stored."""
        return cls(
            data={
                "title": dict(requirement.title),
                "note": dict(requirement.note),
                "media_types": requirement.media_types,
                "megabytes": max(requirement.max_bytes // MEBIBYTE, 1),
                "is_required": requirement.is_required,
                "needs_expiry": requirement.needs_expiry,
                "translation_language": requirement.translation_language,
            }
        )

    def plan(self) -> RequirementPlan:
        """Return what was written."""
        return RequirementPlan(
            title=self.title.data,
            note=self.note.data,
            media_types=list(self.media_types.data or ()),
            max_bytes=self.data["megabytes"] * MEBIBYTE,
            is_required=bool(self.is_required.data),
            needs_expiry=bool(self.needs_expiry.data),
            translation_language=self.translation_language.data or "",
        )


class CriterionForm(Form):
    """A line of the rubric."""

    title = TranslatedField(_("Criterion"), required=("en",), max_length=200)
    note = TranslatedField(
        _("Note"), multiline=True, max_length=1000, description=_("How reviewers give points.")
    )
    max_points = IntegerField(_("Points at most"), [required(), between(1, 100)], default=10)
    weight = IntegerField(
        _("Weight"),
        [required(), between(1, 100)],
        default=1,
        description=_("Points are multiplied by it."),
    )

    @classmethod
    def of(cls, criterion: Criterion) -> "CriterionForm":
        """Return the form filled in with what is stored."""
        return cls(
            data={
                "title": dict(criterion.title),
                "note": dict(criterion.note),
                "max_points": criterion.max_points,
                "weight": criterion.weight,
            }
        )

    def plan(self) -> CriterionPlan:
        """Return what was written."""
        return CriterionPlan(
            title=self.title.data,
            note=self.note.data,
            max_points=self.data["max_points"],
            weight=self.data["weight"],
        )


class TieBreakForm(Form):
    """In which order criteria tell equal scores apart."""

    def order(self, sent: Mapping[str, str], criterion_ids: Sequence[str]) -> list[str]:
        """Return the criteria that were given a rank, in the order of their ranks."""
        ranked = [
            (int(rank), key)
            for key in criterion_ids
            if (rank := sent.get(f"rank-{key}", "").strip()).isdecimal() and len(rank) < 4  # noqa: PLR2004 -- digits
        ]
        return [key for _rank, key in sorted(ranked)]
