"""Exchanges, append only: the database itself refuses to change or delete what was noted."""

from alembic import op

from app.audit.append_only import guards, releases

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    "exchange_capacity_change",
    "exchange_call_extension",
    "exchange_consent_text",
    "exchange_draw",
    "nomination_proposal",
    "nomination_decision",
    "condition_evidence",
    "exchange_letter_event",
    "learning_agreement_signature",
)


def upgrade() -> None:
    for statement in guards(op.get_bind().dialect.name, TABLES):
        op.execute(statement)


def downgrade() -> None:
    for statement in releases(op.get_bind().dialect.name, TABLES, and_function=False):
        op.execute(statement)
