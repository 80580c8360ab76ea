"""The shape of the database: bringing it up to date by the numbered migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.core.database import db

_HERE = Path(__file__).parents[1]
_SHIPPED = _HERE / "migrations"  # in a wheel; in a checkout they stand beside app/
FOLDER = _SHIPPED if _SHIPPED.is_dir() else _HERE.parent / "migrations"


def upgrade(revision: str = "head") -> None:
    """Bring the database to this revision, all steps in one transaction."""
    with db.engine.connect() as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)
        connection.commit()


def downgrade(revision: str) -> None:
    """Take the database back to this revision."""
    with db.engine.connect() as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.downgrade(configuration, revision)
        connection.commit()


def is_current() -> bool:
    """Tell whether the database is at the newest revision."""
    newest = ScriptDirectory.from_config(_configuration()).get_current_head()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def _configuration() -> Config:
    configuration = Config(str(FOLDER / "alembic.ini"))
    configuration.set_main_option("script_location", str(FOLDER))
    return configuration
