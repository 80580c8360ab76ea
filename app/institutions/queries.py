"""Reading institutions."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.accounts.directory import Place
from app.core.actor import Actor
from app.core.database import Text, db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.names import search_terms
from app.core.paging import Page, paged
from app.institutions import policies
from app.institutions.models import Institution


def institution_for(_actor: Actor, institution_id: UUID) -> Institution:
    """Return an institution; everyone may see each."""
    found = db.session.get(Institution, institution_id)
    if found is None:
        raise NotFound(_("There is no such institution."))
    return found


def editable_for(actor: Actor, institution_id: UUID) -> Institution:
    """Return an institution the actor may change; raises NotFound."""
    found = institution_for(actor, institution_id)
    if not policies.may_edit(actor, found):
        raise NotFound(_("There is no such institution, or it is not yours to change."))
    return found


def locked(institution_id: UUID) -> Institution:
    """Return an institution under a lock; raises NotFound."""
    found = db.session.scalar(
        select(Institution)
        .where(Institution.id == institution_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no such institution."))
    return found


def institutions(text: str = "", *, cursor: str | None = None) -> Page[Institution]:
    """Return a page of institutions by code."""
    query = select(Institution)
    for term in search_terms(text):
        query = query.where(Institution.search_text.contains(term, autoescape=True))
    return paged(
        lambda ordered: db.session.scalars(ordered).all(),
        query,
        Institution.code,
        Institution.id,
        cursor=cursor,
        key_of=lambda one: (one.code, one.id),
    )


def active() -> Sequence[Institution]:
    """Return all institutions in use, by code."""
    return db.session.scalars(
        select(Institution).where(Institution.is_active).order_by(Institution.code)
    ).all()


def is_code_taken(code: str) -> bool:
    """Tell whether an institution has this code."""
    found = select(Institution.id).where(Institution.code == code)
    return db.session.scalar(found) is not None


def places() -> Mapping[UUID, Place]:
    """Return all institutions as the pages of people show them, in one query."""
    rows = db.session.execute(select(Institution.id, Institution.code, Institution.name))
    return {row.id: Place(row.id, row.code, Text(row.name)) for row in rows}


def names(ids: Collection[UUID]) -> Mapping[UUID, Text]:
    """Return the names of these institutions."""
    rows = db.session.execute(
        select(Institution.id, Institution.name).where(Institution.id.in_(ids))
    )
    return {row.id: Text(row.name) for row in rows}
