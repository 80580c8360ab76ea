"""Places in runs: the first tables; no older code has to run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "waitlisted",
                "offered",
                "active",
                "completed",
                "not_completed",
                "declined",
                "expired",
                "withdrawn",
                "removed",
                "transferred",
                name="enrolmentstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("queue_number", sa.Integer(), nullable=True, comment="given once, never changed"),
        sa.Column(
            "priority", sa.Integer(), nullable=False, comment="higher goes first in the queue"
        ),
        sa.Column(
            "source",
            sa.Enum(
                "self",
                "staff",
                "import",
                "cohort",
                "nomination",
                name="enrolmentsource",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.String(length=1000), nullable=False, comment="with an application"),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="of the last decision"),
        sa.Column("transferred_to_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'offered') = (offer_expires_at is not null)",
            name=op.f("ck_enrolment_offer_expires"),
        ),
        sa.CheckConstraint(
            "state <> 'waitlisted' or queue_number is not null",
            name=op.f("ck_enrolment_queue_has_a_number"),
        ),
        sa.CheckConstraint(
            "state not in ('active', 'completed', 'not_completed') or active_from is not null",
            name=op.f("ck_enrolment_active_since"),
        ),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_enrolment_attempt_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_enrolment_run_id_course_run")
        ),
        sa.ForeignKeyConstraint(
            ["trainee_id"], ["user_account.id"], name=op.f("fk_enrolment_trainee_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["transferred_to_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_transferred_to_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "run_id", "queue_number", name=op.f("uq_enrolment_run_id_queue_number")
        ),
        sa.UniqueConstraint(
            "run_id", "trainee_id", "attempt", name=op.f("uq_enrolment_run_id_trainee_id_attempt")
        ),
    )
    op.create_index(
        "ix_enrolment_offer_expires_at", "enrolment", ["offer_expires_at"], unique=False
    )
    op.create_index(
        "ix_enrolment_run_id_state", "enrolment", ["run_id", "state", "id"], unique=False
    )
    op.create_index("ix_enrolment_state_run_id", "enrolment", ["state", "run_id"], unique=False)
    op.create_index(
        "ix_enrolment_trainee_id_state", "enrolment", ["trainee_id", "state"], unique=False
    )
    op.create_index(
        "uq_enrolment_open",
        "enrolment",
        ["run_id", "trainee_id"],
        unique=True,
        sqlite_where=sa.text(
            "state in ('active', 'applied', 'completed', 'not_completed', 'offered', 'waitlisted')"
        ),
        postgresql_where=sa.text(
            "state in ('active', 'applied', 'completed', 'not_completed', 'offered', 'waitlisted')"
        ),
    )

    op.create_table(
        "enrolment_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "rows", sa.Text(), nullable=False, comment="JSON: what was read and what is wrong"
        ),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_enrolment_import_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_enrolment_import_run_id_course_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_import")),
        sa.UniqueConstraint("run_id", "sha256", name=op.f("uq_enrolment_import_run_id_sha256")),
    )
    op.create_table(
        "run_invitation",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["user_account.id"],
            name=op.f("fk_run_invitation_invited_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_run_invitation_run_id_course_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "email_key", name=op.f("pk_run_invitation")),
    )
    op.create_table(
        "enrolment_approval",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["user_account.id"],
            name=op.f("fk_enrolment_approval_approved_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_approval_enrolment_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "step", name=op.f("pk_enrolment_approval")),
    )


def downgrade() -> None:
    op.drop_table("enrolment_approval")
    op.drop_table("run_invitation")
    op.drop_table("enrolment_import")
    op.drop_index(
        "uq_enrolment_open",
        table_name="enrolment",
        sqlite_where=sa.text(
            "state in ('active', 'applied', 'completed', 'not_completed', 'offered', 'waitlisted')"
        ),
        postgresql_where=sa.text(
            "state in ('active', 'applied', 'completed', 'not_completed', 'offered', 'waitlisted')"
        ),
    )
    op.drop_index("ix_enrolment_trainee_id_state", table_name="enrolment")
    op.drop_index("ix_enrolment_state_run_id", table_name="enrolment")
    op.drop_index("ix_enrolment_run_id_state", table_name="enrolment")
    op.drop_index("ix_enrolment_offer_expires_at", table_name="enrolment")

    op.drop_table("enrolment")
