"""Recognition: credits at home that no rule suggests and nobody has written yet."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exchange_recognised_result") as table:
        table.alter_column(
            "credits_centi",
            existing_type=sa.Integer(),
            nullable=True,
            comment="none until a person writes them",
        )


def downgrade() -> None:
    op.execute(
        "update exchange_recognised_result set credits_centi = 0 where credits_centi is null"
    )
    with op.batch_alter_table("exchange_recognised_result") as table:
        table.alter_column(
            "credits_centi",
            existing_type=sa.Integer(),
            nullable=False,
            comment=None,
            existing_comment="none until a person writes them",
        )
