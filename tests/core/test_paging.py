"""Pages by key."""

from itertools import chain
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.database import db
from app.core.paging import paged
from app.institutions.models import Institution
from tests.factories.institutions import an_institution


def _page(cursor, *, size=2, descending=False):
    return paged(
        lambda query: db.session.scalars(query).all(),
        select(Institution),
        Institution.code,
        Institution.id,
        cursor=cursor,
        key_of=lambda row: (row.code, row.id),
        size=size,
        descending=descending,
    )


def test_forth_and_back_shows_every_row_once_in_order(session):
    for _ in range(5):
        an_institution()
    expected = sorted(row.code for row in db.session.scalars(select(Institution)))

    seen, page = [], _page(None)
    while True:
        seen.append([row.code for row in page.items])
        if not page.next:
            break
        page = _page(page.next)
    back = [[row.code for row in page.items]]
    while page.previous:
        page = _page(page.previous)
        back.append([row.code for row in page.items])

    assert list(chain.from_iterable(seen)) == expected
    assert back == seen[::-1]


def test_descending_is_the_reverse(session):
    for _ in range(3):
        an_institution()

    rising = [row.code for row in _page(None, size=9).items]
    falling = [row.code for row in _page(None, size=9, descending=True).items]

    assert falling == rising[::-1]


@given(st.text())
def test_a_cursor_that_makes_no_sense_shows_the_first_page(cursor):
    fetched = SimpleNamespace(id=1)
    page = paged(
        lambda _: [fetched],
        select(Institution),
        Institution.id,
        cursor=cursor,
        key_of=lambda _: (1,),
    )
    assert page.items == [fetched]
