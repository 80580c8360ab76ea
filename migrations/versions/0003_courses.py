"""Courses: the first tables; no older code has to run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column(
            "track",
            sa.Enum(
                "technology_transfer",
                "intellectual_property",
                "incubation",
                "clinical_practice",
                "health_data",
                "teaching",
                name="track",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("languages", sa.JSON(), nullable=False, comment="of instruction, our codes"),
        sa.Column(
            "delivery",
            sa.Enum("onsite", "online", "hybrid", name="delivery", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=True, comment="EQF level 1 to 8"),
        sa.Column("workload_minutes", sa.Integer(), nullable=False),
        sa.Column(
            "ects_centi", sa.Integer(), nullable=False, comment="hundredths of an ECTS credit"
        ),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "published",
                "retired",
                name="coursestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "search_text", sa.String(), nullable=False, comment="folded words of all languages"
        ),
        sa.Column(
            "sort_keys",
            sa.JSON(),
            nullable=False,
            comment="by language: the title as it is sorted there",
        ),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ects_centi >= 0", name=op.f("ck_course_ects_not_negative")),
        sa.CheckConstraint("workload_minutes >= 0", name=op.f("ck_course_workload_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_course_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_course_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("institution_id", "code", name=op.f("uq_course_institution_id_code")),
    )
    op.create_index("ix_course_state_code", "course", ["state", "code", "id"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_room_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_room_institution_id_name")),
    )
    op.create_table(
        "course_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.JSON(),
            nullable=False,
            comment="title, summary, description, workload_minutes, ects_centi, outline",
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_version_course_id_course")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_version")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_version_course_id_number")),
    )
    op.create_table(
        "course_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("course_version_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column(
            "title", sa.JSON(), nullable=False, comment="copied from the course when planned"
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("enrol_opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrol_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True, comment="seats; empty: no limit"),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column(
            "waitlist_capacity", sa.Integer(), nullable=True, comment="empty: no limit; 0: no queue"
        ),
        sa.Column(
            "queue_counter", sa.Integer(), nullable=False, comment="last number given in the queue"
        ),
        sa.Column(
            "offer_hours", sa.Integer(), nullable=False, comment="0: moves up without asking"
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "open",
                "key",
                "approval",
                "invite",
                name="enrolmentmode",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key_digest", sa.String(length=64), nullable=True),
        sa.Column(
            "approval_steps", sa.Integer(), nullable=False, comment="with mode approval: 1 or 2"
        ),
        sa.Column(
            "withdraw_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="cut-off for trainees",
        ),
        sa.Column(
            "delivery",
            sa.Enum("onsite", "online", "hybrid", name="delivery", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("meeting_url", sa.String(length=500), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False, comment="of instruction"),
        sa.Column(
            "certificate_design_id", sa.Uuid(), nullable=True, comment="issued when completed"
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "closed",
                "archived",
                "cancelled",
                name="runstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of what people edit"),
        sa.CheckConstraint(
            "mode <> 'key' or key_digest is not null", name=op.f("ck_course_run_key_mode_has_a_key")
        ),
        sa.CheckConstraint(
            "capacity is null or capacity >= 0", name=op.f("ck_course_run_capacity_not_negative")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_course_run_ends_after_it_starts")),
        sa.CheckConstraint("offer_hours >= 0", name=op.f("ck_course_run_offer_hours_not_negative")),
        sa.CheckConstraint("seats_taken >= 0", name=op.f("ck_course_run_seats_not_negative")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_run_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["course_version.id"],
            name=op.f("fk_course_run_course_version_id_course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_course_run_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_course_run_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_run")),
        sa.UniqueConstraint(
            "institution_id", "code", name=op.f("uq_course_run_institution_id_code")
        ),
    )
    op.create_index(
        "ix_course_run_course_id",
        "course_run",
        ["course_id", "state", "ends_on", "starts_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_run_institution_id"), "course_run", ["institution_id"], unique=False
    )
    op.create_index(
        "ix_course_run_state_starts_on", "course_run", ["state", "starts_on", "id"], unique=False
    )

    op.create_table(
        "course_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1 for the first when planned"),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("local_start", sa.DateTime(), nullable=False, comment="wall time"),
        sa.Column("fold", sa.Integer(), nullable=False, comment="1: the second of a repeated time"),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False, comment="derived"),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, comment="derived"),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("meeting_url", sa.String(length=500), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column(
            "weight_minutes",
            sa.Integer(),
            nullable=False,
            comment="weight in attendance; default: duration",
        ),
        sa.Column(
            "checkin_opens_minutes", sa.Integer(), nullable=False, comment="before the start"
        ),
        sa.Column("late_after_minutes", sa.Integer(), nullable=False),
        sa.Column("absent_after_minutes", sa.Integer(), nullable=False, comment="check-in closes"),
        sa.Column("checkin_secret", sa.String(length=64), nullable=False),
        sa.Column("ical_sequence", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "held",
                "locked",
                "cancelled",
                name="sessionstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of what people edit"),
        sa.CheckConstraint(
            "(state = 'locked') = (locked_at is not null)",
            name=op.f("ck_course_session_locked_says_since_when"),
        ),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_course_session_lasts")),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_course_session_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_course_session_room_id_room")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_course_session_run_id_course_run")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"],
            ["user_account.id"],
            name=op.f("fk_course_session_teacher_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_session")),
    )
    op.create_index(
        "ix_course_session_room_id_starts_at",
        "course_session",
        ["room_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        "ix_course_session_run_id_starts_at",
        "course_session",
        ["run_id", "starts_at"],
        unique=False,
    )
    op.create_index("ix_course_session_starts_at", "course_session", ["starts_at"], unique=False)
    op.create_index(
        "ix_course_session_teacher_id_starts_at",
        "course_session",
        ["teacher_id", "starts_at"],
        unique=False,
    )

    op.create_table(
        "run_staff",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("lead", "teacher", "assistant", name="staffrole", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_run_staff_run_id_course_run")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_run_staff_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("run_id", "user_id", name=op.f("pk_run_staff")),
    )
    op.create_index(op.f("ix_run_staff_user_id"), "run_staff", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_run_staff_user_id"), table_name="run_staff")

    op.drop_table("run_staff")
    op.drop_index("ix_course_session_teacher_id_starts_at", table_name="course_session")
    op.drop_index("ix_course_session_starts_at", table_name="course_session")
    op.drop_index("ix_course_session_run_id_starts_at", table_name="course_session")
    op.drop_index("ix_course_session_room_id_starts_at", table_name="course_session")

    op.drop_table("course_session")
    op.drop_index("ix_course_run_state_starts_on", table_name="course_run")
    op.drop_index(op.f("ix_course_run_institution_id"), table_name="course_run")
    op.drop_index("ix_course_run_course_id", table_name="course_run")

    op.drop_table("course_run")
    op.drop_table("course_version")
    op.drop_table("room")
    op.drop_index("ix_course_state_code", table_name="course")

    op.drop_table("course")
