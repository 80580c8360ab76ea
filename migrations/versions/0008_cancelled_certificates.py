"""Certificates that are cancelled before they are printed have no file; old code writes none.

SQLite cannot change a constraint in place. Batch mode would copy the table and drop the former
one; as foreign keys are on, dropping it counts every event of a certificate as broken, also when
they are deferred (tried: the commit fails), and they cannot be turned off inside the transaction
that all migrations share. So the text of the constraint is changed where SQLite keeps it, by the
way that its manual gives for changes which leave the stored rows as they are (lang_altertable, 7):
inside the transaction, with a new `schema_version`, so that every connection reads the schema anew.

Upwards it is safe because the new constraint allows all that the former did, and a step that does
not find the text raises, which undoes everything. Downwards it keeps the certificates that were
cancelled without a file, as old code can read them; PostgreSQL refuses to go down while there are
any.
"""

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
    connection = op.get_bind()
    version = connection.exec_driver_sql("pragma schema_version").scalar_one()
    connection.exec_driver_sql("pragma writable_schema = on")
    changed = connection.exec_driver_sql(
        "update sqlite_master set sql = replace(sql, ?, ?)"
        " where type = 'table' and name = 'certificate' and instr(sql, ?)",
        (f"{former} or (file_id", f"{new} or (file_id", f"{former} or (file_id"),
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"the constraint {NAME} does not say what it should")
    connection.exec_driver_sql(f"pragma schema_version = {version + 1}")
    connection.exec_driver_sql("pragma writable_schema = off")
