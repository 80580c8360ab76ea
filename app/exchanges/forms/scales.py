"""What registrars lay down: scales, distributions, credit rules, the method."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
)

from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import choices_of, in_reach, option
from app.exchanges.rules.credits import Method, Rounding
from app.exchanges.rules.grades import Choice, Grade
from app.exchanges.words.recognition import (
    CHOICE_LABELS,
    METHOD_LABELS,
    ROUNDING_LABELS,
    SCHEMES,
)
from app.web.fields import TranslatedField
from app.web.forms import Form, Part, at_most, between, optional, required

MOST_GRADES = 40
SPARE = 3
LEVELS = range(5, 9)


class GradeForm(Part):
    """One grade of a scale; a row without a label is left out."""

    code = StringField(_("Grade"), [optional(), at_most(20)])
    value = StringField(_("Value"), [optional(), at_most(10)])
    passes = BooleanField(_("Passes"))
    low = IntegerField(_("From points"), [optional(), between(0, 100)])
    high = IntegerField(_("To points"), [optional(), between(0, 100)])


class ScaleForm(Form):
    """A new version of a scale."""

    code = StringField(
        _("Code"), [required(), at_most(30)], description=_("Short, such as UNIBL-5-10.")
    )
    name = TranslatedField(_("Name"), required=("en",), max_length=120)
    source = StringField(
        _("Source"), [required(), at_most(300)], description=_("The rule book it comes from.")
    )
    grades = FieldList(FormField(GradeForm), min_entries=SPARE, max_entries=MOST_GRADES)

    @classmethod
    def of(
        cls, code: str, name: Mapping[str, str], source: str, grades: Sequence[Mapping[str, Any]]
    ) -> "ScaleForm":
        """Return the form filled in with a version of a scale."""
        rows = [
            {
                "code": one["code"],
                "value": one.get("value", ""),
                "passes": one["passes"],
                "low": one.get("from"),
                "high": one.get("to"),
            }
            for one in grades
        ]
        data: dict[str, Any] = {"code": code, "name": dict(name), "source": source, "grades": rows}
        form = cls(formdata=None, data=data)
        form.add_rows()
        return form

    def add_rows(self) -> None:
        """Put some empty rows at the end."""
        for _number in range(SPARE):
            if len(self.grades.entries) < MOST_GRADES:
                self.grades.append_entry()

    def written(self) -> list[dict[str, Any]]:
        """Return the rows that have a label, as they are stored."""
        return [
            {
                "code": (row.code.data or "").strip(),
                "value": (row.value.data or "").strip().replace(",", "."),
                "passes": bool(row.passes.data),
                "from": row.low.data,
                "to": row.high.data,
            }
            for row in (entry.form for entry in self.grades.entries)
            if (row.code.data or "").strip()
        ]


class CountForm(Part):
    """How often one grade was given."""

    count = IntegerField(_("How often"), [required(), between(0, 1_000_000)])


class TableForm(Form):
    """How often the passing grades of a scale were given in a reference group."""

    isced = StringField(
        _("Field of study"),
        [optional(), at_most(4)],
        description=_("ISCED-F code of 2, 3 or 4 digits; empty for the whole cycle."),
    )
    eqf_level = SelectField(
        _("EQF level"), choices=[option(str(level), str(level)) for level in LEVELS]
    )
    years = StringField(
        _("Years"), [required(), at_most(40)], description=_("At least two, such as 2023–2025.")
    )
    source = StringField(_("Source"), [required(), at_most(300)])
    counts = FieldList(FormField(CountForm), max_entries=MOST_GRADES)

    def show(self, grades: Sequence[Grade]) -> None:
        """Have one row for each passing grade."""
        while len(self.counts.entries) < len(grades):
            self.counts.append_entry()

    def written(self, grades: Sequence[Grade]) -> dict[str, int]:
        """Return the counts by grade."""
        return {
            grade.code: entry.form.count.data or 0
            for grade, entry in zip(grades, self.counts.entries, strict=False)
        }


class CreditRuleForm(Form):
    """A new version of how credits of one scheme count in another."""

    from_scheme = SelectField(_("From"), choices=choices_of(SCHEMES))
    to_scheme = SelectField(_("To"), choices=choices_of(SCHEMES))
    method = SelectField(_("Method"), choices=choices_of(METHOD_LABELS))
    source_number = StringField(
        _("Number of the scheme it comes from"),
        [optional(), at_most(12)],
        description=_(
            "Credits of its full-time year, or hours behind one credit; not for a fixed factor."
        ),
    )
    target_number = StringField(
        _("Number of the scheme it becomes"),
        [required(), at_most(12)],
        description=_("As above; for a fixed factor, the factor itself."),
    )
    rounding = SelectField(_("Rounding"), choices=choices_of(ROUNDING_LABELS))
    valid_from = DateField(_("In use from"), [required(), in_reach])
    source = StringField(_("Source"), [required(), at_most(300)])

    def content(self) -> dict[str, Any]:
        """Return what the service takes."""
        method = Method(self.method.data)
        there = (self.source_number.data or "").strip().replace(",", ".")
        here = (self.target_number.data or "").strip().replace(",", ".")
        fixed = method == Method.FIXED
        return {
            "from_scheme": self.from_scheme.data,
            "to_scheme": self.to_scheme.data,
            "method": method,
            "parameters": {"factor": here} if fixed else {"source": there, "target": here},
            "rounding": Rounding(self.rounding.data),
            "valid_from": self.valid_from.data,
            "source": self.source.data,
        }


class RecognitionRuleForm(Form):
    """A new version of how grades are converted."""

    scale_code = SelectField(_("Grades become grades of"), [required()])
    credit_scheme = SelectField(_("Credits become"), choices=choices_of(SCHEMES))
    choice = SelectField(_("Of several comparable grades"), choices=choices_of(CHOICE_LABELS))
    least_results = IntegerField(
        _("Results that a reference group needs"), [required(), between(1, 10_000)], default=50
    )
    allows_formula = BooleanField(_("Use the formula where a distribution is missing"))
    valid_from = DateField(_("In use from"), [required(), in_reach])
    source = StringField(_("Source"), [required(), at_most(300)])

    def content(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "scale_code": self.scale_code.data,
            "credit_scheme": self.credit_scheme.data,
            "choice": Choice(self.choice.data),
            "least_results": self.least_results.data,
            "allows_formula": bool(self.allows_formula.data),
            "valid_from": self.valid_from.data,
            "source": self.source.data,
        }
