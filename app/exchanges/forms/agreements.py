"""Forms about agreements, what they promise, and who signs them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.clock import now
from app.core.i18n import LOCALES, cldr, current_locale
from app.core.i18n import gettext as gettext_now
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import CheckboxesField, choices_of, id_of, option
from app.exchanges.models.agreements import Agreement, Condition
from app.exchanges.rules.academic_years import academic_year_of, year_label
from app.exchanges.rules.conditions import CEFR, EQF_LEVELS
from app.exchanges.services.agreements import Head
from app.exchanges.services.conditions import Promise
from app.exchanges.states.agreements import ExchangeKind
from app.exchanges.words.agreements import KIND_LABELS
from app.institutions.forms import unit_choices
from app.institutions.models import Institution, OrgUnit
from app.web.forms import Form, Part, at_most, between, optional, required

SPARE_ROWS = 2
MOST_LANGUAGES = 8
YEARS_BACK, YEARS_AHEAD = 3, 12
_COMMON = ("en", "sr", "bs", "hr", "zh", "de", "fr", "ru", "es", "it")


def language_choices() -> list[Any]:
    """Return languages in the reader's words: those met often first, then the rest."""
    names = cldr(current_locale()).languages
    rest = sorted((name, code) for code, name in names.items() if len(code) == 2)  # noqa: PLR2004 -- ISO 639-1
    common = [option(code, str(names[code])) for code in _COMMON]
    return [
        option("", gettext_now("No requirement")),
        *common,
        *(option(code, str(name)) for name, code in rest if code not in _COMMON),
    ]


class HeadForm(Form):
    """What stands above the promises."""

    version = HiddenField()
    compares = True
    code = StringField(_("Code"), [required(), at_most(40)], description=_("Such as IIA-2027-03."))
    title = StringField(_("Title"), [required(), at_most(200)])
    remarks = TextAreaField(_("Remarks"), [at_most(10_000)], render_kw={"rows": 6})

    def head(self, agreement: Agreement | None = None) -> Head:
        """Return what was typed; code and title of the agreement where they were not asked for."""
        return Head(
            code=(self.code.data if "code" in self else agreement and agreement.code) or "",
            title=(self.title.data if "title" in self else agreement and agreement.title) or "",
            remarks=self.remarks.data or "",
        )


class NewAgreementForm(HeadForm):
    """An agreement as it is begun."""

    institution_id = SelectField(_("Our institution"))
    partner_id = SelectField(_("Partner"), validators=[required()])

    def offer(self, ours: Sequence[Institution], partners: Sequence[Institution]) -> None:
        """Let the agreement be of one of ours with one of these."""
        locale = current_locale()
        for field, places in ((self.institution_id, ours), (self.partner_id, partners)):
            field.choices = [option(str(one.id), one.name.in_(locale)) for one in places]


class LanguageRow(Part):
    """One language skill that is asked for."""

    language = SelectField(_("Language"), choices=language_choices)
    level = SelectField(_("Level"), choices=[option(level, level) for level in CEFR], default="B2")
    subject = StringField(_("Only for"), [at_most(100)])


