"""Forms about institutions."""

from typing import Any

from wtforms import BooleanField, FileField, HiddenField, SelectField, StringField

from app.accounts.forms.choices import pairs, zone_choices
from app.core.i18n import cldr, current_locale
from app.core.i18n import lazy_gettext as _
from app.institutions.services import Details
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, required


def country_choices() -> list[Any]:
    """Return the countries of the world in the reader's language and its order."""
    known = cldr(current_locale()).territories
    named = [(code, name) for code, name in known.items() if len(code) == 2 and code.isalpha()]  # noqa: PLR2004 -- ISO 3166-1
    return pairs(sorted(named, key=lambda pair: pair[1]))


class DetailsForm(Form):
    """An institution as it is changed."""

    version = HiddenField()
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
        description=_("PNG, JPEG or WebP of at most 2 MB."),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )
