"""Recognition: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_transcript",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "released",
                "replaced",
                name="transcriptstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scale_id", sa.Uuid(), nullable=False),
        sa.Column("credit_scheme", sa.String(length=30), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' or released_at is not null",
            name=op.f("ck_exchange_transcript_released_on_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_transcript_mobility_id_mobility"),
        ),
        sa.ForeignKeyConstraint(
            ["scale_id"],
            ["exchange_grade_scale.id"],
            name=op.f("fk_exchange_transcript_scale_id_exchange_grade_scale"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_transcript")),
        sa.UniqueConstraint(
            "mobility_id", "number", name=op.f("uq_exchange_transcript_mobility_id_number")
        ),
    )
    op.create_index(
        "uq_exchange_transcript_draft",
        "exchange_transcript",
        ["mobility_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq_exchange_transcript_released",
        "exchange_transcript",
        ["mobility_id"],
        unique=True,
        sqlite_where=sa.text("state = 'released'"),
        postgresql_where=sa.text("state = 'released'"),
    )

    op.create_table(
        "exchange_recognition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "decided",
                "replaced",
                name="recognitionstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=60), nullable=False, comment="of the decision"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' or (decided_at is not null and reference <> '')",
            name=op.f("ck_exchange_recognition_decided_with_a_reference"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_recognition_mobility_id_mobility"),
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["exchange_transcript.id"],
            name=op.f("fk_exchange_recognition_transcript_id_exchange_transcript"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_recognition")),
        sa.UniqueConstraint(
            "mobility_id", "number", name=op.f("uq_exchange_recognition_mobility_id_number")
        ),
    )
    op.create_index(
        "uq_exchange_recognition_decided",
        "exchange_recognition",
        ["mobility_id"],
        unique=True,
        sqlite_where=sa.text("state = 'decided'"),
        postgresql_where=sa.text("state = 'decided'"),
    )

    op.create_table(
        "exchange_transcript_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False, comment="as the host writes it"),
        sa.Column(
            "credits_centi",
            sa.Integer(),
            nullable=False,
            comment="hundredths, of the transcript's scheme",
        ),
        sa.Column(
            "grade", sa.String(length=20), nullable=False, comment="of the transcript's scale"
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "passed", "failed", "not_taken", name="lineoutcome", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "outcome <> 'passed' or grade <> ''",
            name=op.f("ck_exchange_transcript_line_passed_with_a_grade"),
        ),
        sa.CheckConstraint(
            "credits_centi >= 0", name=op.f("ck_exchange_transcript_line_credits_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["exchange_transcript.id"],
            name=op.f("fk_exchange_transcript_line_transcript_id_exchange_transcript"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_transcript_line")),
        sa.UniqueConstraint(
            "transcript_id",
            "position",
            name=op.f("uq_exchange_transcript_line_transcript_id_position"),
        ),
    )
    op.create_table(
        "exchange_recognised_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("home_title", sa.String(length=300), nullable=False),
        sa.Column("home_credits_centi", sa.Integer(), nullable=False, comment="as agreed before"),
        sa.Column(
            "outcome",
            sa.Enum(
                "as_agreed", "partial", "refused", name="groupoutcome", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome = 'as_agreed' or reason <> ''",
            name=op.f("ck_exchange_recognised_group_differing_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["exchange_recognition.id"],
            name=op.f("fk_exchange_recognised_group_recognition_id_exchange_recognition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_recognised_group")),
        sa.UniqueConstraint(
            "recognition_id",
            "position",
            name=op.f("uq_exchange_recognised_group_recognition_id_position"),
        ),
    )
    op.create_table(
        "exchange_recognised_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("credits_centi", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("suggested_grade", sa.String(length=20), nullable=False),
        sa.Column(
            "provenance",
            sa.JSON(),
            nullable=False,
            comment="method, rule versions, tables, field used, comparable grades",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["exchange_recognised_group.id"],
            name=op.f("fk_exchange_recognised_result_group_id_exchange_recognised_group"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["exchange_transcript_line.id"],
            name=op.f("fk_exchange_recognised_result_line_id_exchange_transcript_line"),
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["exchange_recognition.id"],
            name=op.f("fk_exchange_recognised_result_recognition_id_exchange_recognition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_recognised_result")),
        sa.UniqueConstraint(
            "recognition_id",
            "line_id",
            name=op.f("uq_exchange_recognised_result_recognition_id_line_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("exchange_recognised_result")
    op.drop_table("exchange_recognised_group")
    op.drop_table("exchange_transcript_line")
    op.drop_index(
        "uq_exchange_recognition_decided",
        table_name="exchange_recognition",
        sqlite_where=sa.text("state = 'decided'"),
        postgresql_where=sa.text("state = 'decided'"),
    )

    op.drop_table("exchange_recognition")
    op.drop_index(
        "uq_exchange_transcript_released",
        table_name="exchange_transcript",
        sqlite_where=sa.text("state = 'released'"),
        postgresql_where=sa.text("state = 'released'"),
    )
    op.drop_index(
        "uq_exchange_transcript_draft",
        table_name="exchange_transcript",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )

    op.drop_table("exchange_transcript")
