"""How pages look, kept with the person; old code leaves it to the cookie of the device."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "user_account",
        sa.Column(
            "theme",
            sa.String(8),
            nullable=False,
            server_default="",
            comment="empty: not said; the device's cookie counts",
        ),
    )


def downgrade() -> None:
    op.drop_column("user_account", "theme")
