"""Why somebody was let into a run without the courses to have completed before."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "enrolment",
        sa.Column(
            "let_in_because",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="though courses to have completed before are missing",
        ),
    )


def downgrade() -> None:
    op.drop_column("enrolment", "let_in_because")
