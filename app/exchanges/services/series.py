"""Numbers that an institution gives in a year: of letters and of stays, without gaps."""

from sqlalchemy import select

from app.core.clock import now
from app.core.database import atomic, db, insert_new
from app.core.serials import Serial
from app.exchanges.models.letters import ExchangeSeries
from app.institutions.models import Institution

LETTERS, STAYS = "L", "M"


@atomic()
def next_number(institution: Institution, series: str, year: int | None = None) -> Serial:
    """Return the next number of the institution, series and year.

    The row of the series is ours until the commit, so that nobody is given the same.
    """
    year = year or now().year
    insert_new(ExchangeSeries, institution_id=institution.id, series=series, year=year, last=0)
    query = (
        select(ExchangeSeries)
        .where(
            ExchangeSeries.institution_id == institution.id,
            ExchangeSeries.series == series,
            ExchangeSeries.year == year,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = db.session.scalars(query).one()
    row.last += 1
    return Serial(institution.code, year, row.last, series)
