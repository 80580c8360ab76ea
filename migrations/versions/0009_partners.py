"""Partners: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False, comment="show, call, q, sort"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_exchange_saved_view_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_saved_view")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_exchange_saved_view_user_id_name")),
    )
    op.create_table(
        "exchange_guest_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose", sa.String(length=40), nullable=False, comment="agreement, nomination ..."
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False, comment="such as the hash"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_guest_link_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_guest_link")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_exchange_guest_link_secret_digest")),
    )
    op.create_index(
        op.f("ix_exchange_guest_link_subject_id"),
        "exchange_guest_link",
        ["subject_id"],
        unique=False,
    )

    op.create_table(
        "org_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "parent_id is null or parent_id <> id", name=op.f("ck_org_unit_not_within_itself")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_org_unit_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["org_unit.id"], name=op.f("fk_org_unit_parent_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
        sa.UniqueConstraint("institution_id", "code", name=op.f("uq_org_unit_institution_id_code")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False, comment="of letters to them"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_contact_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["org_unit.id"], name=op.f("fk_contact_unit_id_org_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_institution_id"), "contact", ["institution_id"], unique=False)

    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "is_partner",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="of exchanges alone: nobody here has an account; offices keep it",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.drop_column("is_partner")

    op.drop_index(op.f("ix_contact_institution_id"), table_name="contact")

    op.drop_table("contact")
    op.drop_table("org_unit")
    op.drop_index(op.f("ix_exchange_guest_link_subject_id"), table_name="exchange_guest_link")

    op.drop_table("exchange_guest_link")
    op.drop_table("exchange_saved_view")
