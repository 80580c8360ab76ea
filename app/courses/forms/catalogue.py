"""Forms about courses, and what visitors look for."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, HiddenField, IntegerField, SelectField, StringField, TextAreaField

from app.core.i18n import LOCALES
from app.core.i18n import lazy_gettext as _
from app.courses.forms.choices import (
    CheckboxesField,
    choices_of,
    course_choices,
    id_of,
    language_choices,
    member,
)
from app.courses.models.catalogue import Course
from app.courses.queries.catalogue import SORTS, Wanted
from app.courses.queries.prerequisites import required_by
from app.courses.services.catalogue import CourseContent
from app.courses.states import Delivery, Track
from app.courses.words import DELIVERY_LABELS, TRACK_LABELS
from app.web.fields import TranslatedField
from app.web.forms import Form, at_most, between, optional, required

MOST_TAGS = 12


def wanted_from(arguments: MultiDict[str, str]) -> Wanted:
    """Return what a visitor looks for; what makes no sense is as if it were not asked."""
    language, sort = arguments.get("language", ""), arguments.get("sort", "")
    return Wanted(
        text=" ".join(arguments.get("q", "").split())[:200],
        track=member(Track)(arguments.get("track")),
        language=language if language in LOCALES else "",
        delivery=member(Delivery)(arguments.get("delivery")),
        place=id_of(arguments.get("place")),
        open_now=arguments.get("open") == "1",
        sort=sort if sort in SORTS else SORTS[0],
    )


class CourseForm(Form):
    """What a course is."""

    code = StringField(
        _("Code"),
        [required(), at_most(20)],
        description=_("Capital letters, digits, dots and hyphens, such as TT-101."),
    )
    title = TranslatedField(_("Title"), required=("en",), max_length=200)
    summary = TranslatedField(_("Summary"), multiline=True, max_length=500)
    description = TranslatedField(_("Description"), multiline=True, max_length=8000)
    track = SelectField(_("Track"), choices=choices_of(TRACK_LABELS))
    delivery = SelectField(_("Delivery"), choices=choices_of(DELIVERY_LABELS))
    languages = CheckboxesField(
        _("Languages of instruction"), [required()], choices=language_choices
    )
    level = IntegerField(
        _("Level"),
        [optional(), between(1, 8)],
        description=_("From 1 to 8 in the European Qualifications Framework."),
    )
    hours = DecimalField(_("Workload in hours"), [optional(), between(0, 5000)], places=2)
    ects = DecimalField(_("ECTS credits"), [optional(), between(0, 300)], places=2)
    prerequisites = CheckboxesField(
        _("Courses to have completed before"),
        [optional()],
        choices=course_choices,
        description=_("Only the office can let in who has not, and it says why."),
    )
    tags = StringField(_("Tags"), [optional(), at_most(400)], description=_("Separated by commas."))
    version = HiddenField()
    compares = True

    @classmethod
    def of(cls, course: Course) -> "CourseForm":
        """Return the form filled in with what is stored."""
        return cls(
            formdata=None,
            data={
                "code": course.code,
                "title": dict(course.title),
                "summary": dict(course.summary),
                "description": dict(course.description),
                "track": str(course.track),
                "delivery": str(course.delivery),
                "languages": course.languages,
                "level": course.level,
                "hours": Decimal(course.workload_minutes) / 60,
                "ects": Decimal(course.ects_centi) / 100,
                "tags": ", ".join(course.tags),
                "prerequisites": [str(one.id) for one in required_by(course.id)],
                "version": str(course.version),
            },
        )

    def leave_out(self, course_id: UUID) -> None:
        """Do not offer a course to be completed before itself."""
        offered: Any = self.prerequisites.choices
        self.prerequisites.choices = [one for one in offered if one.value != str(course_id)]

    def content(self) -> CourseContent:
        """Return what was written."""
        values = self.data
        tags = [" ".join(tag.split())[:40] for tag in (values["tags"] or "").split(",")]
        return CourseContent(
            code=(values["code"] or "").strip(),
            title=values["title"],
            summary=values["summary"],
            description=values["description"],
            track=Track(values["track"]),
            delivery=Delivery(values["delivery"]),
            languages=list(values["languages"] or []),
            level=values["level"],
            workload_minutes=int((values["hours"] or Decimal(0)) * 60),
            ects_centi=int((values["ects"] or Decimal(0)) * 100),
            prerequisites=frozenset(map(UUID, values["prerequisites"] or ())),
            tags=list(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS],
        )


class NewCourseForm(CourseForm):
    """A course at one of the institutions where one plans."""

    institution = SelectField(_("Institution"), validate_choice=True)


class ReasonForm(Form):
    """Why something is done that others must understand later."""

    reason = TextAreaField(_("Reason"), [required(), at_most(1000)], render_kw={"rows": 3})

    @property
    def words(self) -> str:
        """Return the reason as it was written."""
        return (self.reason.data or "").strip()


def version_of(form: Any) -> int | None:
    """Return the version the form was shown with; None when it does not say."""
    text = form.version.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 -- digits of an int
