"""Words that search compares: traditional Chinese characters as simplified ones.

Old code finds what is typed in simplified characters, as before; a text that it writes with
traditional ones while both run is found by those again once it is saved anew.
"""

import sqlalchemy as sa
from alembic import op

from app.core.names import search_text
from app.core.names.han import simplified

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

LONGEST = {
    "certificate": 1000,
    "course": None,
    "equivalence_decision": 2000,
    "exchange_agreement": 1000,
    "exchange_application": 1000,
    "exchange_call": 4000,
    "institution": 1000,
    "mobility": 1000,
    "user_account": 1000,
}
"""The tables whose rows are searched, and how many characters of their words are kept."""


def upgrade() -> None:
    connection = op.get_bind()
    for name, longest in LONGEST.items():
        table = sa.table(name, sa.column("id"), sa.column("search_text"))
        rows = connection.execute(sa.select(table.c.id, table.c.search_text)).all()
        for key, words in rows:
            if simplified(words) != words:
                connection.execute(
                    sa.update(table)
                    .where(table.c.id == key)
                    .values(search_text=search_text(words)[:longest])
                )


def downgrade() -> None:
    """Leave the words: what was typed in traditional characters is not known any more."""
