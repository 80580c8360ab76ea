"""The unit and the supervisor of those who judge: conflicts of interest are seen by them.

Nobody has said either yet; old code asks for neither.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "user_account",
        sa.Column(
            "unit_id",
            sa.Uuid(),
            nullable=True,
            comment="faculty or department at the home institution",
        ),
    )
    op.add_column(
        "user_account",
        sa.Column(
            "supervisor_email",
            sa.String(254),
            nullable=False,
            server_default="",
            comment="of their own thesis, folded; empty: none",
        ),
    )


def downgrade() -> None:
    op.drop_column("user_account", "supervisor_email")
    op.drop_column("user_account", "unit_id")
