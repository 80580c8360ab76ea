"""What offices, reviewers and chairs send about reviews and selections."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import (
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.courses.forms.choices import CheckboxesField, option
from app.exchanges.models.calls import Criterion
from app.exchanges.models.reviews import ReviewAssignment, Score
from app.exchanges.services.reviews import Mark, points_field
from app.web.forms import Form, at_most, between, needed, optional, required


class AssignForm(Form):
    """Gives applications to reviewers."""

    reviewers = CheckboxesField(_l("Reviewers"), validate_choice=False)
    addresses = TextAreaField(
        _l("Other reviewers"),
        [optional(), at_most(2000)],
        description=_l("E-mail addresses of people with an account, one a line."),
    )
    due_at = DateTimeLocalField(_l("Scores are due by"), [required()])

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Offer these people to choose from."""
        self.reviewers.choices = [option(str(one), name) for one, name in people]


class KeepViewForm(Form):
    """Keeps filters under a name."""

    name = StringField(_l("Name of the filter"), [required(), at_most(60)])


class TryForm(Form):
    """Tries an allocation out."""

    minimum = DecimalField(
        _l("Least points to be selected"),
        [optional(), between(0, 100)],
        description=_l("Of 100. Leave empty to set no minimum."),
    )
    wait_limit = IntegerField(
        _l("Longest waiting list"),
        [optional(), between(0, 10000)],
        description=_l("Leave empty to let everybody wait who got no place."),
    )

    @property
    def minimum_milli(self) -> int | None:
        """Return the minimum in thousandths of a point."""
        return None if self.minimum.data is None else int(self.minimum.data * 1000)


class WhyForm(Form):
    """Says why; people concerned read it."""

    reason = TextAreaField(_l("Reason"), [required(), at_most(2000)])


class ReopenForm(WhyForm):
    """Asks for one more review."""

    reviewer = SelectField(_l("Reviewer"), [required()], validate_choice=False)
    due_at = DateTimeLocalField(_l("Scores are due by"), [required()])


class AppealForm(Form):
    """Objects to a refusal."""

    text = TextAreaField(_l("What you object to, and why"), [required(), at_most(5000)])


class AnswerForm(Form):
    """Answers an appeal."""

    answer = TextAreaField(
        _l("Reasons"), [required(), at_most(5000)], description=_l("The applicant reads them.")
    )


class SheetForm(Form):
    """A score sheet without its lines; `sheet_form` adds them."""

    comment = TextAreaField(
        _l("On the whole application"),
        [optional(), at_most(5000)],
        description=_l("For the committee; the applicant does not read it."),
    )


def sheet_form(
    rubric: Sequence[Criterion],
    scores: Mapping[UUID, Score],
    assignment: ReviewAssignment,
) -> Any:
    """Return the form of one sheet with what was saved on it."""
    lines: dict[str, Any] = {}
    for one in rubric:
        title = one.title.in_(current_locale())
        lines[points_field(one.id)] = IntegerField(
            title,
            [optional(), needed(), between(0, one.max_points)],
            description=_("Points from 0 to %(most)s", most=one.max_points),
            render_kw={"min": 0, "max": one.max_points, "inputmode": "numeric"},
        )
        lines[f"comment-{one.id}"] = TextAreaField(
            _("Comment on %(criterion)s", criterion=title),
            [optional(), at_most(2000)],
            render_kw={"rows": 2},
        )
    kind = type("LinesForm", (SheetForm,), lines)
    kept: dict[str, Any] = {"comment": assignment.comment}
    for criterion_id, score in scores.items():
        kept[f"points-{criterion_id}"] = score.points
        kept[f"comment-{criterion_id}"] = score.comment
    return kind(data=kept)


def marks_of(form: Any, rubric: Sequence[Criterion]) -> dict[UUID, Mark]:
    """Return what was filled in, by criterion."""
    return {
        one.id: Mark(form[f"points-{one.id}"].data, form[f"comment-{one.id}"].data or "")
        for one in rubric
    }
