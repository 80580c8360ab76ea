"""Reviews and selection: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_allocation_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "dry_run",
                "published",
                "discarded",
                name="allocationrunstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column(
            "input_hash", sa.String(length=64), nullable=False, comment="SHA-256 of all it rests on"
        ),
        sa.Column("minimum_milli", sa.Integer(), nullable=True, comment="thousandths of a point"),
        sa.Column("wait_limit", sa.Integer(), nullable=True),
        sa.Column(
            "result",
            sa.JSON(),
            nullable=False,
            comment="application, number, place, total, verdict, destination, choice, reason",
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at is not null)",
            name=op.f("ck_exchange_allocation_run_published_at_some_time"),
        ),
        sa.CheckConstraint(
            "wait_limit is null or wait_limit >= 0",
            name=op.f("ck_exchange_allocation_run_wait_limit_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_allocation_run_call_id_exchange_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_allocation_run")),
        sa.UniqueConstraint(
            "call_id", "number", name=op.f("uq_exchange_allocation_run_call_id_number")
        ),
    )
    op.create_table(
        "exchange_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_by", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["exchange_call.id"], name=op.f("fk_exchange_draw_call_id_exchange_call")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_draw")),
        sa.UniqueConstraint("call_id", name=op.f("uq_exchange_draw_call_id")),
    )
    op.create_table(
        "exchange_appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at is null) = (is_upheld is null)",
            name=op.f("ck_exchange_appeal_decided_one_way_or_the_other"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_appeal_application_id_exchange_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_appeal")),
    )
    op.create_index(
        op.f("ix_exchange_appeal_application_id"),
        "exchange_appeal",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        "uq_exchange_appeal_open",
        "exchange_appeal",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("decided_at is null"),
        postgresql_where=sa.text("decided_at is null"),
    )

    op.create_table(
        "exchange_review_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "conflict",
            sa.Enum("none", "declared", "detected", name="conflict", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("conflict_reason", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False, comment="on the whole application"),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "locked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="nothing changes after that",
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "locked_at is null or conflict = 'none'",
            name=op.f("ck_exchange_review_assignment_who_has_a_conflict_does_not_judge"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_review_assignment_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["user_account.id"],
            name=op.f("fk_exchange_review_assignment_reviewer_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_review_assignment")),
    )
    op.create_index(
        "ix_exchange_review_assignment_reviewer_id",
        "exchange_review_assignment",
        ["reviewer_id", "locked_at"],
        unique=False,
    )
    op.create_index(
        "uq_exchange_review_assignment_standing",
        "exchange_review_assignment",
        ["application_id", "reviewer_id"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )

    op.create_table(
        "exchange_score",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_exchange_score_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["exchange_review_assignment.id"],
            name=op.f("fk_exchange_score_assignment_id_exchange_review_assignment"),
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["exchange_criterion.id"],
            name=op.f("fk_exchange_score_criterion_id_exchange_criterion"),
        ),
        sa.PrimaryKeyConstraint("assignment_id", "criterion_id", name=op.f("pk_exchange_score")),
    )


def downgrade() -> None:
    op.drop_table("exchange_score")
    op.drop_index(
        "uq_exchange_review_assignment_standing",
        table_name="exchange_review_assignment",
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.drop_index(
        "ix_exchange_review_assignment_reviewer_id", table_name="exchange_review_assignment"
    )

    op.drop_table("exchange_review_assignment")
    op.drop_index(
        "uq_exchange_appeal_open",
        table_name="exchange_appeal",
        sqlite_where=sa.text("decided_at is null"),
        postgresql_where=sa.text("decided_at is null"),
    )
    op.drop_index(op.f("ix_exchange_appeal_application_id"), table_name="exchange_appeal")

    op.drop_table("exchange_appeal")
    op.drop_table("exchange_draw")
    op.drop_table("exchange_allocation_run")
