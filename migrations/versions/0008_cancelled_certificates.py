"""Certificates that are cancelled before they are printed have no file; old code writes none."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAME = "ck_certificate_issued_is_frozen"
FROZEN = "(file_id is not null and pdf_sha256 is not null and issued_at is not null)"
BEFORE = "state = 'pending'"
AFTER = "state in ('pending', 'cancelled')"


def upgrade() -> None:
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    _replace(AFTER, BEFORE)


def _replace(former: str, new: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(NAME), "certificate", type_="check")
        op.create_check_constraint(op.f(NAME), "certificate", f"{new} or {FROZEN}")
        return
    # SQLite has no ALTER for this, and copying the table would break the rows that refer to it;
    # its manual gives this way for changes that leave the stored rows as they are.
    connection = op.get_bind()
    version = connection.exec_driver_sql("pragma schema_version").scalar_one()
    connection.exec_driver_sql("pragma writable_schema = on")
    connection.exec_driver_sql(
        "update sqlite_master set sql = replace(sql, ?, ?)"
        " where type = 'table' and name = 'certificate'",
        (f"{former} or (file_id", f"{new} or (file_id"),
    )
    connection.exec_driver_sql(f"pragma schema_version = {version + 1}")
    connection.exec_driver_sql("pragma writable_schema = off")
