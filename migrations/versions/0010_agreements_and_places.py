"""Agreements and places: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False, comment="ours: wrote it"),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "institution_id <> partner_id", name=op.f("ck_exchange_agreement_two_institutions")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_agreement_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["institution.id"],
            name=op.f("fk_exchange_agreement_partner_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_agreement")),
        sa.UniqueConstraint(
            "institution_id", "code", name=op.f("uq_exchange_agreement_institution_id_code")
        ),
    )
    op.create_index(
        "ix_exchange_agreement_partner_id", "exchange_agreement", ["partner_id"], unique=False
    )

    op.create_table(
        "exchange_agreement_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "shared",
                "approved_by_us",
                "approved_by_partner",
                "in_force",
                "replaced",
                "terminating",
                "terminated",
                "expired",
                "deleted",
                name="agreementstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "terms", sa.JSON(), nullable=False, comment="what is shown and signed, once shared"
        ),
        sa.Column("terms_hash", sa.String(length=64), nullable=False, comment="of the terms"),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="by notice; else by the last year"),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of a draft that people edit"),
        sa.CheckConstraint(
            "state <> 'terminating' or ends_on is not null",
            name=op.f("ck_exchange_agreement_version_notice_has_an_end"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["exchange_agreement.id"],
            name=op.f("fk_exchange_agreement_version_agreement_id_exchange_agreement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_agreement_version")),
        sa.UniqueConstraint(
            "agreement_id", "number", name=op.f("uq_exchange_agreement_version_agreement_id_number")
        ),
    )
    op.create_index(
        "ix_exchange_agreement_version_state",
        "exchange_agreement_version",
        ["state", "ends_on"],
        unique=False,
    )
    op.create_index(
        "uq_exchange_agreement_version_open",
        "exchange_agreement_version",
        ["agreement_id"],
        unique=True,
        sqlite_where=sa.text(
            "state in ('draft', 'shared', 'approved_by_us', 'approved_by_partner')"
        ),
        postgresql_where=sa.text(
            "state in ('draft', 'shared', 'approved_by_us', 'approved_by_partner')"
        ),
    )
    op.create_index(
        "uq_exchange_agreement_version_standing",
        "exchange_agreement_version",
        ["agreement_id"],
        unique=True,
        sqlite_where=sa.text("state in ('in_force', 'terminating')"),
        postgresql_where=sa.text("state in ('in_force', 'terminating')"),
    )

    op.create_table(
        "exchange_quota",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "student_studies",
                "student_traineeship",
                "short_visit",
                "staff_teaching",
                "staff_training",
                name="exchangekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("sending_institution_id", sa.Uuid(), nullable=False),
        sa.Column("receiving_institution_id", sa.Uuid(), nullable=False),
        sa.Column("capacity_persons", sa.Integer(), nullable=False),
        sa.Column("used_persons", sa.Integer(), nullable=False),
        sa.Column("capacity_months", sa.Integer(), nullable=True),
        sa.Column("used_months", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "used_months >= 0 and (capacity_months is null or used_months <= capacity_months)",
            name=op.f("ck_exchange_quota_months_within"),
        ),
        sa.CheckConstraint(
            "used_persons >= 0 and used_persons <= capacity_persons",
            name=op.f("ck_exchange_quota_persons_within"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["exchange_agreement.id"],
            name=op.f("fk_exchange_quota_agreement_id_exchange_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["receiving_institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_quota_receiving_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["sending_institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_quota_sending_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_quota")),
        sa.UniqueConstraint(
            "line_id", "academic_year", name=op.f("uq_exchange_quota_line_id_academic_year")
        ),
    )
    op.create_index(
        "ix_exchange_quota_agreement_id",
        "exchange_quota",
        ["agreement_id", "academic_year"],
        unique=False,
    )
    op.create_index(
        "ix_exchange_quota_receiving",
        "exchange_quota",
        ["receiving_institution_id", "academic_year"],
        unique=False,
    )
    op.create_index(
        "ix_exchange_quota_sending",
        "exchange_quota",
        ["sending_institution_id", "academic_year"],
        unique=False,
    )

    op.create_table(
        "exchange_agreement_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("signer_position", sa.String(length=200), nullable=False),
        sa.Column("signer_email", sa.String(length=254), nullable=False),
        sa.Column(
            "user_id", sa.Uuid(), nullable=True, comment="empty: signed through a guest link"
        ),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_agreement_signature_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["exchange_agreement_version.id"],
            name=op.f("fk_exchange_agreement_signature_version_id_exchange_agreement_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_agreement_signature")),
    )
    op.create_index(
        "uq_exchange_agreement_signature_valid",
        "exchange_agreement_signature",
        ["version_id", "institution_id"],
        unique=True,
        sqlite_where=sa.text("voided_at is null"),
        postgresql_where=sa.text("voided_at is null"),
    )

    op.create_table(
        "exchange_capacity_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["quota_id"],
            ["exchange_quota.id"],
            name=op.f("fk_exchange_capacity_change_quota_id_exchange_quota"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_capacity_change")),
    )
    op.create_index(
        op.f("ix_exchange_capacity_change_quota_id"),
        "exchange_capacity_change",
        ["quota_id"],
        unique=False,
    )

    op.create_table(
        "exchange_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "line_id", sa.Uuid(), nullable=False, comment="the same promise in every version"
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="the order enters the hash"),
        sa.Column(
            "kind",
            sa.Enum(
                "student_studies",
                "student_traineeship",
                "short_visit",
                "staff_teaching",
                "staff_training",
                name="exchangekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sending_institution_id", sa.Uuid(), nullable=False),
        sa.Column("receiving_institution_id", sa.Uuid(), nullable=False),
        sa.Column("sending_unit_id", sa.Uuid(), nullable=True),
        sa.Column("receiving_unit_id", sa.Uuid(), nullable=True),
        sa.Column(
            "first_year",
            sa.Integer(),
            nullable=False,
            comment="academic year of the receiver: 2026 = 2026/27",
        ),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("places_per_year", sa.Integer(), nullable=False),
        sa.Column(
            "months_per_year", sa.Integer(), nullable=True, comment="of all students together"
        ),
        sa.Column("days_per_person", sa.Integer(), nullable=True, comment="of staff"),
        sa.Column("blended", sa.Boolean(), nullable=False),
        sa.Column("isced_codes", sa.JSON(), nullable=False, comment="ISCED-F, 4 digits"),
        sa.Column("eqf_levels", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False, comment="language, CEFR level, subject"),
        sa.CheckConstraint(
            "last_year >= first_year", name=op.f("ck_exchange_condition_years_in_order")
        ),
        sa.CheckConstraint(
            "months_per_year is null or months_per_year >= 0",
            name=op.f("ck_exchange_condition_months_not_negative"),
        ),
        sa.CheckConstraint(
            "places_per_year >= 0", name=op.f("ck_exchange_condition_places_not_negative")
        ),
        sa.CheckConstraint(
            "sending_institution_id <> receiving_institution_id",
            name=op.f("ck_exchange_condition_goes_abroad"),
        ),
        sa.ForeignKeyConstraint(
            ["receiving_institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_condition_receiving_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["sending_institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_condition_sending_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["exchange_agreement_version.id"],
            name=op.f("fk_exchange_condition_version_id_exchange_agreement_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_condition")),
        sa.UniqueConstraint(
            "version_id", "line_id", name=op.f("uq_exchange_condition_version_id_line_id")
        ),
        sa.UniqueConstraint(
            "version_id", "position", name=op.f("uq_exchange_condition_version_id_position")
        ),
    )


def downgrade() -> None:
    op.drop_table("exchange_condition")
    op.drop_index(
        op.f("ix_exchange_capacity_change_quota_id"), table_name="exchange_capacity_change"
    )

    op.drop_table("exchange_capacity_change")
    op.drop_index(
        "uq_exchange_agreement_signature_valid",
        table_name="exchange_agreement_signature",
        sqlite_where=sa.text("voided_at is null"),
        postgresql_where=sa.text("voided_at is null"),
    )

    op.drop_table("exchange_agreement_signature")
    op.drop_index("ix_exchange_quota_sending", table_name="exchange_quota")
    op.drop_index("ix_exchange_quota_receiving", table_name="exchange_quota")
    op.drop_index("ix_exchange_quota_agreement_id", table_name="exchange_quota")

    op.drop_table("exchange_quota")
    op.drop_index(
        "uq_exchange_agreement_version_standing",
        table_name="exchange_agreement_version",
        sqlite_where=sa.text("state in ('in_force', 'terminating')"),
        postgresql_where=sa.text("state in ('in_force', 'terminating')"),
    )
    op.drop_index(
        "uq_exchange_agreement_version_open",
        table_name="exchange_agreement_version",
        sqlite_where=sa.text(
            "state in ('draft', 'shared', 'approved_by_us', 'approved_by_partner')"
        ),
        postgresql_where=sa.text(
            "state in ('draft', 'shared', 'approved_by_us', 'approved_by_partner')"
        ),
    )
    op.drop_index("ix_exchange_agreement_version_state", table_name="exchange_agreement_version")

    op.drop_table("exchange_agreement_version")
    op.drop_index("ix_exchange_agreement_partner_id", table_name="exchange_agreement")

    op.drop_table("exchange_agreement")
