"""Clocks of the law: none that a short stay does not need, forms in time for the visa."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_GOES_ON = ("planned", "pre_departure", "ready", "arrived", "in_progress", "interrupted")
_FORMS = ("cn-jw-form", "cn-dq-form")
_PAPERS = {"ba-residence-before-visa-ends": "visa_until", "ba-renewal": "permit_until"}
_WITHOUT_RESIDENCE = 90

_step = sa.table(
    "exchange_clock_step",
    sa.column("id", sa.Uuid()),
    sa.column("mobility_id", sa.Uuid()),
    sa.column("clock", sa.String()),
    sa.column("applies", sa.Boolean()),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("reminded_at", sa.DateTime(timezone=True)),
)
_stay = sa.table(
    "mobility",
    sa.column("id", sa.Uuid()),
    sa.column("state", sa.String()),
    sa.column("planned_from", sa.Date()),
    sa.column("planned_until", sa.Date()),
    sa.column("receiving_institution_id", sa.Uuid()),
)
_host = sa.table("institution", sa.column("id", sa.Uuid()), sa.column("timezone", sa.String()))
_visit = sa.table(
    "exchange_visit",
    sa.column("mobility_id", sa.Uuid()),
    sa.column("visa_until", sa.Date()),
    sa.column("permit_until", sa.Date()),
)


def upgrade() -> None:
    bind = op.get_bind()
    query = (
        sa.select(
            _step, _stay.c.planned_from, _stay.c.planned_until, _host.c.timezone,
            _visit.c.visa_until, _visit.c.permit_until,
        )
        .select_from(
            _step.join(_stay, _stay.c.id == _step.c.mobility_id)
            .join(_host, _host.c.id == _stay.c.receiving_institution_id)
            .outerjoin(_visit, _visit.c.mobility_id == _stay.c.id)
        )
        .where(_step.c.applies, _stay.c.state.in_(_GOES_ON))
    )  # fmt: skip
    for row in bind.execute(query).all():
        due_at = row.due_at
        if due_at is not None and due_at.tzinfo is None:
            due_at = due_at.replace(tzinfo=UTC)
        applies, wanted = _anew(row, due_at)
        if applies and wanted == due_at:
            continue
        values: dict[str, object] = {"applies": applies}
        if applies:
            values |= {"due_at": wanted, "reminded_at": None}
        bind.execute(sa.update(_step).where(_step.c.id == row.id).values(**values))


def downgrade() -> None:
    """Leave the clocks as they are: they are computed anew whenever a fact changes."""


def _anew(row: sa.Row, due_at: datetime | None) -> tuple[bool, datetime | None]:
    """Return whether a clock still runs, and by when it is due."""
    zone, last = ZoneInfo(row.timezone), row.planned_until
    days = (last - row.planned_from).days + 1
    papers_end: date | None = getattr(row, _PAPERS.get(row.clock, ""), None)
    if row.clock in _FORMS and due_at is not None:
        due_at = _end_of(due_at.astimezone(zone).date() - timedelta(days=30), zone)
    if papers_end is not None:
        if papers_end >= last:
            return False, due_at
        first = _end_of(row.planned_from, zone)
        due_at = max(due_at, first) if due_at is not None else None
    elif row.clock in (*_PAPERS, "ba-residence") and days <= _WITHOUT_RESIDENCE:
        return False, due_at
    return due_at is None or due_at.astimezone(zone).date() <= last, due_at


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59), zone).astimezone(UTC)