class ConditionForm(Form):
    """One promise of an agreement."""

    version = HiddenField()
    compares = True
    kind = SelectField(_("Kind"), choices=lambda: choices_of(KIND_LABELS))
    direction = RadioField(_("Direction"), default="out")
    our_unit_id = SelectField(_("Our unit"))
    their_unit_id = SelectField(_("Unit of the partner"))
    first_year = SelectField(_("First academic year"))
    last_year = SelectField(_("Last academic year"))
    places = IntegerField(_("Places a year"), [required(), between(0, 10_000)])
    months = IntegerField(
        _("Months a year, of all together"),
        [optional(), between(0, 10_000)],
        description=_("For students; empty: as many as the places need."),
    )
    days = IntegerField(
        _("Days for each person"), [optional(), between(1, 366)], description=_("For staff.")
    )
    blended = BooleanField(_("Blended: part of it online"))
    isced_codes = StringField(
        _("Fields of study"),
        [at_most(300)],
        description=_("Four-digit codes of ISCED-F 2013, with commas: 0912, 0913. Empty: any."),
    )
    eqf_levels = CheckboxesField(
        _("Levels of study (EQF)"), choices=[option(str(level), str(level)) for level in EQF_LEVELS]
    )
    languages = FieldList(FormField(LanguageRow), max_entries=MOST_LANGUAGES)

    def offer(
        self,
        names: tuple[str, str],
        units: tuple[Sequence[tuple[OrgUnit, int]], Sequence[tuple[OrgUnit, int]]],
    ) -> None:
        """Offer both institutions' units, the years around now, and both directions."""
        ours, theirs = names
        self.direction.choices = [
            option("out", gettext_now("%(ours)s sends to %(theirs)s", ours=ours, theirs=theirs)),
            option("in", gettext_now("%(theirs)s sends to %(ours)s", ours=ours, theirs=theirs)),
        ]
        none = gettext_now("the whole institution")
        self.our_unit_id.choices = unit_choices(units[0], none)
        self.their_unit_id.choices = unit_choices(units[1], none)
        this_year = academic_year_of(now().date())
        years = set(range(this_year - YEARS_BACK, this_year + YEARS_AHEAD))
        for field in (self.first_year, self.last_year):
            stored = str(field.data or "")
            known = {int(stored)} if re.fullmatch("20[0-9][0-9]|2100", stored) else set()
            field.choices = [option(str(year), year_label(year)) for year in sorted(years | known)]

    def promise(self) -> Promise:
        """Return what was typed."""
        return Promise(
            kind=ExchangeKind(self.kind.data),
            goes_out=self.direction.data == "out",
            our_unit_id=id_of(self.our_unit_id.data),
            their_unit_id=id_of(self.their_unit_id.data),
            first_year=int(self.first_year.data),
            last_year=int(self.last_year.data),
            places=self.places.data or 0,
            months=self.months.data,
            days=self.days.data,
            blended=bool(self.blended.data),
            isced_codes=[
                code for code in re.split(r"[,;\s]+", self.isced_codes.data or "") if code
            ],
            eqf_levels=[int(level) for level in self.eqf_levels.data or ()],
            languages=[
                (row["language"], row["level"], row["subject"] or "")
                for row in self.languages.data
                if row["language"]
            ],
        )


def condition_values(condition: Condition | None, our_id: Any, revision: int) -> dict[str, Any]:
    """Return what the form of a promise shows at first, with spare rows for languages."""
    spare: list[Mapping[str, str]] = [{} for _row in range(SPARE_ROWS)]
    if condition is None:
        year = academic_year_of(now().date()) + 1
        return {
            "version": str(revision),
            "first_year": str(year),
            "last_year": str(year + 3),
            "languages": spare,
        }
    goes_out = condition.sending_institution_id == our_id
    units = (condition.sending_unit_id, condition.receiving_unit_id)
    ours, theirs = units if goes_out else units[::-1]
    return {
        "version": str(revision),
        "kind": condition.kind.value,
        "direction": "out" if goes_out else "in",
        "our_unit_id": str(ours or ""),
        "their_unit_id": str(theirs or ""),
        "first_year": str(condition.first_year),
        "last_year": str(condition.last_year),
        "places": condition.places_per_year,
        "months": condition.months_per_year,
        "days": condition.days_per_person,
        "blended": condition.blended,
        "isced_codes": ", ".join(condition.isced_codes),
        "eqf_levels": [str(level) for level in condition.eqf_levels],
        "languages": [*condition.languages, *spare][:MOST_LANGUAGES],
    }


class SignForm(Form):
    """A signature under exactly what is shown."""

    terms_hash = HiddenField()
    position = StringField(
        _("Your position"), [required(), at_most(200)], description=_("Such as Rector.")
    )
    agrees = BooleanField(_("I have read this text and sign it for my institution."), [required()])


class GuestSignForm(SignForm):
    """A signature of somebody without an account."""

    name = StringField(_("Your name"), [required(), at_most(200)])


class InviteForm(Form):
    """Whom to send the text for signing."""

    name = StringField(_("Name"), [required(), at_most(200)])
    email = StringField(
        _("E-mail address"), [required(), at_most(254)], render_kw={"type": "email"}
    )
    locale = SelectField(
        _("Language of the letter"),
        choices=[option(code, name) for code, name in LOCALES.items()],
    )


class NoticeForm(Form):
    """When and why an agreement ends."""

    ends_on = DateField(_("Last day"), [required()])
    reason = TextAreaField(_("Reason"), [required(), at_most(1000)], render_kw={"rows": 3})


class CapacityForm(Form):
    """Another number of places, to which both sides consented."""

    persons = IntegerField(_("Places"), [required(), between(0, 10_000)])
    reason = TextAreaField(
        _("Who consented, when and how"),
        [required(), at_most(1000)],
        description=_("Such as: Li Ming, international office, by mail of 3 May 2027."),
        render_kw={"rows": 3},
    )
