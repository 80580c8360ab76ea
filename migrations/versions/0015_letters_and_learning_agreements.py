"""Letters and learning agreements: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "equivalence_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home_institution_id", sa.Uuid(), nullable=False),
        sa.Column("host_institution_id", sa.Uuid(), nullable=False),
        sa.Column("host_courses", sa.JSON(), nullable=False),
        sa.Column("home_courses", sa.JSON(), nullable=False),
        sa.Column(
            "mobility_id", sa.Uuid(), nullable=True, comment="the stay for which it was decided"
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("search_text", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "home_institution_id <> host_institution_id",
            name=op.f("ck_equivalence_decision_between_two"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_equivalence_decision_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["home_institution_id"],
            ["institution.id"],
            name=op.f("fk_equivalence_decision_home_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["host_institution_id"],
            ["institution.id"],
            name=op.f("fk_equivalence_decision_host_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_equivalence_decision_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalence_decision")),
    )
    op.create_index(
        "ix_equivalence_decision_pair",
        "equivalence_decision",
        ["home_institution_id", "host_institution_id"],
        unique=False,
    )

    op.create_table(
        "exchange_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False, comment="the issuer"),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "acceptance",
                "visa_support",
                "confirmation_of_stay",
                "transcript",
                "recognition",
                name="letterkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("template", sa.Integer(), nullable=False, comment="version of the printed page"),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="normalised, no hyphens"),
        sa.Column("snapshot", sa.JSON(), nullable=False, comment="everything that is printed"),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "issued",
                "superseded",
                "revoked",
                name="letterstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it lost its force"),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'pending' or (file_id is not null and pdf_sha256 is not null "
            "and issued_at is not null)",
            name=op.f("ck_exchange_letter_issued_is_frozen"),
        ),
        sa.CheckConstraint(
            "state not in ('superseded', 'revoked') or reason <> ''",
            name=op.f("ck_exchange_letter_withdrawn_because"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_exchange_letter_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["user_account.id"],
            name=op.f("fk_exchange_letter_holder_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_letter_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"], ["mobility.id"], name=op.f("fk_exchange_letter_mobility_id_mobility")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["exchange_letter.id"],
            name=op.f("fk_exchange_letter_replaces_id_exchange_letter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_letter")),
        sa.UniqueConstraint("code", name=op.f("uq_exchange_letter_code")),
        sa.UniqueConstraint("number", name=op.f("uq_exchange_letter_number")),
    )
    op.create_index(
        "ix_exchange_letter_mobility_id", "exchange_letter", ["mobility_id", "id"], unique=False
    )
    op.create_index(
        "ix_exchange_letter_pdf_sha256", "exchange_letter", ["pdf_sha256"], unique=False
    )

    op.create_table(
        "learning_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "semesters",
                "blended",
                "doctoral",
                "teaching",
                name="agreementkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "editing",
                "signed_student",
                "proposed",
                "in_force",
                name="learningagreementstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_version", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("approved_changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changes_proposal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("first_round", sa.Integer(), nullable=True),
        sa.Column("approved_round", sa.Integer(), nullable=True),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when open changes were begun",
        ),
        sa.Column(
            "agreed_at", sa.DateTime(timezone=True), nullable=True, comment="last, by all three"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'in_force') = (changes_proposal is null)",
            name=op.f("ck_learning_agreement_proposal_or_in_force"),
        ),
        sa.CheckConstraint(
            "state <> 'in_force' or first_version is not null",
            name=op.f("ck_learning_agreement_in_force_when_signed"),
        ),
        sa.CheckConstraint(
            "(first_version is null) = (first_round is null)",
            name=op.f("ck_learning_agreement_first_version_has_a_round"),
        ),
        sa.CheckConstraint(
            "approved_changes is null or first_version is not null",
            name=op.f("ck_learning_agreement_changes_what_there_is"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"],
            ["mobility.id"],
            name=op.f("fk_learning_agreement_mobility_id_mobility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_agreement")),
        sa.UniqueConstraint("mobility_id", name=op.f("uq_learning_agreement_mobility_id")),
    )
    op.create_table(
        "exchange_letter_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["exchange_letter.id"],
            name=op.f("fk_exchange_letter_event_letter_id_exchange_letter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_letter_event")),
    )
    op.create_index(
        op.f("ix_exchange_letter_event_letter_id"),
        "exchange_letter_event",
        ["letter_id"],
        unique=False,
    )

    op.create_table(
        "learning_agreement_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "party",
            sa.Enum("student", "home", "host", name="signer", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False, comment="the whole agreement as shown"),
        sa.Column("seen_hash", sa.String(length=64), nullable=False, comment="SHA-256 of `seen`"),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False, comment="of staff"),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["learning_agreement.id"],
            name=op.f("fk_learning_agreement_signature_agreement_id_learning_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["signer_id"],
            ["user_account.id"],
            name=op.f("fk_learning_agreement_signature_signer_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_agreement_signature")),
        sa.UniqueConstraint(
            "agreement_id",
            "round",
            "party",
            name=op.f("uq_learning_agreement_signature_agreement_id_round_party"),
        ),
    )


def downgrade() -> None:
    op.drop_table("learning_agreement_signature")
    op.drop_index(op.f("ix_exchange_letter_event_letter_id"), table_name="exchange_letter_event")

    op.drop_table("exchange_letter_event")
    op.drop_table("learning_agreement")
    op.drop_index("ix_exchange_letter_pdf_sha256", table_name="exchange_letter")
    op.drop_index("ix_exchange_letter_mobility_id", table_name="exchange_letter")

    op.drop_table("exchange_letter")
    op.drop_index("ix_equivalence_decision_pair", table_name="equivalence_decision")

    op.drop_table("equivalence_decision")
