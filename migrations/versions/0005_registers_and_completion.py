"""Registers and completion: the first tables; no older code has to run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "completion_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column(
            "is_default",
            sa.Boolean(),
            nullable=False,
            comment="frozen for runs for which nobody chose another",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_completion_policy_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_policy")),
    )
    op.create_index(
        op.f("ix_completion_policy_institution_id"),
        "completion_policy",
        ["institution_id"],
        unique=False,
    )
    op.create_index(
        "uq_completion_policy_default",
        "completion_policy",
        ["institution_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )

    op.create_table(
        "completion_policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False, comment="tree of criteria and credits"),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["completion_policy.id"],
            name=op.f("fk_completion_policy_version_policy_id_completion_policy"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_policy_version")),
        sa.UniqueConstraint(
            "policy_id", "number", name=op.f("uq_completion_policy_version_policy_id_number")
        ),
    )
    op.create_table(
        "run_policy",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_run_policy_run_id_course_run")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["completion_policy_version.id"],
            name=op.f("fk_run_policy_version_id_completion_policy_version"),
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_policy")),
    )
    op.create_table(
        "attendance_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "present",
                "late",
                "left_early",
                "partial",
                "excused",
                "absent",
                name="statuskind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
            comment="empty: the mark was taken back",
        ),
        sa.Column("minutes_late", sa.Integer(), nullable=True),
        sa.Column("minutes_present", sa.Integer(), nullable=True, comment="of a partial presence"),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "self_qr",
                "self_code",
                "staff",
                "kiosk",
                "pass_scan",
                "import",
                "auto_close",
                "excuse",
                "correction",
                name="recordsource",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column(
            "moved_away",
            sa.Boolean(),
            nullable=False,
            comment="the session was moved to another time after this mark",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with every change"),
        sa.Column("marked_by", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minutes_late is null or minutes_late >= 0",
            name=op.f("ck_attendance_record_late_not_negative"),
        ),
        sa.CheckConstraint(
            "minutes_present is null or minutes_present >= 0",
            name=op.f("ck_attendance_record_present_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_record_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["course_session.id"],
            name=op.f("fk_attendance_record_session_id_course_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_record")),
        sa.UniqueConstraint(
            "session_id", "enrolment_id", name=op.f("uq_attendance_record_session_id_enrolment_id")
        ),
    )
    op.create_index(
        "ix_attendance_record_enrolment_id", "attendance_record", ["enrolment_id"], unique=False
    )

    op.create_table(
        "completion_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1 for the first"),
        sa.Column("policy_version_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "criteria", sa.JSON(), nullable=False, comment="value, threshold, evidence of each"
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('met', 'not_met', 'pending')",
            name=op.f("ck_completion_decision_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_completion_decision_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["completion_policy_version.id"],
            name=op.f("fk_completion_decision_policy_version_id_completion_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_decision")),
        sa.UniqueConstraint(
            "enrolment_id", "number", name=op.f("uq_completion_decision_enrolment_id_number")
        ),
    )
    op.create_index(
        "ix_completion_decision_enrolment_id",
        "completion_decision",
        ["enrolment_id", "id"],
        unique=False,
    )

    op.create_table(
        "completion_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "path", sa.String(length=200), nullable=False, comment="of the criterion in the policy"
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_completion_waiver_enrolment_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_waiver")),
        sa.UniqueConstraint(
            "enrolment_id", "path", name=op.f("uq_completion_waiver_enrolment_id_path")
        ),
    )
    op.create_table(
        "presence_claim",
        sa.Column("claim", sa.String(length=64), nullable=False, comment="its hash"),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["course_session.id"],
            name=op.f("fk_presence_claim_session_id_course_session"),
        ),
        sa.PrimaryKeyConstraint("claim", name=op.f("pk_presence_claim")),
    )
    op.create_index(
        op.f("ix_presence_claim_device_digest"), "presence_claim", ["device_digest"], unique=False
    )
    op.create_index(
        op.f("ix_presence_claim_session_id"), "presence_claim", ["session_id"], unique=False
    )

    op.create_table(
        "attendance_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="1 for the first; the record's version"
        ),
        sa.Column(
            "before",
            sa.Enum(
                "present",
                "late",
                "left_early",
                "partial",
                "excused",
                "absent",
                name="statuskind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "present",
                "late",
                "left_early",
                "partial",
                "excused",
                "absent",
                name="statuskind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
            comment="empty: the mark was taken back",
        ),
        sa.Column("minutes_late", sa.Integer(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "self_qr",
                "self_code",
                "staff",
                "kiosk",
                "pass_scan",
                "import",
                "auto_close",
                "excuse",
                "correction",
                name="recordsource",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "client_key",
            sa.String(length=100),
            nullable=True,
            comment="the same click or scan acts once",
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["attendance_record.id"],
            name=op.f("fk_attendance_event_record_id_attendance_record"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_event")),
        sa.UniqueConstraint("client_key", name=op.f("uq_attendance_event_client_key")),
        sa.UniqueConstraint(
            "record_id", "number", name=op.f("uq_attendance_event_record_id_number")
        ),
    )
    op.create_table(
        "completion_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False, comment="that contradicts"),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "reversed",
                "reissued",
                name="reviewstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at is null)",
            name=op.f("ck_completion_review_closed_says_when"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["completion_decision.id"],
            name=op.f("fk_completion_review_decision_id_completion_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_completion_review_enrolment_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_review")),
    )
    op.create_index(
        "uq_completion_review_open",
        "completion_review",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_completion_review_open",
        table_name="completion_review",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.drop_table("completion_review")
    op.drop_table("attendance_event")
    op.drop_index(op.f("ix_presence_claim_session_id"), table_name="presence_claim")
    op.drop_index(op.f("ix_presence_claim_device_digest"), table_name="presence_claim")

    op.drop_table("presence_claim")
    op.drop_table("completion_waiver")
    op.drop_index("ix_completion_decision_enrolment_id", table_name="completion_decision")

    op.drop_table("completion_decision")
    op.drop_index("ix_attendance_record_enrolment_id", table_name="attendance_record")

    op.drop_table("attendance_record")
    op.drop_table("run_policy")
    op.drop_table("completion_policy_version")
    op.drop_index(
        "uq_completion_policy_default",
        table_name="completion_policy",
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.drop_index(op.f("ix_completion_policy_institution_id"), table_name="completion_policy")

    op.drop_table("completion_policy")
