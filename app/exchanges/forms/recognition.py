"""What people fill in about transcripts and what they count at home."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from app.core.errors import Invalid
from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import choices_of, option
from app.exchanges.models.recognition import GradeScale, Transcript, TranscriptLine
from app.exchanges.queries.recognition import Group
from app.exchanges.services.recognition import GroupAnswer
from app.exchanges.services.transcript_lists import MOST_CREDITS
from app.exchanges.services.transcripts import MOST_LINES, Line
from app.exchanges.states.recognition import GroupOutcome, LineOutcome, TranscriptState
from app.exchanges.words.recognition import GROUP_LABELS, LINE_LABELS, SCHEMES
from app.web.forms import Form, Part, at_most, between, optional, required

SPARE = 3
"""Empty rows that stand below what is written."""

MOST_GROUPS = 60


class LineForm(Part):
    """One course of a transcript; a row without a title is left out."""

    code = StringField(_("Code"), [optional(), at_most(40)])
    title = StringField(_("Course"), [optional(), at_most(300)])
    credits = DecimalField(_("Credits"), [optional(), between(0, MOST_CREDITS)], places=2)
    grade = StringField(_("Grade"), [optional(), at_most(20)])
    outcome = SelectField(
        _("Outcome"), choices=choices_of(LINE_LABELS), default=str(LineOutcome.PASSED)
    )


class TranscriptForm(Form):
    """Writes the draft of a transcript."""

    version = HiddenField()
    scale = SelectField(_("Scale of the grades"), [required()])
    credit_scheme = SelectField(_("Credits are"), choices=choices_of(SCHEMES))
    remarks = TextAreaField(_("Remarks"), [optional(), at_most(2000)])
    lines = FieldList(FormField(LineForm), min_entries=SPARE, max_entries=MOST_LINES)

    @classmethod
    def of(cls, draft: Transcript | None, lines: Sequence[TranscriptLine]) -> "TranscriptForm":
        """Return the form filled in with what is stored, and some empty rows."""
        rows: list[dict[str, Any]] = [
            {
                "code": one.code,
                "title": one.title,
                "credits": one.credits_centi / 100,
                "grade": one.grade,
                "outcome": str(one.outcome),
            }
            for one in lines
        ]
        is_draft = draft is not None and draft.state == TranscriptState.DRAFT
        seen = draft.version if draft is not None and is_draft else 0
        data: dict[str, Any] = {"lines": rows, "version": str(seen)}
        if draft is not None:
            data |= {
                "scale": str(draft.scale_id),
                "credit_scheme": draft.credit_scheme,
                "remarks": draft.remarks,
            }
        form = cls(formdata=None, data=data)
        form.add_rows()
        return form

    def offer(self, scales: Sequence[GradeScale], locale: str) -> None:
        """Offer these scales."""
        self.scale.choices = [
            option(str(one.id), f"{one.name.in_(locale)} ({one.code}, {one.number})")
            for one in scales
        ]

    def add_rows(self) -> None:
        """Put some empty rows at the end."""
        for _number in range(SPARE):
            if len(self.lines.entries) < MOST_LINES:
                self.lines.append_entry()

    def written(self) -> list[Line]:
        """Return the rows that have a title. Raises Invalid for one without credits."""
        found = []
        for number, entry in enumerate(self.lines.entries, start=1):
            row = entry.form
            title, centi = (row.title.data or "").strip(), _centi(row.credits.data)
            if not title:
                continue
            if centi is None:
                raise Invalid(gettext("Row %(number)s: write the credits, or 0.", number=number))
            found.append(
                Line(
                    title=title,
                    credits_centi=centi,
                    grade=(row.grade.data or "").strip(),
                    outcome=LineOutcome(row.outcome.data),
                    code=(row.code.data or "").strip(),
                )
            )
        return found


class TranscriptListForm(Form):
    """Uploads the courses of a transcript; `replace` is asked where a draft has some already."""

    version = HiddenField()
    scale = SelectField(_("Scale of the grades"), [required()])
    credit_scheme = SelectField(_("Credits are"), choices=choices_of(SCHEMES))
    file = FileField(_("CSV or Excel file"), [FileRequired(_("Choose a file."))])
    replace = BooleanField(
        _("Replace the courses of the draft by those of the file"),
        [DataRequired(_("Say that what stands in the draft may go."))],
    )

    offer = TranscriptForm.offer


class ReleaseForm(Form):
    """Releases the draft that was seen."""

    version = HiddenField()


class ResultForm(Part):
    """What one course counts at home, and in which group it stands."""

    line = HiddenField()
    group = IntegerField(_("Group"), [required(), between(1, MOST_GROUPS)])
    credits = DecimalField(_("Credits at home"), [optional(), between(0, MOST_CREDITS)], places=2)
    grade = SelectField(_("Grade at home"), [optional()])


class GroupForm(Part):
    """What one group stands for at home, and the answer to it."""

    home_title = StringField(_("Stands for"), [optional(), at_most(300)])
    home_credits = DecimalField(
        _("Credits agreed"), [optional(), between(0, MOST_CREDITS)], places=2
    )
    outcome = SelectField(
        _("Decision"), choices=choices_of(GROUP_LABELS), default=str(GroupOutcome.AS_AGREED)
    )
    reason = TextAreaField(_("Reason"), [optional(), at_most(1000)])


class RecognitionForm(Form):
    """Corrects the decision that is being prepared."""

    version = HiddenField()
    results = FieldList(FormField(ResultForm), max_entries=MOST_LINES)
    groups = FieldList(FormField(GroupForm), max_entries=MOST_GROUPS)

    @classmethod
    def of(cls, groups: Sequence[Group], version: int) -> "RecognitionForm":
        """Return the form filled in with what is stored."""
        results = [
            {
                "line": str(one.line.id),
                "group": number,
                "credits": _decimal(one.result.credits_centi),
                "grade": one.result.grade,
            }
            for number, group in enumerate(groups, start=1)
            for one in group.results
        ]
        answers = [
            {
                "home_title": one.group.home_title,
                "home_credits": _decimal(one.group.home_credits_centi or None),
                "outcome": str(one.group.outcome),
                "reason": one.group.reason,
            }
            for one in groups
        ]
        if len(answers) < MOST_GROUPS:
            answers.append({})  # one more, for what stands apart or was not achieved
        data: dict[str, Any] = {"results": results, "groups": answers, "version": str(version)}
        return cls(formdata=None, data=data)

    def offer(self, grades: Sequence[str]) -> None:
        """Offer the passing grades of the home scale."""
        for entry in self.results.entries:
            entry.form.grade.choices = [option("", "–"), *(option(one, one) for one in grades)]

    def answers(self, ids: dict[str, Any]) -> list[GroupAnswer]:
        """Return the groups in which a course stands or that are refused without one.

        `ids` are the lines by their text.
        """
        found = []
        for number, entry in enumerate(self.groups.entries, start=1):
            inside = tuple(
                (ids[row.line.data], _centi(row.credits.data), row.grade.data or "")
                for row in (result.form for result in self.results.entries)
                if row.group.data == number and row.line.data in ids
            )
            group = entry.form
            refused = group.outcome.data == GroupOutcome.REFUSED and bool(group.home_title.data)
            if inside or refused:
                found.append(
                    GroupAnswer(
                        home_title=(group.home_title.data or "").strip(),
                        home_credits_centi=_centi(group.home_credits.data) or 0,
                        outcome=GroupOutcome(group.outcome.data),
                        reason=(group.reason.data or "").strip(),
                        results=inside,
                    )
                )
        return found


class DecideForm(Form):
    """Makes the decision final."""

    version = HiddenField()
    reference = StringField(_("Number of the decision"), [required(), at_most(60)])


def _decimal(centi: int | None) -> float | None:
    return None if centi is None else centi / 100


def _centi(number: Decimal | None) -> int | None:
    return None if number is None else int(number * 100)
