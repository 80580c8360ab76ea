"""Applications: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_consent_text",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_exchange_consent_text")),
    )
    op.create_table(
        "exchange_application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False, comment="home"),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="home faculty or department"),
        sa.Column(
            "number", sa.Integer(), nullable=True, comment="within the call, given when first sent"
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "ineligible",
                "under_review",
                "ranked",
                "selected",
                "wait_listed",
                "not_selected",
                "confirmed",
                "nominated",
                "declined",
                "offer_expired",
                "under_appeal",
                "dismissed",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("form_version_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False, comment="by field id"),
        sa.Column(
            "facts",
            sa.JSON(),
            nullable=False,
            comment="what rules read: eqf_level, isced, ects_done, months_abroad, "
            "languages, passport_until, citizenship, supervisor_email",
        ),
        sa.Column(
            "revision", sa.Integer(), nullable=False, comment="counts what was saved of a draft"
        ),
        sa.Column(
            "saved",
            sa.JSON(),
            nullable=False,
            comment="step: revision it was last saved in; two windows conflict",
        ),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True, comment="a person with an account"),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="last time it was sent",
        ),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=True, comment="for what was returned"
        ),
        sa.Column("score_milli", sa.Integer(), nullable=True, comment="thousandths of a point"),
        sa.Column("place", sa.Integer(), nullable=True, comment="in the ranking, counted from 1"),
        sa.Column("destination_id", sa.Uuid(), nullable=True),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="of the last refusal or return"),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'returned' or due_at is not null",
            name=op.f("ck_exchange_application_returned_until"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn') or number is not null",
            name=op.f("ck_exchange_application_sent_has_a_number"),
        ),
        sa.CheckConstraint(
            "state not in ('selected', 'confirmed', 'nominated') or destination_id is not null",
            name=op.f("ck_exchange_application_selected_for_somewhere"),
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"],
            ["user_account.id"],
            name=op.f("fk_exchange_application_applicant_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["exchange_call.id"],
            name=op.f("fk_exchange_application_call_id_exchange_call"),
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["exchange_destination.id"],
            name=op.f("fk_exchange_application_destination_id_exchange_destination"),
        ),
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["exchange_form_version.id"],
            name=op.f("fk_exchange_application_form_version_id_exchange_form_version"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_application_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_application")),
        sa.UniqueConstraint(
            "call_id", "number", name=op.f("uq_exchange_application_call_id_number")
        ),
    )
    op.create_index(
        "ix_exchange_application_applicant_id",
        "exchange_application",
        ["applicant_id"],
        unique=False,
    )
    op.create_index(
        "ix_exchange_application_institution",
        "exchange_application",
        ["institution_id", "state", "submitted_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_exchange_application_sent",
        "exchange_application",
        ["institution_id", "submitted_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_exchange_application_active",
        "exchange_application",
        ["call_id", "applicant_id"],
        unique=True,
        sqlite_where=sa.text(
            "state in ('confirmed', 'draft', 'nominated', 'ranked', 'returned', "
            "'selected', 'submitted', 'under_appeal', 'under_review', 'wait_listed')"
        ),
        postgresql_where=sa.text(
            "state in ('confirmed', 'draft', 'nominated', 'ranked', 'returned', "
            "'selected', 'submitted', 'under_appeal', 'under_review', 'wait_listed')"
        ),
    )

    op.create_table(
        "exchange_allocation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("held", "released", name="allocationstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("months >= 0", name=op.f("ck_exchange_allocation_months_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_allocation_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["quota_id"],
            ["exchange_quota.id"],
            name=op.f("fk_exchange_allocation_quota_id_exchange_quota"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_allocation")),
    )
    op.create_index(
        "ix_exchange_allocation_quota_id",
        "exchange_allocation",
        ["quota_id", "state"],
        unique=False,
    )
    op.create_index(
        "uq_exchange_allocation_held",
        "exchange_allocation",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )

    op.create_table(
        "exchange_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.String(length=40),
            nullable=False,
            comment="declaration, processing, transfer",
        ),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_consent_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["user_account.id"],
            name=op.f("fk_exchange_consent_person_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_consent")),
        sa.UniqueConstraint(
            "application_id",
            "purpose",
            "given_at",
            name=op.f("uq_exchange_consent_application_id_purpose_given_at"),
        ),
    )
    op.create_index(
        "ix_exchange_consent_application_id", "exchange_consent", ["application_id"], unique=False
    )

    op.create_table(
        "exchange_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("translation_of", sa.Uuid(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "handed_in",
                "accepted",
                "refused",
                "replaced",
                name="documentstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'refused' or reason <> ''",
            name=op.f("ck_exchange_document_refused_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_document_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_exchange_document_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["exchange_requirement.id"],
            name=op.f("fk_exchange_document_requirement_id_exchange_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["translation_of"],
            ["exchange_document.id"],
            name=op.f("fk_exchange_document_translation_of_exchange_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_document")),
    )
    op.create_index(
        "ix_exchange_document_application_id",
        "exchange_document",
        ["application_id", "requirement_id"],
        unique=False,
    )

    op.create_table(
        "exchange_eligibility_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("rule_set_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column(
            "outcome", sa.String(length=20), nullable=False, comment="pass, fail, needs_human"
        ),
        sa.Column("details", sa.JSON(), nullable=False, comment="for the words"),
        sa.Column(
            "decided_by", sa.Uuid(), nullable=True, comment="the officer, where a human was needed"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_eligibility_finding_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"],
            ["exchange_rule_set.id"],
            name=op.f("fk_exchange_eligibility_finding_rule_set_id_exchange_rule_set"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_eligibility_finding")),
    )
    op.create_index(
        "ix_exchange_eligibility_finding_application_id",
        "exchange_eligibility_finding",
        ["application_id"],
        unique=False,
    )

    op.create_table(
        "exchange_preference",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_exchange_preference_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["exchange_destination.id"],
            name=op.f("fk_exchange_preference_destination_id_exchange_destination"),
        ),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_exchange_preference")),
        sa.UniqueConstraint(
            "application_id",
            "destination_id",
            name=op.f("uq_exchange_preference_application_id_destination_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("exchange_preference")
    op.drop_index(
        "ix_exchange_eligibility_finding_application_id", table_name="exchange_eligibility_finding"
    )

    op.drop_table("exchange_eligibility_finding")
    op.drop_index("ix_exchange_document_application_id", table_name="exchange_document")

    op.drop_table("exchange_document")
    op.drop_index("ix_exchange_consent_application_id", table_name="exchange_consent")

    op.drop_table("exchange_consent")
    op.drop_index(
        "uq_exchange_allocation_held",
        table_name="exchange_allocation",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_index("ix_exchange_allocation_quota_id", table_name="exchange_allocation")

    op.drop_table("exchange_allocation")
    op.drop_index(
        "uq_exchange_application_active",
        table_name="exchange_application",
        sqlite_where=sa.text(
            "state in ('confirmed', 'draft', 'nominated', 'ranked', 'returned', "
            "'selected', 'submitted', 'under_appeal', 'under_review', 'wait_listed')"
        ),
        postgresql_where=sa.text(
            "state in ('confirmed', 'draft', 'nominated', 'ranked', 'returned', "
            "'selected', 'submitted', 'under_appeal', 'under_review', 'wait_listed')"
        ),
    )
    op.drop_index("ix_exchange_application_sent", table_name="exchange_application")
    op.drop_index("ix_exchange_application_institution", table_name="exchange_application")
    op.drop_index("ix_exchange_application_applicant_id", table_name="exchange_application")

    op.drop_table("exchange_application")
    op.drop_table("exchange_consent_text")
