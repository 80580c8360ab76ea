"""Citizenships: of a person, asked once, in place of one column for every stay."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_LETTERS = 2


def upgrade() -> None:
    kept = op.create_table(
        "exchange_traveller",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "citizenships",
            sa.JSON(),
            nullable=False,
            comment="ISO 3166-1, of the passport first",
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_exchange_traveller_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_exchange_traveller")),
    )
    found: dict[UUID, list[str]] = {}
    for user_id, codes in _told():
        known = [code for code in codes if len(code) == _LETTERS]
        if known:
            found.setdefault(user_id, known)
    at = datetime.now(UTC)
    op.bulk_insert(
        kept,
        [
            {"user_id": one, "citizenships": codes, "written_at": at, "written_by": one}
            for one, codes in found.items()
        ],
    )
    with op.batch_alter_table("exchange_visit") as table:
        table.drop_column("citizenship")
    op.execute(  # what was dated as if home were the citizenship has no date until it is known
        "update exchange_clock_step set due_at = null, reminded_at = null where mobility_id in"
        " (select id from mobility where person_id not in (select user_id from exchange_traveller))"
    )


def downgrade() -> None:
    with op.batch_alter_table("exchange_visit") as table:
        table.add_column(
            sa.Column(
                "citizenship",
                sa.String(length=2),
                nullable=False,
                server_default="",
                comment="ISO 3166-1",
            )
        )
    bind = op.get_bind()
    kept = sa.table("exchange_traveller", sa.column("user_id", sa.Uuid()), _json("citizenships"))
    visit = sa.table(
        "exchange_visit", sa.column("mobility_id", sa.Uuid()), sa.column("citizenship", sa.String())
    )
    stay = sa.table("mobility", sa.column("id", sa.Uuid()), sa.column("person_id", sa.Uuid()))
    for user_id, codes in bind.execute(sa.select(kept.c.user_id, kept.c.citizenships)).all():
        of_person = sa.select(stay.c.id).where(stay.c.person_id == user_id)
        bind.execute(
            sa.update(visit)
            .where(visit.c.mobility_id.in_(of_person))
            .values(citizenship=next(iter(codes), ""))
        )
    with op.batch_alter_table("exchange_visit") as table:
        table.alter_column("citizenship", existing_type=sa.String(length=2), server_default=None)
    op.drop_table("exchange_traveller")


def _told() -> Iterator[tuple[UUID, list[str]]]:
    """Return what people have said so far, what counts most first."""
    bind = op.get_bind()
    stay = sa.table("mobility", sa.column("id", sa.Uuid()), sa.column("person_id", sa.Uuid()))
    visit = sa.table(
        "exchange_visit", sa.column("mobility_id", sa.Uuid()), sa.column("citizenship", sa.String())
    )
    admission = sa.table("host_admission", sa.column("mobility_id", sa.Uuid()), _json("details"))
    application = sa.table(
        "exchange_application", sa.column("applicant_id", sa.Uuid()), _json("facts")
    )
    rows = sa.select(stay.c.person_id, visit.c.citizenship).join(
        visit, visit.c.mobility_id == stay.c.id
    )
    for user_id, code in bind.execute(rows).all():
        yield user_id, [code]
    rows = sa.select(stay.c.person_id, admission.c.details).join(
        admission, admission.c.mobility_id == stay.c.id
    )
    for user_id, details in bind.execute(rows).all():
        yield user_id, [str((details or {}).get("citizenship") or "").upper()]
    rows = sa.select(application.c.applicant_id, application.c.facts)
    for user_id, facts in bind.execute(rows).all():
        yield user_id, [str(one) for one in (facts or {}).get("citizenship") or []]


def _json(name: str) -> Any:
    return sa.column(name, sa.JSON())
