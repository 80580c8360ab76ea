"""The steps of an application as forms: whatever was typed is shown again, faults beside it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from wtforms import BooleanField, SelectField, StringField
from wtforms.widgets import DateInput, EmailInput, NumberInput

from app.core.i18n import cldr, current_locale
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import id_of, option
from app.exchanges.rules.isced import DETAILED
from app.exchanges.words import applications as words
from app.exchanges.words.fields import EQF_LABELS, LANGUAGES, language_name
from app.exchanges.words.isced import field_titles
from app.web.forms import Form, optional

LINES_OF_LANGUAGES = 4
LOWEST_EQF = 5
TYPED = 10_000
"""Characters of one input that are read at all."""


class StepForm(Form):
    """One step of an application: whatever was typed is shown again, faults beside it."""

    asked: ClassVar[dict[str, str]] = {}

    def values(self) -> dict[str, Any]:
        """Return what was typed, by the names that services know."""
        raise NotImplementedError

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show beside each field what could not be kept; names are those of services."""
        for name, message in faults.items():
            field = self._fields.get(self.asked.get(name, name))
            if field is not None:
                field.errors = [*field.errors, message]

    def label_of(self, name: str) -> str:
        """Return the words of a field by the name that services know."""
        field = self._fields.get(self.asked.get(name, name))
        return str(field.label.text) if field is not None else name


def _chosen(label: Any, choices: Sequence[Any]) -> SelectField:
    return SelectField(label, [optional()], choices=list(choices), validate_choice=False)


class AboutForm(StepForm):
    """What rules read of an applicant; fields that no rule needs are taken out."""

    eqf_level = SelectField(words.FACT_LABELS["eqf_level"], [optional()], validate_choice=False)
    isced = SelectField(words.FACT_LABELS["isced"], [optional()], validate_choice=False)
    unit_id = SelectField(words.FACT_LABELS["unit_id"], [optional()], validate_choice=False)
    ects_done = StringField(
        words.FACT_LABELS["ects_done"], [optional()], widget=NumberInput(min=0, max=600)
    )
    months_abroad = StringField(
        words.FACT_LABELS["months_abroad"], [optional()], widget=NumberInput(min=0, max=60)
    )
    passport_until = StringField(
        words.FACT_LABELS["passport_until"], [optional()], widget=DateInput()
    )
    citizenship = SelectField(words.FACT_LABELS["citizenship"], [optional()], validate_choice=False)
    second_citizenship = SelectField(
        _("Second citizenship, if you have one"), [optional()], validate_choice=False
    )
    supervisor_email = StringField(
        words.FACT_LABELS["supervisor_email"],
        [optional()],
        widget=EmailInput(),
        description=_("So that nobody who knows you well judges your application."),
    )
    asked: ClassVar[dict[str, str]] = {"languages": "language_1"}

    def values(self) -> dict[str, Any]:
        """Return the facts that this form asks for, as typed; a number that is one as a number."""
        found: dict[str, Any] = {}
        for name in ("eqf_level", "ects_done", "months_abroad"):
            if name in self:
                text = _typed(self[name])
                found[name] = int(text) if text.isascii() and text.isdigit() else text
        for name in ("isced", "passport_until", "supervisor_email"):
            if name in self:
                found[name] = _typed(self[name])
        if "citizenship" in self:
            both = [_typed(self.citizenship), _typed(self.second_citizenship)]
            found["citizenship"] = [one for one in both if one]
        if "language_1" in self:
            lines = range(1, LINES_OF_LANGUAGES + 1)
            pairs = [(_typed(self[f"language_{n}"]), _typed(self[f"level_{n}"])) for n in lines]
            found["languages"] = [
                {"language": language, "level": level}
                for language, level in pairs
                if language or level
            ]
        if "unit_id" in self:
            text = _typed(self.unit_id)
            found["unit_id"] = id_of(text) if text else None
        return found


for _line in range(1, LINES_OF_LANGUAGES + 1):
    setattr(
        AboutForm,
        f"language_{_line}",
        SelectField(_("Language %(number)s", number=_line), [optional()], validate_choice=False),
    )
    setattr(
        AboutForm,
        f"level_{_line}",
        SelectField(
            _("Level of language %(number)s", number=_line), [optional()], validate_choice=False
        ),
    )


