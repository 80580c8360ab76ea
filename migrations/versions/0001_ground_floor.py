"""Ground floor: the first tables; no older code has to run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True, comment="the sign-in it was done from"),
        sa.Column("action", sa.String(length=80), nullable=False, comment="package.verb"),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="what sort of thing"),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False, comment="field: [before, after]"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(
        "ix_audit_entry_institution", "audit_entry", ["institution_id", "id"], unique=False
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_id", "id"], unique=False)

    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "previous", sa.String(length=64), nullable=False, comment="hash of the link before"
        ),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over previous and entries",
        ),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "audit_sealed_entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the entry"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_sealed_entry")),
    )
    op.create_index(
        op.f("ix_audit_sealed_entry_seal_number"),
        "audit_sealed_entry",
        ["seal_number"],
        unique=False,
    )

    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret", name=op.f("uq_calendar_feed_secret")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="empty: an address without account"),
        sa.Column(
            "kind", sa.String(length=80), nullable=False, comment="package/name of its templates"
        ),
        sa.Column(
            "key",
            sa.String(length=200),
            nullable=False,
            comment="the same event tells a person once",
        ),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False, comment="where it leads"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_notice_user_id_key")),
    )
    op.create_index("ix_notice_inbox", "notice", ["user_id", "read_at", "id"], unique=False)

    op.create_table(
        "notification_preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notification_preference")),
    )
    op.create_table(
        "pending_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False, comment="ids as text, numbers, words"),
        sa.Column("key", sa.String(length=200), nullable=True, comment="acts once"),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="jobstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False, comment="pieces done"),
        sa.Column("total", sa.Integer(), nullable=False, comment="pieces in all; 0: not known"),
        sa.Column("results", sa.JSON(), nullable=True, comment="what became of each piece"),
        sa.Column("error", sa.Text(), nullable=True, comment="why the last attempt failed"),
        sa.Column("asked_by", sa.Uuid(), nullable=True, comment="whose rights it acts with"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'running') = (lease_token is not null)",
            name=op.f("ck_pending_job_running_under_a_lease"),
        ),
        sa.CheckConstraint(
            "done >= 0 and total >= 0", name=op.f("ck_pending_job_progress_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_job")),
        sa.UniqueConstraint("key", name=op.f("uq_pending_job_key")),
    )
    op.create_index(op.f("ix_pending_job_asked_by"), "pending_job", ["asked_by"], unique=False)
    op.create_index("ix_pending_job_state_due_at", "pending_job", ["state", "due_at"], unique=False)

    op.create_table(
        "sent_form",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_sent_form")),
    )
    op.create_index(op.f("ix_sent_form_created_at"), "sent_form", ["created_at"], unique=False)

    op.create_table(
        "state_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "action", sa.String(length=40), nullable=False, comment="start for the first state"
        ),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_change")),
    )
    op.create_index("ix_state_change_subject", "state_change", ["subject_id", "id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "name", sa.String(length=200), nullable=False, comment="for the person who saves it"
        ),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.String(length=40),
            nullable=False,
            comment="logo, signature, certificate ...",
        ),
        sa.Column(
            "owner_id", sa.Uuid(), nullable=True, comment="the person or thing it belongs to"
        ),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_file_size_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index(op.f("ix_stored_file_sha256"), "stored_file", ["sha256"], unique=False)

    op.create_table(
        "tries",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False, comment="number of window"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_until"), "tries", ["until"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("calendar", sa.LargeBinary(), nullable=True),
        sa.Column("calendar_method", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum("queued", "sent", "failed", name="deliverystate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'sent' or sent_at is not null", name=op.f("ck_delivery_sent_has_a_time")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_delivery_notice_id_channel")),
    )
    op.create_index(op.f("ix_delivery_state"), "delivery", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_delivery_state"), table_name="delivery")

    op.drop_table("delivery")
    op.drop_index(op.f("ix_tries_until"), table_name="tries")

    op.drop_table("tries")
    op.drop_index(op.f("ix_stored_file_sha256"), table_name="stored_file")

    op.drop_table("stored_file")
    op.drop_index("ix_state_change_subject", table_name="state_change")

    op.drop_table("state_change")
    op.drop_index(op.f("ix_sent_form_created_at"), table_name="sent_form")

    op.drop_table("sent_form")
    op.drop_index("ix_pending_job_state_due_at", table_name="pending_job")
    op.drop_index(op.f("ix_pending_job_asked_by"), table_name="pending_job")

    op.drop_table("pending_job")
    op.drop_table("notification_preference")
    op.drop_index("ix_notice_inbox", table_name="notice")

    op.drop_table("notice")
    op.drop_table("calendar_feed")
    op.drop_index(op.f("ix_audit_sealed_entry_seal_number"), table_name="audit_sealed_entry")

    op.drop_table("audit_sealed_entry")
    op.drop_table("audit_seal")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_institution", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_actor_id"), table_name="audit_entry")

    op.drop_table("audit_entry")
