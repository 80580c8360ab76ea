"""What people send about learning agreements."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import CheckboxesField, choices_of, option
from app.exchanges.forms.addresses import an_address
from app.exchanges.rules.isced import DETAILED
from app.exchanges.rules.learning_agreement_checks import CEFR
from app.exchanges.rules.learning_agreements import REASONS, Component, Status, Table
from app.exchanges.rules.teaching import FIELDS, LEVELS
from app.exchanges.words import learning_agreements as words
from app.exchanges.words.fields import EQF_LABELS, LANGUAGES, language_name
from app.exchanges.words.isced import field_titles
from app.institutions.forms import country_choices
from app.web.forms import Form, at_most, between, optional, required

MOST_TERMS = 4
MOST_CREDITS = 90


def terms() -> list[Any]:
    """Return the terms of a year to choose from."""
    return [
        option(
            f"{number}/{total}", str(_("Term %(number)s of %(total)s", number=number, total=total))
        )
        for total in range(2, MOST_TERMS + 1)
        for number in range(1, total + 1)
    ] + [option("1/1", str(_("Whole year")))]


def term_of(text: str | None) -> tuple[int, int] | None:
    """Return the term that was chosen; None for none."""
    number, _slash, total = (text or "").partition("/")
    return (int(number), int(total)) if number and total else None


def _choose() -> Any:
    return option("", str(_("Choose")))


class ComponentForm(Form):
    """Writes one row of a table."""

    title = StringField(_("Title"), [required(), at_most(200)])
    code = StringField(_("Code of the course"), [optional(), at_most(40)])
    amount = DecimalField(_("Credits"), [optional(), between(0, MOST_CREDITS)], places=None)
    scheme = SelectField(
        _("Kind of credits"),
        choices=[
            option("ects", _("ECTS")),
            option("local", _("Credits of the institution itself")),
        ],
        default="ects",
    )
    term = SelectField(_("Term"), choices=terms, default="2/2")
    description = TextAreaField(_("Short description"), [optional(), at_most(1000)])
    recognition = TextAreaField(
        _("Conditions of recognition, if it is not automatic"), [optional(), at_most(1000)]
    )
    reason_code = SelectField(_("Reason"), [optional()])
    reason_text = StringField(_("Reason in your own words"), [optional(), at_most(500)])

    def fit(self, table: Table, *, is_change: bool) -> None:
        """Leave away what this table or a first draft does not have."""
        is_short = table in (Table.BLENDED, Table.DOCTORAL)
        if table in (Table.STUDIED, Table.RECOGNISED):
            del self.description
        if not is_short:
            del self.recognition
        if table in (Table.VIRTUAL, Table.BLENDED, Table.DOCTORAL):
            del self.term
        if is_change:
            self.reason_code.choices = reasons(Status.INSERTED)
        else:
            del self.reason_code, self.reason_text

    @classmethod
    def of(cls, component: Component) -> "ComponentForm":
        """Return the form filled in."""
        credit = component.credits[0] if component.credits else ("ects", "")
        term = component.term
        return cls(
            title=component.title,
            code=component.code,
            amount=Decimal(credit[1]) if credit[1] else None,
            scheme=credit[0],
            term=f"{term[0]}/{term[1]}" if term else "",
            description=component.description,
            recognition=component.recognition,
            reason_code=component.reason_code,
            reason_text=component.reason_text,
        )

    def component(self, table: Table) -> Component:
        """Return what was written as a row of that table."""
        sent: Mapping[str, Any] = self.data
        worth = sent.get("amount")
        return Component(
            table=table,
            title=" ".join(sent["title"].split()),
            code=(sent["code"] or "").strip(),
            term=term_of(sent.get("term")),
            credits=((sent["scheme"], f"{worth.normalize():f}"),) if worth else (),
            description=(sent.get("description") or "").strip(),
            recognition=(sent.get("recognition") or "").strip(),
            reason_code=sent.get("reason_code") or "",
            reason_text=(sent.get("reason_text") or "").strip(),
        )


class RemoveForm(Form):
    """Takes a row out that was agreed on."""

    reason_code = SelectField(_("Reason"), [optional()], choices=lambda: reasons(Status.DELETED))
    reason_text = StringField(_("Reason in your own words"), [optional(), at_most(500)])


def reasons(status: Status) -> list[Any]:
    """Return the reasons for that kind of change to choose from."""
    return [
        *(option(code, words.REASONS[code]) for code in REASONS[status]),
        option("", str(_("Another reason, written below"))),
    ]


def countries() -> list[Any]:
    """Return the countries of the world to choose from."""
    return [_choose(), *country_choices()]


def languages() -> list[Any]:
    """Return the languages of instruction to choose from."""
    return [_choose(), *(option(code, language_name(code)) for code in LANGUAGES)]


def levels() -> list[Any]:
    """Return the levels of higher education to choose from."""
    return [option(level, EQF_LABELS[int(level)]) for level in LEVELS]


def fields() -> list[Any]:
    """Return the detailed fields of education to choose from."""
    return [
        _choose(),
        *(option(code, f"{code} {name}") for code, name in field_titles(DETAILED).items()),
    ]


class FactsForm(Form):
    """Says who goes and what they study."""

    given_names = StringField(words.FACTS["given_names"], [required(), at_most(120)])
    family_name = StringField(words.FACTS["family_name"], [required(), at_most(120)])
    global_id = StringField(words.FACTS["global_id"], [required(), at_most(120)])
    birth_date = DateField(words.FACTS["birth_date"], [required()])
    citizenship = SelectField(words.FACTS["citizenship"], [required()], choices=countries)
    gender = SelectField(words.FACTS["gender"], choices=lambda: choices_of(words.GENDERS))
    email = StringField(words.FACTS["email"], [required(), at_most(254), an_address])
    home_unit = StringField(words.FACTS["home_unit"], [required(), at_most(200)])
    host_unit = StringField(words.FACTS["host_unit"], [optional(), at_most(200)])
    eqf_level = SelectField(words.FACTS["eqf_level"], choices=levels)
    isced = SelectField(words.FACTS["isced"], [required()], choices=fields)
    isced_clarification = StringField(
        words.FACTS["isced_clarification"], [optional(), at_most(200)]
    )
    language = SelectField(words.FACTS["language"], [required()], choices=languages)
    cefr = SelectField(
        words.FACTS["cefr"], choices=[option(one, one) for one in CEFR], default="B2"
    )

    def facts(self) -> dict[str, str]:
        """Return what was written, as texts."""
        sent = {name: self.data.get(name) for name in words.FACTS}
        found = {name: "" if value is None else str(value).strip() for name, value in sent.items()}
        return {name: value for name, value in found.items() if name in self}


class TeachingForm(Form):
    """Says what a member of staff teaches at the host."""

    isced = SelectField(words.TEACHING["isced"], [required()], choices=fields)
    level = SelectField(words.TEACHING["level"], choices=levels)
    students = IntegerField(words.TEACHING["students"], [required(), between(1, 10_000)])
    hours = IntegerField(words.TEACHING["hours"], [required(), between(1, 500)])
    language = StringField(words.TEACHING["language"], [required(), at_most(60)])
    objectives = TextAreaField(words.TEACHING["objectives"], [required(), at_most(3000)])
    content = TextAreaField(words.TEACHING["content"], [required(), at_most(3000)])
    added_value = TextAreaField(words.TEACHING["added_value"], [optional(), at_most(3000)])
    outcomes = TextAreaField(words.TEACHING["outcomes"], [optional(), at_most(3000)])

    def teaching(self) -> dict[str, str]:
        """Return what was written, as texts."""
        sent: Mapping[str, Any] = self.data
        return {name: "" if sent[name] is None else str(sent[name]).strip() for name in FIELDS}


class SignForm(Form):
    """Signs the proposal that was read; its id travels along."""

    proposal_id = HiddenField()
    position = StringField(_("Position in which you sign"), [required(), at_most(200)])


class ReturnForm(Form):
    """Sends the proposal back that was read."""

    proposal_id = HiddenField()
    comment = TextAreaField(_("What should be different"), [required(), at_most(3000)])


class WhyForm(Form):
    """Says why, if one likes."""

    reason = TextAreaField(_("Reason"), [optional(), at_most(1000)])


class CoordinatorForm(Form):
    """Names who coordinates a stay."""

    email = StringField(_("E-mail address"), [required(), at_most(254)])


class EquivalenceForm(Form):
    """Remembers that courses of the host stand for courses at home."""

    host = CheckboxesField(_("Courses of the host"), [optional()])
    home = CheckboxesField(_("Courses at home for which they stand"), [optional()])
    valid_until = DateField(_("Valid until"), [optional()])
    note = TextAreaField(_("What it rests on"), [optional(), at_most(1000)])

    def offer(self, host: Sequence[Component], home: Sequence[Component]) -> None:
        """Let these rows be chosen."""
        self.host.choices = [option(one.key, named(one)) for one in host]
        self.home.choices = [option(one.key, named(one)) for one in home]


class WithdrawForm(Form):
    """Says why a decision is offered no more."""

    reason = TextAreaField(_("Reason"), [required(), at_most(1000)])


class MessageForm(Form):
    """Uploads an agreement as another system wrote it."""

    file = FileField(_("XML file"), [FileRequired(_("Choose a file."))])


def named(component: Component) -> str:
    """Return a component as a line of a list."""
    return f"{component.code} {component.title}".strip()
