"""One form for each type of rule of eligibility, and one to try rules on invented facts."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)

from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import CheckboxesField, choices_of, option
from app.exchanges.rules import eligibility, isced
from app.exchanges.rules.eligibility import CEFR
from app.exchanges.words.eligibility import ANCHOR_LABELS
from app.exchanges.words.fields import EQF_LABELS, LANGUAGES, country_name, language_name
from app.exchanges.words.isced import field_title
from app.web.forms import Form, ValidationError, at_most, between, optional, required

_CODES = re.compile(r"[A-Z]{2}")
_WORDS = re.compile(r"[\s,;]+")


def language_choices() -> list[Any]:
    """Return the languages that calls ask for, in the reader's language."""
    return [option(code, language_name(code)) for code in LANGUAGES]


def field_choices() -> list[Any]:
    """Return all fields of study, broad ones before what they hold."""
    return [option(code, f"{code}  {field_title(code)}") for code in isced.names()]


def level_choices() -> list[Any]:
    """Return the levels of study."""
    return [option(str(level), label) for level, label in EQF_LABELS.items()]


class RuleForm(Form):
    """What every rule has besides its own limits."""

    strict = RadioField(
        _("When it is not met"),
        choices=[
            option("yes", _("The application cannot be sent")),
            option("no", _("It can be sent, and the office decides")),
        ],
        default="yes",
    )

    def parameters(self) -> dict[str, Any]:
        """Return the limits that were written."""
        return {}

    @property
    def is_strict(self) -> bool:
        """Tell whether the rule keeps people out by itself."""
        return bool(self.strict.data == "yes")


class _NumberForm(RuleForm):
    def parameters(self) -> dict[str, Any]:
        names = eligibility.TYPES[self.kind].parameters
        return {name: self[name].data for name in names}

    kind = ""


class MinEctsForm(_NumberForm):
    """So many credits."""

    kind = "min_ects"
    minimum = IntegerField(_("ECTS credits at least"), [required(), between(1, 600)], default=60)


class MaxMonthsForm(_NumberForm):
    """So many months abroad in a cycle."""

    kind = "max_months_cycle"
    maximum = IntegerField(_("Months at most"), [required(), between(1, 60)], default=12)


class MonthsBetweenForm(_NumberForm):
    """A stay of some length."""

    kind = "months_between"
    minimum = IntegerField(_("Months at least"), [required(), between(0, 60)], default=3)
    maximum = IntegerField(_("Months at most"), [required(), between(1, 60)], default=12)


class EqfForm(RuleForm):
    """Levels of study."""

    levels = CheckboxesField(_("Levels"), [required()], choices=level_choices)

    def parameters(self) -> dict[str, Any]:
        return {"levels": [int(level) for level in self.levels.data or ()]}


class FieldsForm(RuleForm):
    """Fields of study."""

    codes = SelectMultipleField(
        _("Fields of study"),
        [required()],
        choices=field_choices,
        description=_("A broad or narrow field stands for all that belong to it."),
        render_kw={"size": 12},
    )

    def parameters(self) -> dict[str, Any]:
        return {"codes": list(self.codes.data or ())}


class LanguageForm(_NumberForm):
    """A language at some level."""

    kind = "language_level"
    language = SelectField(_("Language"), choices=language_choices, default="en")
    level = SelectField(
        _("Level at least"), choices=[option(one, one) for one in CEFR], default="B2"
    )


class PassportForm(_NumberForm):
    """A passport that is valid for long enough."""

    kind = "passport_valid_months"
    months = IntegerField(_("Months at least"), [required(), between(0, 120)], default=6)
    counted_from = SelectField(
        _("Counted"), choices=choices_of(ANCHOR_LABELS), default="stay_until"
    )


class DocumentsForm(_NumberForm):
    """Documents that are not too old."""

    kind = "documents_fresh"
    days = IntegerField(_("Days old at most"), [required(), between(1, 3650)], default=180)


