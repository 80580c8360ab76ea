"""People and institutions: the first tables; no older code has to run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="as typed"),
        sa.Column("email_key", sa.String(length=254), nullable=False, comment="folded"),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "unconfirmed",
                "active",
                "suspended",
                "erased",
                name="accountstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("display_name", sa.String(length=250), nullable=False),
        sa.Column("sort_name", sa.String(length=500), nullable=False),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True, comment="home institution"),
        sa.Column("single_keys", sa.Boolean(), nullable=False, comment="single-key shortcuts"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'active' or password_hash is not null",
            name=op.f("ck_user_account_active_has_password"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
    )
    op.create_index(
        op.f("ix_user_account_institution_id"), "user_account", ["institution_id"], unique=False
    )
    op.create_index(op.f("ix_user_account_sort_name"), "user_account", ["sort_name"], unique=False)

    op.create_table(
        "account_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm_email",
                "reset_password",
                "change_email",
                "undo_email",
                "invitation",
                name="linkpurpose",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "value", sa.String(length=300), nullable=False, comment="such as the new address"
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_link_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_account_link_secret_digest")),
    )
    op.create_index(op.f("ix_account_link_user_id"), "account_link", ["user_id"], unique=False)

    op.create_table(
        "auth_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="in any case"),
        sa.Column("idle_minutes", sa.Integer(), nullable=False, comment="without a request"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "device", sa.String(length=200), nullable=False, comment="from the browser's words"
        ),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_auth_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_auth_session_token_digest")),
    )
    op.create_index(op.f("ix_auth_session_user_id"), "auth_session", ["user_id"], unique=False)

    op.create_table(
        "institution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False, comment="in certificate numbers"),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("city", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False, comment="ISO 3166-1"),
        sa.Column(
            "subdivision", sa.String(length=6), nullable=False, comment="for holidays: RS, BRC"
        ),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("brand_colour", sa.String(length=7), nullable=False),
        sa.Column("logo_id", sa.Uuid(), nullable=True),
        sa.Column("is_centre", sa.Boolean(), nullable=False, comment="runs the product"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(code) between 2 and 10", name=op.f("ck_institution_code_length")
        ),
        sa.ForeignKeyConstraint(
            ["logo_id"], ["stored_file.id"], name=op.f("fk_institution_logo_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("code", name=op.f("uq_institution_code")),
    )
    op.create_table(
        "person_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "script",
            sa.Enum("latin", "cyrillic", "han", name="script", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("given", sa.String(length=120), nullable=False),
        sa.Column("family", sa.String(length=120), nullable=False),
        sa.Column(
            "name_order",
            sa.Enum("given_first", "family_first", name="nameorder", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="by its holder, for printing",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_person_name_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_name")),
        sa.UniqueConstraint("user_id", "script", name=op.f("uq_person_name_user_id_script")),
    )
    op.create_table(
        "role_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "trainee",
                "faculty",
                "officer",
                "registrar",
                "administrator",
                "centre_administrator",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("institution_id", sa.Uuid(), nullable=True, comment="empty: everywhere"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role = 'centre_administrator') = (institution_id is null)",
            name=op.f("ck_role_assignment_role_has_its_scope"),
        ),
        sa.CheckConstraint(
            "valid_until is null or valid_until > valid_from",
            name=op.f("ck_role_assignment_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_role_assignment_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    op.create_index(
        "ix_role_assignment_institution_id_role",
        "role_assignment",
        ["institution_id", "role"],
        unique=False,
    )
    op.create_index("ix_role_assignment_user_id", "role_assignment", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_role_assignment_user_id", table_name="role_assignment")
    op.drop_index("ix_role_assignment_institution_id_role", table_name="role_assignment")

    op.drop_table("role_assignment")
    op.drop_table("person_name")
    op.drop_table("institution")
    op.drop_index(op.f("ix_auth_session_user_id"), table_name="auth_session")

    op.drop_table("auth_session")
    op.drop_index(op.f("ix_account_link_user_id"), table_name="account_link")

    op.drop_table("account_link")
    op.drop_index(op.f("ix_user_account_sort_name"), table_name="user_account")
    op.drop_index(op.f("ix_user_account_institution_id"), table_name="user_account")

    op.drop_table("user_account")
