"""Scales and rules: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_credit_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="version"),
        sa.Column("from_scheme", sa.String(length=30), nullable=False, comment="ects, cn, ..."),
        sa.Column("to_scheme", sa.String(length=30), nullable=False),
        sa.Column(
            "method",
            sa.Enum("year_ratio", "hours", "fixed", name="method", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("parameters", sa.JSON(), nullable=False, comment="numbers as text, exact"),
        sa.Column(
            "rounding",
            sa.Enum("none", "half", "whole", name="rounding", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_credit_rule_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_credit_rule")),
        sa.UniqueConstraint(
            "institution_id",
            "from_scheme",
            "to_scheme",
            "number",
            name=op.f("uq_exchange_credit_rule_institution_id_from_scheme_to_scheme_number"),
        ),
    )
    op.create_table(
        "exchange_grade_scale",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="version"),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column(
            "grades", sa.JSON(), nullable=False, comment="best first: code, value, passes, from, to"
        ),
        sa.Column(
            "source", sa.String(length=300), nullable=False, comment="the rule book it comes from"
        ),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_grade_scale_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_grade_scale")),
        sa.UniqueConstraint(
            "institution_id",
            "code",
            "number",
            name=op.f("uq_exchange_grade_scale_institution_id_code_number"),
        ),
    )
    op.create_table(
        "exchange_recognition_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="version"),
        sa.Column(
            "scale_code",
            sa.String(length=30),
            nullable=False,
            comment="grades are converted to its newest",
        ),
        sa.Column(
            "credit_scheme",
            sa.String(length=30),
            nullable=False,
            comment="credits are converted to this",
        ),
        sa.Column(
            "choice",
            sa.Enum(
                "maximum",
                "midpoint",
                "average",
                "minimum",
                name="choice",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "least_results",
            sa.Integer(),
            nullable=False,
            comment="smaller groups give way to larger ones",
        ),
        sa.Column(
            "allows_formula", sa.Boolean(), nullable=False, comment="where no distribution is known"
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "least_results >= 1", name=op.f("ck_exchange_recognition_rule_a_group_has_results")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_recognition_rule_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_recognition_rule")),
        sa.UniqueConstraint(
            "institution_id",
            "number",
            name=op.f("uq_exchange_recognition_rule_institution_id_number"),
        ),
    )
    op.create_table(
        "exchange_grade_table",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scale_id", sa.Uuid(), nullable=False),
        sa.Column(
            "isced", sa.String(length=4), nullable=False, comment="field; empty: the whole cycle"
        ),
        sa.Column("eqf_level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="version"),
        sa.Column("years", sa.String(length=40), nullable=False, comment="such as 2023-2025"),
        sa.Column("counts", sa.JSON(), nullable=False, comment="passing grade: how many"),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(isced) in (0, 2, 3, 4)", name=op.f("ck_exchange_grade_table_a_level_of_isced")
        ),
        sa.ForeignKeyConstraint(
            ["scale_id"],
            ["exchange_grade_scale.id"],
            name=op.f("fk_exchange_grade_table_scale_id_exchange_grade_scale"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_grade_table")),
        sa.UniqueConstraint(
            "scale_id",
            "isced",
            "eqf_level",
            "number",
            name=op.f("uq_exchange_grade_table_scale_id_isced_eqf_level_number"),
        ),
    )


def downgrade() -> None:
    op.drop_table("exchange_grade_table")
    op.drop_table("exchange_recognition_rule")
    op.drop_table("exchange_grade_scale")
    op.drop_table("exchange_credit_rule")