class LeadTimeForm(RuleForm):
    """Time for a visa."""

    countries = StringField(
        _("Citizens of"),
        [required(), at_most(400)],
        description=_("Codes of countries with two letters, separated by spaces: BA RS CN."),
    )
    days = IntegerField(_("Days before the stay"), [required(), between(1, 730)], default=60)

    def validate_countries(self, field: StringField) -> None:
        """Refuse what is no code of a country."""
        for code in _codes(field.data):
            if not _CODES.fullmatch(code) or country_name(code) == code:
                raise ValidationError(gettext("“%(word)s” is no country.", word=code[:40]))

    def parameters(self) -> dict[str, Any]:
        return {"countries": _codes(self.countries.data), "days": self.days.data}


RULE_FORMS: dict[str, type[RuleForm]] = {
    "home_institution": RuleForm,
    "eqf_level": EqfForm,
    "field_isced": FieldsForm,
    "min_ects": MinEctsForm,
    "language_level": LanguageForm,
    "months_between": MonthsBetweenForm,
    "max_months_cycle": MaxMonthsForm,
    "no_overlapping_stay": RuleForm,
    "passport_valid_months": PassportForm,
    "documents_fresh": DocumentsForm,
    "citizenship_lead_time": LeadTimeForm,
}


def rule_form(kind: str, rule: Mapping[str, Any] | None = None) -> RuleForm:
    """Return the form of a type of rule, filled in with one that is stored."""
    if rule is None:
        return RULE_FORMS[kind]()
    data = dict(rule.get("parameters") or {})
    if isinstance(data.get("countries"), list):
        data["countries"] = " ".join(data["countries"])
    if isinstance(data.get("levels"), list):
        data["levels"] = [str(level) for level in data["levels"]]
    data["strict"] = "yes" if rule.get("strict", True) else "no"
    return RULE_FORMS[kind](data=data)


class InventedFactsForm(Form):
    """Facts of somebody invented, to see what the rules would tell them."""

    class Meta(Form.Meta):
        """It is asked by an address, and changes nothing."""

        csrf = False

    is_home = SelectField(
        _("Home institution"),
        choices=[option("yes", _("The one that makes the call")), option("no", _("Another one"))],
        validate_choice=False,
    )
    eqf_level = SelectField(
        _("Level of study"), choices=lambda: [_blank(), *level_choices()], validate_choice=False
    )
    isced = SelectField(
        _("Field of study"), choices=lambda: [_blank(), *field_choices()], validate_choice=False
    )
    ects_done = DecimalField(_("ECTS credits done"), [optional(), between(0, 600)])
    months_abroad = DecimalField(_("Months already spent abroad"), [optional(), between(0, 60)])
    language = SelectField(
        _("Language"), choices=lambda: [_blank(), *language_choices()], validate_choice=False
    )
    level = SelectField(
        _("Level"), choices=[option(one, one) for one in CEFR], validate_choice=False
    )
    passport_until = DateField(_("Passport valid until"), [optional()])
    citizenship = StringField(_("Citizenship, two letters"), [optional(), at_most(2)])

    def facts(self, institution_id: str) -> dict[str, Any]:
        """Return the facts as rules read them; what was left empty is not known."""
        values = self.data
        found: dict[str, Any] = {
            "institution_id": institution_id if values["is_home"] != "no" else "-",
            "eqf_level": values["eqf_level"],
            "isced": values["isced"],
            "ects_done": values["ects_done"],
            "months_abroad": values["months_abroad"],
            "passport_until": values["passport_until"],
            "citizenship": (values["citizenship"] or "").upper(),
            "stays": [],
            "documents": [],
        }
        if values["language"]:
            found["languages"] = {values["language"]: values["level"]}
        return {name: value for name, value in found.items() if value not in (None, "")}


def _blank() -> Any:
    return option("", gettext("Not said"))


def _codes(text: str | None) -> list[str]:
    return [word.upper() for word in _WORDS.split(text or "") if word]
