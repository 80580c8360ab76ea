"""Stays and nominations: tables that older code does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_series",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False, comment="L letters, M stays"),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_exchange_series_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "series", "year", name=op.f("pk_exchange_series")
        ),
    )
    op.create_table(
        "mobility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="for people to quote"),
        sa.Column("person_id", sa.Uuid(), nullable=False),
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
        sa.Column("academic_year", sa.Integer(), nullable=False),
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
        sa.Column("isced", sa.String(length=4), nullable=False),
        sa.Column("eqf_level", sa.Integer(), nullable=True),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("actual_from", sa.Date(), nullable=True),
        sa.Column("actual_until", sa.Date(), nullable=True),
        sa.Column("home_coordinator_id", sa.Uuid(), nullable=True),
        sa.Column("host_coordinator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "pre_departure",
                "ready",
                "arrived",
                "in_progress",
                "interrupted",
                "departed",
                "records_received",
                "recognised",
                "closed",
                "cancelled",
                "no_show",
                "ended_early",
                name="mobilitystate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state not in ('arrived', 'in_progress', 'interrupted', 'departed', "
            "'records_received', 'recognised') or actual_from is not null",
            name=op.f("ck_mobility_arrived_on_a_day"),
        ),
        sa.CheckConstraint(
            "actual_until is null or actual_until >= actual_from",
            name=op.f("ck_mobility_stay_in_order"),
        ),
        sa.CheckConstraint("planned_until >= planned_from", name=op.f("ck_mobility_plan_in_order")),
        sa.CheckConstraint(
            "sending_institution_id <> receiving_institution_id",
            name=op.f("ck_mobility_goes_abroad"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["exchange_application.id"],
            name=op.f("fk_mobility_application_id_exchange_application"),
        ),
        sa.ForeignKeyConstraint(
            ["home_coordinator_id"],
            ["user_account.id"],
            name=op.f("fk_mobility_home_coordinator_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["host_coordinator_id"],
            ["user_account.id"],
            name=op.f("fk_mobility_host_coordinator_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_mobility_person_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["exchange_quota.id"], name=op.f("fk_mobility_quota_id_exchange_quota")
        ),
        sa.ForeignKeyConstraint(
            ["receiving_institution_id"],
            ["institution.id"],
            name=op.f("fk_mobility_receiving_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["sending_institution_id"],
            ["institution.id"],
            name=op.f("fk_mobility_sending_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mobility")),
        sa.UniqueConstraint("application_id", name=op.f("uq_mobility_application_id")),
        sa.UniqueConstraint("number", name=op.f("uq_mobility_number")),
    )
    op.create_index("ix_mobility_person_id", "mobility", ["person_id"], unique=False)
    op.create_index(
        "ix_mobility_receiving",
        "mobility",
        ["receiving_institution_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_mobility_sending", "mobility", ["sending_institution_id", "state", "id"], unique=False
    )

    op.create_table(
        "host_admission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awaiting_documents",
                "complete",
                "conditional",
                "accepted",
                "refused",
                "lapsed",
                "letter_issued",
                "confirmed_coming",
                name="admissionstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "details",
            sa.JSON(),
            nullable=False,
            comment="passport_name, born_on, citizenship, address, message",
        ),
        sa.Column("comment", sa.Text(), nullable=False, comment="of the host's decision"),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'refused' or comment <> ''", name=op.f("ck_host_admission_refused_because")
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"], ["mobility.id"], name=op.f("fk_host_admission_mobility_id_mobility")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_admission")),
        sa.UniqueConstraint("mobility_id", name=op.f("uq_host_admission_mobility_id")),
    )
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mobility_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "approved",
                "rejected",
                "cancelled",
                name="nominationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "proposal_id", sa.String(length=64), nullable=False, comment="SHA-256 of the content"
        ),
        sa.Column("content", sa.JSON(), nullable=False, comment="what the host decides about"),
        sa.Column(
            "personal",
            sa.JSON(),
            nullable=False,
            comment="names and contacts; a change of these decides nothing anew",
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_comment", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'rejected' or decision_comment <> ''",
            name=op.f("ck_nomination_rejected_because"),
        ),
        sa.ForeignKeyConstraint(
            ["mobility_id"], ["mobility.id"], name=op.f("fk_nomination_mobility_id_mobility")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("mobility_id", name=op.f("uq_nomination_mobility_id")),
    )
    op.create_index("ix_nomination_proposed_at", "nomination", ["proposed_at", "id"], unique=False)
    op.create_table(
        "admission_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("admission_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "met", "waived", name="conditionstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="of whoever settled it"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'waived' or note <> ''", name=op.f("ck_admission_condition_waived_because")
        ),
        sa.ForeignKeyConstraint(
            ["admission_id"],
            ["host_admission.id"],
            name=op.f("fk_admission_condition_admission_id_host_admission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_condition")),
        sa.UniqueConstraint(
            "admission_id", "position", name=op.f("uq_admission_condition_admission_id_position")
        ),
    )
    op.create_table(
        "admission_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("admission_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["admission_id"],
            ["host_admission.id"],
            name=op.f("fk_admission_document_admission_id_host_admission"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_admission_document_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_document")),
    )
    op.create_index(
        op.f("ix_admission_document_admission_id"),
        "admission_document",
        ["admission_id"],
        unique=False,
    )

    op.create_table(
        "nomination_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("comment <> ''", name=op.f("ck_nomination_decision_says_why")),
        sa.CheckConstraint(
            "decision in ('approve', 'reject')", name=op.f("ck_nomination_decision_decision_known")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["exchange_guest_link.id"],
            name=op.f("fk_nomination_decision_link_id_exchange_guest_link"),
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nomination.id"],
            name=op.f("fk_nomination_decision_nomination_id_nomination"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_decision")),
    )
    op.create_index(
        op.f("ix_nomination_decision_nomination_id"),
        "nomination_decision",
        ["nomination_id"],
        unique=False,
    )

    op.create_table(
        "nomination_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nomination.id"],
            name=op.f("fk_nomination_proposal_nomination_id_nomination"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_proposal")),
        sa.UniqueConstraint(
            "nomination_id", "number", name=op.f("uq_nomination_proposal_nomination_id_number")
        ),
    )
    op.create_table(
        "condition_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("condition_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["condition_id"],
            ["admission_condition.id"],
            name=op.f("fk_condition_evidence_condition_id_admission_condition"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_condition_evidence_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_evidence")),
    )
    op.create_index(
        op.f("ix_condition_evidence_condition_id"),
        "condition_evidence",
        ["condition_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_condition_evidence_condition_id"), table_name="condition_evidence")

    op.drop_table("condition_evidence")
    op.drop_table("nomination_proposal")
    op.drop_index(op.f("ix_nomination_decision_nomination_id"), table_name="nomination_decision")

    op.drop_table("nomination_decision")
    op.drop_index(op.f("ix_admission_document_admission_id"), table_name="admission_document")

    op.drop_table("admission_document")
    op.drop_table("admission_condition")
    op.drop_index("ix_nomination_proposed_at", table_name="nomination")
    op.drop_table("nomination")
    op.drop_table("host_admission")
    op.drop_index("ix_mobility_sending", table_name="mobility")
    op.drop_index("ix_mobility_receiving", table_name="mobility")
    op.drop_index("ix_mobility_person_id", table_name="mobility")

    op.drop_table("mobility")
    op.drop_table("exchange_series")
