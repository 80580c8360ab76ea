"""Comments of columns that say what they hold by now; SQLite keeps no comments."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COMMENTS = (
    (
        "exchange_call",
        "audience",
        sa.JSON(),
        "eqf_levels, isced_codes, unit_ids, roles; empty: everybody",
        "eqf_levels, isced_codes, people; empty: as usual for the kind",
    ),
    (
        "course_session",
        "absent_after_minutes",
        sa.Integer(),
        "check-in closes",
        "from the start; who comes later is marked absent",
    ),
)
"""Table, column, type, what was said, what is said."""


def upgrade() -> None:
    _say([(table, column, kind, old, new) for table, column, kind, old, new in COMMENTS])


def downgrade() -> None:
    _say([(table, column, kind, new, old) for table, column, kind, old, new in COMMENTS])


def _say(comments: list[tuple[str, str, sa.types.TypeEngine, str, str]]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, column, kind, said, now_said in comments:
        op.alter_column(
            table,
            column,
            existing_type=kind,
            existing_nullable=False,
            existing_comment=said,
            comment=now_said,
        )
