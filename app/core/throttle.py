"""Counting tries per key and window, shared by all workers and kept across restarts."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, String, delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Model, after_rollback, atomic, db
from app.core.errors import TooMany
from app.core.i18n import ngettext


class Tries(Model):
    """How often a key was tried in one window."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    window: Mapped[int] = mapped_column(BigInteger, primary_key=True, comment="number of window")
    number: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)


def hit(key: str, *, limit: int, seconds: int) -> None:
    """Count a try; raise TooMany when more than `limit` fell into the window.

    The try stays counted when the change it belongs to is undone.
    """
    moment = now()
    window = int(moment.timestamp()) // seconds
    until = datetime.fromtimestamp((window + 1) * seconds, UTC)
    insert = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    statement = insert(Tries).values(key=key[:200], window=window, number=1, until=until)
    counted = statement.on_conflict_do_update(
        index_elements=["key", "window"], set_={"number": Tries.number + 1}
    ).returning(Tries.number)

    def count() -> int:
        with atomic():
            return db.session.scalar(counted) or 0

    after_rollback(count)
    number = count()
    if number > limit:
        wait = max(1, int((until - moment).total_seconds()))
        minutes = -(-wait // 60)
        raise TooMany(
            ngettext(
                "Too many tries. Wait a minute and try again.",
                "Too many tries. Wait %(num)s minutes and try again.",
                minutes,
            ),
            retry_after=wait,
        )


def spend(key: str, amount: int, *, limit: int, seconds: int, refusal: str) -> None:
    """Take so much of what the window allows; raise TooMany, taking nothing, where it is less."""
    moment = now()
    window = int(moment.timestamp()) // seconds
    until = datetime.fromtimestamp((window + 1) * seconds, UTC)
    insert = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    statement = insert(Tries).values(key=key[:200], window=window, number=amount, until=until)
    taken = statement.on_conflict_do_update(
        index_elements=["key", "window"],
        set_={"number": Tries.number + amount},
        where=Tries.number + amount <= limit,
    ).returning(Tries.number)
    with atomic():
        if amount > limit or db.session.scalar(taken) is None:
            raise TooMany(refusal, retry_after=max(1, int((until - moment).total_seconds())))


def forgive(key: str, *, seconds: int) -> None:
    """Take back one try of this window: it turned out to be good."""
    window = int(now().timestamp()) // seconds
    this = (Tries.key == key[:200]) & (Tries.window == window) & (Tries.number > 0)
    with atomic():
        db.session.execute(
            update(Tries)
            .where(this)
            .values(number=Tries.number - 1)
            .execution_options(synchronize_session=False)
        )


def sweep() -> None:
    """Forget windows that ended a day ago."""
    with atomic():
        db.session.execute(delete(Tries).where(Tries.until < now() - timedelta(days=1)))
