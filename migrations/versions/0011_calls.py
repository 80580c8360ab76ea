"""Calls: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False, comment="home office"),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
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
        sa.Column(
            "audience",
            sa.JSON(),
            nullable=False,
            comment="eqf_levels, isced_codes, unit_ids, roles; empty: everybody",
        ),
        sa.Column("academic_year", sa.Integer(), nullable=False, comment="2026 = 2026/27"),
        sa.Column(
            "term",
            sa.Enum(
                "autumn",
                "spring",
                "full_year",
                "other",
                name="academicterm",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stay_from", sa.Date(), nullable=False),
        sa.Column("stay_until", sa.Date(), nullable=False),
        sa.Column(
            "months", sa.Integer(), nullable=False, comment="taken from a quota by one person"
        ),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_notice_days", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("max_preferences", sa.Integer(), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=True, comment="of the committee"),
        sa.Column(
            "tie_break", sa.JSON(), nullable=False, comment="criterion ids in order; then the draw"
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "open",
                "closed",
                "selecting",
                "results_embargoed",
                "results_released",
                "public_notice",
                "finalised",
                "archived",
                "cancelled",
                name="callstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.String(length=4000), nullable=False),
        sa.Column("sort_keys", sa.JSON(), nullable=False, comment="by language"),
        sa.Column(
            "isced_index",
            sa.String(length=1000),
            nullable=False,
            comment="codes of the audience as |0912|0913|; empty: any field",
        ),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck_exchange_call_closes_after_it_opens")
        ),
        sa.CheckConstraint(
            "max_preferences >= 1 and offer_hours >= 1 and appeal_days >= 0 and "
            "public_notice_days >= 0",
            name=op.f("ck_exchange_call_counts_make_sense"),
        ),
        sa.CheckConstraint(
            "release_at >= closes_at", name=op.f("ck_exchange_call_released_after_closing")
        ),
        sa.CheckConstraint("stay_until >= stay_from", name=op.f("ck_exchange_call_stay_in_order")),
        sa.ForeignKeyConstraint(
            ["chair_id"], ["user_account.id"], name=op.f("fk_exchange_call_chair_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_call_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_call")),
        sa.UniqueConstraint(
            "institution_id", "code", name=op.f("uq_exchange_call_institution_id_code")
        ),
    )
    op.create_index(
        "ix_exchange_call_state_closes_at",
        "exchange_call",
        ["state", "closes_at", "id"],
        unique=False,
    )

    op.create_table(
        "exchange_call_extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("after > before", name=op.f("ck_exchange_call_extension_later")),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_call_extension_call_id_exchange_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_call_extension")),
    )
    op.create_index(
        op.f("ix_exchange_call_extension_call_id"),
        "exchange_call_extension",
        ["call_id"],
        unique=False,
    )

    op.create_table(
        "exchange_criterion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "max_points >= 1 and weight >= 1", name=op.f("ck_exchange_criterion_counts_make_sense")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_criterion_call_id_exchange_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_criterion")),
        sa.UniqueConstraint(
            "call_id", "position", name=op.f("uq_exchange_criterion_call_id_position")
        ),
    )
    op.create_table(
        "exchange_form_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "fields",
            sa.JSON(),
            nullable=False,
            comment="id, type, step, label per language, hint, required, options, limits",
        ),
        sa.Column("steps", sa.JSON(), nullable=False, comment="the title of each step by language"),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_form_version_call_id_exchange_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_form_version")),
        sa.UniqueConstraint(
            "call_id", "number", name=op.f("uq_exchange_form_version_call_id_number")
        ),
    )
    op.create_table(
        "exchange_requirement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("media_types", sa.JSON(), nullable=False),
        sa.Column("max_bytes", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("needs_expiry", sa.Boolean(), nullable=False),
        sa.Column(
            "translation_language",
            sa.String(length=12),
            nullable=False,
            comment="a translation into this language is asked for too",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_requirement_call_id_exchange_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_requirement")),
        sa.UniqueConstraint(
            "call_id", "position", name=op.f("uq_exchange_requirement_call_id_position")
        ),
    )
    op.create_table(
        "exchange_rule_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False, comment="id, type, parameters"),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_rule_set_call_id_exchange_call"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rule_set")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_exchange_rule_set_call_id_number")),
    )
    op.create_table(
        "exchange_destination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False, comment="the host"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_destination_call_id_exchange_call"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_destination_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["quota_id"],
            ["exchange_quota.id"],
            name=op.f("fk_exchange_destination_quota_id_exchange_quota"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_destination")),
        sa.UniqueConstraint(
            "call_id", "position", name=op.f("uq_exchange_destination_call_id_position")
        ),
        sa.UniqueConstraint(
            "call_id", "quota_id", name=op.f("uq_exchange_destination_call_id_quota_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("exchange_destination")
    op.drop_table("exchange_rule_set")
    op.drop_table("exchange_requirement")
    op.drop_table("exchange_form_version")
    op.drop_table("exchange_criterion")
    op.drop_index(op.f("ix_exchange_call_extension_call_id"), table_name="exchange_call_extension")

    op.drop_table("exchange_call_extension")
    op.drop_index("ix_exchange_call_state_closes_at", table_name="exchange_call")

    op.drop_table("exchange_call")
