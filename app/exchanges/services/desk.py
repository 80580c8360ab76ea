"""What an office does at its desk to several applications, and the filters somebody keeps."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from app.core.actor import Actor
from app.core.database import atomic, db
from app.core.errors import DomainError, Invalid, NotFound
from app.core.i18n import gettext as _
from app.exchanges.models.desk import SavedView
from app.exchanges.queries import desk as queries
from app.exchanges.services import applications, reviews

MOST_AT_ONCE = 500
MOST_VIEWS = 30
LONGEST_NAME = 60
KEPT = ("show", "call", "q", "sort")
"""What a kept filter remembers."""

Refused = list[tuple[int, str]]
"""Number of the application, and why nothing was done to it."""


def send_all(actor: Actor, ids: Sequence[UUID]) -> tuple[int, Refused]:
    """Send several applications to review, each on its own; return how many went, and why not."""
    return _each(actor, ids, lambda one: reviews.send_to_review(actor, one))


def return_all(
    actor: Actor, ids: Sequence[UUID], *, reason: str, due_at: datetime
) -> tuple[int, Refused]:
    """Return several applications to their applicants, each on its own.

    Raises Invalid when the reason or the date make no sense for any of them.
    """
    invalid: list[Invalid] = []

    def act(one: UUID) -> None:
        try:
            applications.return_(actor, one, reason=reason, due_at=due_at)
        except Invalid as error:
            invalid.append(error)
            raise

    done, refused = _each(actor, ids, act)
    if invalid and not done:
        raise invalid[0]
    return done, refused


@atomic()
def keep_view(actor: Actor, name: str, filters: Mapping[str, str]) -> UUID:
    """Keep filters under a name; one of the same name is replaced. Raises NotFound, Invalid."""
    queries.offices(actor)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(_("Write a name of at most 60 characters."), field="name")
    kept = {key: value[:200] for key, value in filters.items() if key in KEPT and value}
    mine = SavedView.user_id == actor.user_id
    found = db.session.scalars(select(SavedView).where(mine, SavedView.name == name)).one_or_none()
    if found is None:
        number = db.session.scalar(select(func.count()).select_from(SavedView).where(mine)) or 0
        if number >= MOST_VIEWS:
            raise Invalid(_("You keep 30 filters already: remove one first."), field="name")
        found = SavedView(user_id=actor.user_id, name=name, filters=kept)
        db.session.add(found)
    found.filters = kept
    return found.id


@atomic()
def drop_view(actor: Actor, view_id: UUID) -> None:
    """Forget one's own filters. Raises NotFound for anybody else's."""
    statement = delete(SavedView).where(SavedView.id == view_id, SavedView.user_id == actor.user_id)
    if db.session.execute(statement.returning(SavedView.id)).first() is None:
        raise NotFound(_("There is no such filter."))


def _each(actor: Actor, ids: Sequence[UUID], act: Callable[[UUID], object]) -> tuple[int, Refused]:
    """Do one thing to each application that is on the desk; each is a change of its own."""
    known = {row.id: row.number for row in queries.some(actor, list(ids)[:MOST_AT_ONCE])}
    if not known:
        raise NotFound(_("There is no such application."))
    done, refused = 0, Refused()
    for one, number in known.items():
        try:
            act(one)
            done += 1
        except DomainError as error:
            refused.append((number or 0, str(error)))
    return done, refused