def about_form(
    names: Sequence[str], facts: Mapping[str, Any], unit_id: UUID | None, units: Sequence[Any]
) -> AboutForm:
    """Return the form for these facts, filled with what is known."""
    held = facts.get("citizenship") or []
    data: dict[str, Any] = {
        name: "" if facts.get(name) is None else str(facts[name])
        for name in ("eqf_level", "isced", "ects_done", "months_abroad", "passport_until")
    }
    data |= {"supervisor_email": facts.get("supervisor_email") or "", "unit_id": str(unit_id or "")}
    data |= {
        "citizenship": next(iter(held), ""),
        "second_citizenship": held[1] if len(held) > 1 else "",
    }
    for number, one in enumerate((facts.get("languages") or [])[:LINES_OF_LANGUAGES], 1):
        data |= {f"language_{number}": one["language"], f"level_{number}": one["level"]}
    form = AboutForm(data=data)
    for name in ("eqf_level", "isced", "ects_done", "months_abroad", "passport_until"):
        if name not in names:
            del form[name]
    if "citizenship" not in names:
        del form.citizenship
        del form.second_citizenship
    _offer_choices(form, names, units)
    for name in names:
        if name in form and name != "supervisor_email":
            form[name].flags.required = True
    return form


def _offer_choices(form: AboutForm, names: Sequence[str], units: Sequence[Any]) -> None:
    form.eqf_level.choices = _with_none(
        (str(k), v) for k, v in EQF_LABELS.items() if k >= LOWEST_EQF
    )
    form.isced.choices = _with_none(
        (code, f"{code} {name}") for code, name in field_titles(DETAILED).items()
    )
    if units:
        form.unit_id.choices = _with_none(
            (str(unit.id), f"{'– ' * depth}{unit.name.in_(current_locale())}")
            for unit, depth in units
        )
    else:
        del form.unit_id
    if "citizenship" in form:
        countries = _with_none(_countries(current_locale()))
        form.citizenship.choices = form.second_citizenship.choices = countries
    for number in range(1, LINES_OF_LANGUAGES + 1):
        if "languages" not in names:
            del form[f"language_{number}"]
            del form[f"level_{number}"]
            continue
        form[f"language_{number}"].choices = language_choices()
        form[f"level_{number}"].choices = _with_none(words.CEFR_LABELS.items())


class WishesForm(StepForm):
    """Destinations in the order of preference; made by `wishes_form`."""

    def values(self) -> dict[str, Any]:
        """Return the chosen destinations in their order; what is no id is none of the call's."""
        typed = [_typed(self[name]) for name in self.asked.values()]
        return {"wishes": [id_of(text) or UUID(int=0) for text in typed if text]}


def wishes_form(
    places: Sequence[tuple[UUID, str]], most: int, chosen: Sequence[UUID]
) -> WishesForm:
    """Return the form for as many wishes as a call takes, filled with those so far."""
    number = min(most, len(places))
    choices = _with_none((str(key), name) for key, name in places)
    made: dict[str, Any] = {
        f"wish_{n}": _chosen(_("Preference %(number)s", number=n), choices)
        for n in range(1, number + 1)
    }
    asked = {name: name for name in made} | {"wishes": "wish_1"}
    kind = type("WishesOfCall", (WishesForm,), {**made, "asked": asked})
    data = {f"wish_{n}": str(one) for n, one in enumerate(chosen, 1)}
    form: WishesForm = kind(data={name: data.get(name, "") for name in made})
    return form


class ConsentForm(Form):
    """The declarations of an application; made by `consent_form`."""


def consent_form(declarations: Sequence[tuple[str, str]], given: Mapping[str, bool]) -> ConsentForm:
    """Return a form with a box for each declaration: its purpose and its words."""
    made = {
        purpose: BooleanField(label, default=given.get(purpose, False))
        for purpose, label in declarations
    }
    form: ConsentForm = type("ConsentsOfApplication", (ConsentForm,), made)()
    return form


def _typed(field: Any) -> str:
    return str(field.data or "").replace("\0", "")[:TYPED].strip()


def _with_none(pairs: Any) -> list[Any]:
    return _none_first([option(str(key), str(name)) for key, name in pairs])


def _none_first(choices: list[Any]) -> list[Any]:
    return [option("", str(_("Choose"))), *choices]


def language_choices() -> list[Any]:
    """Return the languages that people and documents have, by name; the empty one first."""
    return _with_none(_languages(current_locale()))


@cache
def _countries(locale: str) -> list[tuple[str, str]]:
    known = cldr(locale).territories.items()
    real = [(str(k), str(v)) for k, v in known if str(k).isalpha() and str(k) not in _NO_COUNTRY]
    return sorted(real, key=lambda pair: pair[1])


@cache
def _languages(_locale: str) -> list[tuple[str, str]]:
    return sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda pair: pair[1])


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "CQ"})
