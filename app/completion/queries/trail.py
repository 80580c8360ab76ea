"""What the trail calls policies and reviews, for those who may open them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.directory import Thing
from app.completion import policies as allowed
from app.completion.models import Policy, Review
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.i18n import current_locale
from app.courses.models.enrolments import Enrolment


def policies(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these policies that the reader writes, by their names. One query."""
    found = db.session.scalars(select(Policy).where(Policy.id.in_(ids)))
    return {
        one.id: Thing(Text(one.name), "completion.policy_edit", {"policy_id": one.id})
        for one in found
        if allowed.may_write_policies(reader, one.institution_id)
    }


def reviews(reader: Actor, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """Return those of these reviews that the reader decides, by person and run. One query."""
    query = (
        select(Review)
        .where(Review.id.in_(ids))
        .options(
            joinedload(Review.enrolment).joinedload(Enrolment.run),
            joinedload(Review.enrolment).joinedload(Enrolment.trainee),
        )
    )
    return {
        one.id: Thing(
            f"{one.enrolment.trainee.display_name}, "
            f"{one.enrolment.run.title.in_(current_locale())}",
            "completion.review",
            {"review_id": one.id},
        )
        for one in db.session.scalars(query)
        if allowed.may_decide_review(reader, one.enrolment.run)
    }
