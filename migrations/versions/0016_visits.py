"""Visits: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_checklist_tick",
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("applies", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "applies or note <> ''", name=op.f("ck_exchange_checklist_tick_left_out_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_checklist_tick_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("mobility_id", "item", name=op.f("pk_exchange_checklist_tick")),
    )
    op.create_table(
        "exchange_clock_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=60), nullable=False, comment="id of the rule"),
        sa.Column("applies", sa.Boolean(), nullable=False, comment="no: what it rested on changed"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_clock_step_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_clock_step")),
        sa.UniqueConstraint(
            "mobility_id", "clock", name=op.f("uq_exchange_clock_step_mobility_id_clock")
        ),
    )
    op.create_index(
        "ix_exchange_clock_step_due_at", "exchange_clock_step", ["due_at"], unique=False
    )

    op.create_table(
        "exchange_emergency_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_emergency_contact_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_emergency_contact")),
    )
    op.create_index(
        op.f("ix_exchange_emergency_contact_mobility_id"),
        "exchange_emergency_contact",
        ["mobility_id"],
        unique=False,
    )

    op.create_table(
        "exchange_insurance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("policy_number", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_exchange_insurance_cover_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_insurance_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_insurance")),
    )
    op.create_index(
        op.f("ix_exchange_insurance_mobility_id"),
        "exchange_insurance",
        ["mobility_id"],
        unique=False,
    )

    op.create_table(
        "exchange_interruption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until is null or until >= since",
            name=op.f("ck_exchange_interruption_interruption_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_exchange_interruption_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_interruption")),
    )
    op.create_index(
        "uq_exchange_interruption_open",
        "exchange_interruption",
        ["mobility_id"],
        unique=True,
        sqlite_where=sa.text("until is null"),
        postgresql_where=sa.text("until is null"),
    )

    op.create_table(
        "exchange_visit",
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("citizenship", sa.String(length=2), nullable=False, comment="ISO 3166-1"),
        sa.Column("address", sa.String(length=300), nullable=False, comment="at the host"),
        sa.Column("phone", sa.String(length=40), nullable=False, comment="while abroad"),
        sa.Column("host_contact", sa.String(length=300), nullable=False),
        sa.Column("visa_until", sa.Date(), nullable=True),
        sa.Column("permit_until", sa.Date(), nullable=True),
        sa.Column(
            "arrived_at", sa.DateTime(timezone=True), nullable=True, comment="as the host confirmed"
        ),
        sa.Column("left_early", sa.Boolean(), nullable=False),
        sa.Column("early_reason", sa.Text(), nullable=False),
        sa.Column("force_majeure", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "left_early = false or early_reason <> ''",
            name=op.f("ck_exchange_visit_early_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"], ["mobility.id"], name=op.f("fk_exchange_visit_mobility_id_mobility")
        ),
        sa.PrimaryKeyConstraint("mobility_id", name=op.f("pk_exchange_visit")),
    )


def downgrade() -> None:
    op.drop_table("exchange_visit")
    op.drop_index(
        "uq_exchange_interruption_open",
        table_name="exchange_interruption",
        sqlite_where=sa.text("until is null"),
        postgresql_where=sa.text("until is null"),
    )

    op.drop_table("exchange_interruption")
    op.drop_index(op.f("ix_exchange_insurance_mobility_id"), table_name="exchange_insurance")

    op.drop_table("exchange_insurance")
    op.drop_index(
        op.f("ix_exchange_emergency_contact_mobility_id"), table_name="exchange_emergency_contact"
    )

    op.drop_table("exchange_emergency_contact")
    op.drop_index("ix_exchange_clock_step_due_at", table_name="exchange_clock_step")

    op.drop_table("exchange_clock_step")
    op.drop_table("exchange_checklist_tick")
