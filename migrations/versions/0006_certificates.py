"""Certificates: the first tables; no older code has to run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_design",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_certificate_design_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design")),
    )
    op.create_index(
        op.f("ix_certificate_design_institution_id"),
        "certificate_design",
        ["institution_id"],
        unique=False,
    )

    op.create_table(
        "certificate_series",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_certificate_series_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("institution_id", "year", name=op.f("pk_certificate_series")),
    )
    op.create_table(
        "certificate_design_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "layout",
            sa.JSON(),
            nullable=False,
            comment="languages, title, body, signatories, colours, art, validity",
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of a draft that people edit"),
        sa.ForeignKeyConstraint(
            ["design_id"],
            ["certificate_design.id"],
            name=op.f("fk_certificate_design_version_design_id_certificate_design"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design_version")),
        sa.UniqueConstraint(
            "design_id", "number", name=op.f("uq_certificate_design_version_design_id_number")
        ),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("design_version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="normalised, no hyphens"),
        sa.Column("snapshot", sa.JSON(), nullable=False, comment="everything that is printed"),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "issued",
                "suspended",
                "superseded",
                "revoked",
                name="certificatestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('attendance', 'completion', 'achievement')",
            name=op.f("ck_certificate_kind_known"),
        ),
        sa.CheckConstraint(
            "state = 'pending' or (file_id is not null and pdf_sha256 is not null"
            " and issued_at is not null)",
            name=op.f("ck_certificate_issued_is_frozen"),
        ),
        sa.ForeignKeyConstraint(
            ["design_version_id"],
            ["certificate_design_version.id"],
            name=op.f("fk_certificate_design_version_id_certificate_design_version"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_certificate_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_certificate_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["user_account.id"], name=op.f("fk_certificate_holder_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_certificate_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id_certificate")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk_certificate_run_id_course_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index("ix_certificate_holder_id", "certificate", ["holder_id", "id"], unique=False)
    op.create_index(
        "ix_certificate_institution_id", "certificate", ["institution_id", "id"], unique=False
    )
    op.create_index("ix_certificate_pdf_sha256", "certificate", ["pdf_sha256"], unique=False)
    op.create_index("ix_certificate_run_id", "certificate", ["run_id", "id"], unique=False)
    op.create_index(
        "uq_certificate_live",
        "certificate",
        ["enrolment_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state in ('pending', 'issued', 'suspended')"),
        postgresql_where=sa.text("state in ('pending', 'issued', 'suspended')"),
    )

    op.create_table(
        "certificate_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column(
            "category", sa.String(length=40), nullable=False, comment="of the reason, public"
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="for the registrar's eyes"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_event_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_event")),
    )
    op.create_index(
        "ix_certificate_event_certificate_id",
        "certificate_event",
        ["certificate_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_certificate_event_certificate_id", table_name="certificate_event")

    op.drop_table("certificate_event")
    op.drop_index(
        "uq_certificate_live",
        table_name="certificate",
        sqlite_where=sa.text("state in ('pending', 'issued', 'suspended')"),
        postgresql_where=sa.text("state in ('pending', 'issued', 'suspended')"),
    )
    op.drop_index("ix_certificate_run_id", table_name="certificate")
    op.drop_index("ix_certificate_pdf_sha256", table_name="certificate")
    op.drop_index("ix_certificate_institution_id", table_name="certificate")
    op.drop_index("ix_certificate_holder_id", table_name="certificate")

    op.drop_table("certificate")
    op.drop_table("certificate_design_version")
    op.drop_table("certificate_series")
    op.drop_index(op.f("ix_certificate_design_institution_id"), table_name="certificate_design")

    op.drop_table("certificate_design")
