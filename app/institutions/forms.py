"""Forms about institutions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.forms.choices import language_choices, option, pairs, zone_choices
from app.core.i18n import LANG_TAGS, LOCALES, cldr, current_locale, gettext
from app.core.i18n import lazy_gettext as _
from app.core.names import sort_key
from app.institutions.contacts import ContactDetails, UnitDetails
from app.institutions.models import OrgUnit
from app.institutions.services import Details
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, needed, required

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def country_choices() -> list[Any]:
    """Return the countries of the world in the reader's language and its order."""
    return pairs(_countries_in(current_locale()))


@cache
def _countries_in(locale: str) -> list[tuple[str, str]]:
    known = ((str(code), str(name)) for code, name in cldr(locale).territories.items())
    named = [one for one in known if len(one[0]) == 2 and one[0].isalpha()]  # noqa: PLR2004 -- ISO 3166-1
    countries = [one for one in named if one[0] not in _NO_COUNTRIES]
    return sorted(countries, key=lambda pair: sort_key(pair[1]))


class DetailsForm(Form):
    """An institution as it is changed."""

    version = HiddenField()
    compares = True
    name = TranslatedField(_("Name"), required=("en",), max_length=200)
    city = TranslatedField(_("City"), required=("en",), max_length=200)
    country = SelectField(_("Country"), choices=country_choices)
    subdivision = StringField(
        _("Part of the country"),
        [at_most(6)],
        description=_("For public holidays: SRP or BIH in Bosnia and Herzegovina, else empty."),
    )
    timezone = SelectField(_("Time zone"), choices=zone_choices)
    website = StringField(
        _("Website"), [at_most(300)], render_kw={"type": "url", "inputmode": "url"}
    )
    brand_colour = StringField(
        _("Colour"),
        [required(), at_most(7)],
        description=_("Stands behind white text on certificates, so it has to be dark enough."),
        render_kw={"type": "color"},
    )
    is_active = BooleanField(_("In use"), default=True)

    def details(self, *, may_retire: bool, was_active: bool) -> Details:
        """Return what was typed."""
        return Details(
            name=self.name.data,
            city=self.city.data,
            country=str(self.country.data),
            timezone=str(self.timezone.data),
            subdivision=self.subdivision.data or "",
            website=self.website.data or "",
            brand_colour=str(self.brand_colour.data),
            is_active=bool(self.is_active.data) if may_retire else was_active,
        )


class NewInstitutionForm(DetailsForm):
    """An institution as it is added."""

    code = StringField(
        _("Code"),
        [required(), at_most(10)],
        description=_("2 to 10 capitals and digits. It begins certificate numbers and stays."),
    )


class LogoForm(Form):
    """A picture to be the logo."""

    logo = FileField(
        _("Logo"),
        [needed()],
        description=_("PNG, JPEG or WebP of at most 2 MB."),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )


class UnitForm(Form):
    """A unit as it is added and changed."""

    compares = True
    version = HiddenField()
    code = StringField(_("Code"), [required(), at_most(40)])
    name = TranslatedField(_("Name"), required=("en",), max_length=200)
    parent_id = SelectField(_("Part of"))
    is_active = BooleanField(_("In use"), default=True)

    def offer(self, units: Sequence[tuple[OrgUnit, int]], *, but: UUID | None = None) -> None:
        """Let the unit be part of any of these, but itself."""
        self.parent_id.choices = unit_choices(
            [(one, depth) for one, depth in units if one.id != but], gettext("the institution")
        )

    @property
    def details(self) -> UnitDetails:
        """Return what was typed."""
        return UnitDetails(
            code=self.code.data or "",
            name=self.name.data,
            parent_id=id_from(self.parent_id.data),
            is_active=bool(self.is_active.data),
        )


class ContactForm(Form):
    """Somebody to write to, as they are added and changed."""

    compares = True
    version = HiddenField()
    name = StringField(_("Name"), [required(), at_most(200)])
    position = StringField(_("Position"), [at_most(200)])
    email = StringField(
        _("E-mail address"), [required(), at_most(254)], render_kw={"type": "email"}
    )
    phone = StringField(_("Phone"), [at_most(40)], render_kw={"type": "tel"})
    unit_id = SelectField(_("Unit"))
    languages = SelectMultipleField(
        _("Languages of letters"),
        choices=language_choices,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, units: Sequence[tuple[OrgUnit, int]]) -> None:
        """Let the contact be of any of these units."""
        self.unit_id.choices = unit_choices(units, gettext("the institution"))

    @property
    def details(self) -> ContactDetails:
        """Return what was typed."""
        return ContactDetails(
            name=self.name.data or "",
            email=self.email.data or "",
            position=self.position.data or "",
            phone=self.phone.data or "",
            unit_id=id_from(self.unit_id.data),
            languages=list(self.languages.data or ()),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field as it is stored and as it was typed: texts with the tags of their languages."""

    label: str
    stored: list[tuple[str, str]]
    typed: list[tuple[str, str]]


def differences(form: Form, stored: object) -> list[Difference]:
    """Return the fields in which what was typed is other than what is stored."""
    pairs = [
        (field, _worded(field, getattr(stored, field.name)), _worded(field, field.data))
        for field in form
        if field.name != "version" and hasattr(stored, field.name)
    ]
    return [
        Difference(str(field.label.text), before, typed)
        for field, before, typed in pairs
        if before != typed
    ]


def _worded(field: Any, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [(LANG_TAGS[code], value[code]) for code in LOCALES if value.get(code)]
    if isinstance(value, bool):
        return [("", gettext("Yes") if value else gettext("No"))]
    if isinstance(field, SelectField | SelectMultipleField):
        labels = {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}
        chosen = value if isinstance(value, list) else [value or ""]
        return [("", labels.get(str(one), str(one))) for one in chosen]
    return [("", str(value or ""))]


def unit_choices(units: Sequence[tuple[OrgUnit, int]], none: str) -> list[Any]:
    """Return units as choices, those within others further in; `none` is no unit at all."""
    locale = current_locale()
    return [
        option("", none),
        *(option(str(one.id), "\u2014 " * depth + one.name.in_(locale)) for one, depth in units),
    ]


def id_from(text: str | None) -> UUID | None:
    """Return the id that was chosen, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
