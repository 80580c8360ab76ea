"""Append only: the database itself refuses to change or delete what was noted."""

from alembic import op

from app.audit.append_only import guards, releases

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "audit_entry",
    "state_change",
    "audit_seal",
    "audit_sealed_entry",
    "attendance_event",
    "completion_decision",
    "certificate_event",
)


def upgrade() -> None:
    for statement in guards(op.get_bind().dialect.name, TABLES):
        op.execute(statement)


def downgrade() -> None:
    for statement in releases(op.get_bind().dialect.name, TABLES):
        op.execute(statement)
