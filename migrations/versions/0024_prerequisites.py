"""Courses to have completed before; when sessions changed; teachers of sessions as staff."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_prerequisite",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("required_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "course_id <> required_id", name=op.f("ck_course_prerequisite_not_of_itself")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_prerequisite_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["required_id"], ["course.id"], name=op.f("fk_course_prerequisite_required_id_course")
        ),
        sa.PrimaryKeyConstraint("course_id", "required_id", name=op.f("pk_course_prerequisite")),
    )
    op.create_index(
        op.f("ix_course_prerequisite_required_id"), "course_prerequisite", ["required_id"]
    )
    op.add_column(
        "course_session",
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the sequence last grew",
        ),
    )
    op.execute(
        "insert into run_staff (run_id, user_id, role)"
        " select distinct run_id, teacher_id, 'teacher' from course_session"
        " where teacher_id is not null and not exists (select 1 from run_staff"
        " where run_staff.run_id = course_session.run_id"
        " and run_staff.user_id = course_session.teacher_id)"
    )


def downgrade() -> None:
    op.drop_column("course_session", "changed_at")
    op.drop_index(op.f("ix_course_prerequisite_required_id"), table_name="course_prerequisite")
    op.drop_table("course_prerequisite")
