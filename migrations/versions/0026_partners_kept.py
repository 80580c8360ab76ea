"""Who added a partner and keeps it, and versions of units and contacts for those who edit them.

Of partners added before it is not known; whoever has an agreement with them keeps them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_VERSIONED = ("org_unit", "contact")


def upgrade() -> None:
    op.add_column(
        "institution",
        sa.Column(
            "added_by_id",
            sa.Uuid(),
            nullable=True,
            comment="whose office added this partner and keeps it, agreed or not",
        ),
    )
    for table in _VERSIONED:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    for table in _VERSIONED:
        op.drop_column(table, "version")
    op.drop_column("institution", "added_by_id")
