"""What people fill in about a stay while they prepare it and are abroad."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import in_reach, option
from app.exchanges.forms.addresses import an_address
from app.exchanges.models.visits import Visit
from app.institutions.forms import country_choices
from app.web.forms import Form, at_most, optional, required


class DayField(DateField):
    """A day that is needed; `day` is there once the form was accepted in its shape."""

    @property
    def day(self) -> date:
        """Return the day that was given."""
        assert self.data is not None  # noqa: S101 -- the field is required
        return self.data


class DetailsForm(Form):
    """Where somebody lives abroad, and until when their papers hold."""

    version = HiddenField()
    address = StringField(_("Address at the host"), [optional(), at_most(300)])
    phone = StringField(_("Phone while abroad"), [optional(), at_most(40)])
    host_contact = StringField(_("Contact at the host"), [optional(), at_most(300)])
    visa_until = DateField(_("Visa or visa-free stay ends on"), [optional(), in_reach])
    permit_until = DateField(_("Residence permit ends on"), [optional(), in_reach])

    @classmethod
    def of(cls, visit: Visit) -> "DetailsForm":
        """Return the form filled in with what is stored."""
        names = ("address", "phone", "host_contact", "visa_until", "permit_until")
        data: dict[str, Any] = {name: getattr(visit, name) for name in names}
        return cls(formdata=None, data=data | {"version": str(visit.version)})

    def content(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "address": (self.address.data or "").strip(),
            "phone": (self.phone.data or "").strip(),
            "host_contact": (self.host_contact.data or "").strip(),
            "visa_until": self.visa_until.data,
            "permit_until": self.permit_until.data,
        }


class CitizenshipForm(Form):
    """Of which countries somebody is a citizen; asked once, whatever stay they go on."""

    citizenship = SelectField(
        _("Citizenship"),
        [required()],
        description=_("Of the passport that is used for the journey."),
    )
    second_citizenship = SelectField(_("Second citizenship, if you have one"), [optional()])

    @classmethod
    def known_as(cls, codes: Sequence[str]) -> "CitizenshipForm":
        """Return the form with what is known, and the countries in the reader's language."""
        first, second = (*codes, "", "")[:2]
        form = cls(data={"citizenship": first, "second_citizenship": second})
        countries = [option("", "–"), *country_choices()]
        form.citizenship.choices = form.second_citizenship.choices = countries
        return form

    def codes(self) -> list[str]:
        """Return the countries that were chosen."""
        return [one for one in (self.citizenship.data, self.second_citizenship.data) if one]


class ContactForm(Form):
    """Whom to call in an emergency."""

    name = StringField(_("Name"), [required(), at_most(200)])
    relation = StringField(_("Who they are to you"), [required(), at_most(100)])
    phone = StringField(_("Phone"), [required(), at_most(40)])
    email = StringField(_("E-mail address"), [optional(), at_most(254), an_address])


class InsuranceForm(Form):
    """A policy."""

    company = StringField(_("Company"), [required(), at_most(200)])
    policy_number = StringField(_("Number of the policy"), [required(), at_most(100)])
    phone = StringField(_("Emergency phone of the company"), [optional(), at_most(40)])
    valid_from = DayField(_("Valid from"), [required(), in_reach])
    valid_until = DayField(_("Valid until"), [required(), in_reach])


class ForHostForm(Form):
    """What is confirmed for the host; `evidence` is asked of whoever acts on its behalf."""

    evidence = StringField(
        _("How you know"),
        [required(), at_most(1000)],
        description=_(
            "Which message or paper of the host, and its date. It is kept with the step."
        ),
    )


class ArrivalForm(ForHostForm):
    """When somebody came, by the clock of the host."""

    arrived_at = DateTimeLocalField(
        _("Arrived at"),
        [required(), in_reach],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_("By the clock of the host: what the law wants is counted from here."),
    )

    @property
    def moment(self) -> datetime:
        """The time as it was typed, without a zone."""
        value = self.arrived_at.data
        assert value is not None  # noqa: S101 -- the field is required
        return value.replace(tzinfo=None)


class CorrectDaysForm(ArrivalForm):
    """When somebody really came and left, and why that was not known."""

    last_day = DayField(_("Last day of the stay"), [required(), in_reach])
    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])


class InterruptForm(Form):
    """From when a stay does not go on."""

    since = DayField(_("First day of the interruption"), [required(), in_reach])
    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])


class ResumeForm(Form):
    """Until when a stay was interrupted."""

    until = DayField(_("Last day of the interruption"), [required(), in_reach])


class DepartForm(ForHostForm):
    """The last day of a stay."""

    last_day = DayField(_("Last day of the stay"), [required(), in_reach])


class EndEarlyForm(DepartForm):
    """The last day of a stay that ends before its time, and why."""

    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])
    force_majeure = BooleanField(_("For reasons that nobody could avoid (force majeure)"))


class NoShowForm(ForHostForm):
    """Why one knows that nobody comes."""

    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])


class CloseForm(Form):
    """Why a stay is closed; asked only where its results are given up."""

    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])


class DoneForm(Form):
    """When something was done with an authority."""

    on = DayField(_("Done on"), [required(), in_reach])
    evidence = StringField(_("Number of the receipt or remark"), [optional(), at_most(300)])


class LeaveOutForm(Form):
    """Why a thing of the checklist does not apply."""

    reason = StringField(_("Why it does not apply"), [required(), at_most(300)])
