"""Courses to have completed before another: keeping the list, and holding people to it."""

from collections.abc import Collection
from uuid import UUID

from app.core.database import db
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.courses.models.catalogue import Course, Prerequisite
from app.courses.models.runs import Run
from app.courses.queries import prerequisites as queries

MOST = 10


def write(course: Course, ids: Collection[UUID]) -> dict[str, list[list[str]]]:
    """Keep which courses are to be completed before this one; return what changed, by code.

    Raises Invalid: unknown courses, too many, or a course that would have to come before itself.
    """
    before = {one.id: one.code for one in queries.required_by(course.id)}
    after = {key: before[key] for key in ids if key in before}
    after |= queries.codes_of(set(ids) - set(before))
    if set(after) != set(ids):
        raise Invalid(_("There is no such course."), field="prerequisites")
    if len(after) > MOST:
        raise Invalid(_("Choose at most %(num)s courses.", num=MOST), field="prerequisites")
    if course.id in queries.leads_to(after):
        raise Invalid(
            _("A course cannot have to be completed before itself."), field="prerequisites"
        )
    if set(before) == set(after):
        return {}
    for key in set(before) - set(after):
        db.session.delete(db.session.get_one(Prerequisite, (course.id, key)))
    for key in set(after) - set(before):
        db.session.add(Prerequisite(course_id=course.id, required_id=key))
    return {"prerequisites": [sorted(before.values()), sorted(after.values())]}


def require(run: Run, person_id: UUID, reason: str) -> str:
    """Return why a person is let in without what must come before; empty when nothing is missing.

    Raises Invalid when something is missing and no reason is given.
    """
    missing = queries.missing(run.course_id, person_id)
    if missing and not reason.strip():
        raise Invalid(
            _(
                "Not completed before: %(courses)s. Say why the place is given all the same.",
                courses=queries.named(missing),
            ),
            field="reason",
        )
    return reason.strip() if missing else ""
