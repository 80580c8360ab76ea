"""${message}.

Old code on the new schema: say here what it needs while it still runs.
"""

import sqlalchemy as sa
from alembic import op

from app.core import database
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
