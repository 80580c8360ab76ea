"""What runs when: the one timetable of periodic jobs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.core.clock import now
from app.core.database import atomic
from app.core.jobs import JOBS, running


@dataclass(frozen=True, slots=True)
class Every:
    """One row: a job, put off anew once in each period, by whichever worker comes first."""

    period: timedelta
    job: str

    def key(self, moment: datetime) -> str:
        """Return what is the same throughout one period and different in the next."""
        return f"{self.job}@{int(moment.timestamp() // self.period.total_seconds())}"


TIMETABLE: tuple[Every, ...] = (
    Every(timedelta(minutes=1), "audit.seal"),
    Every(timedelta(minutes=1), "courses.lapse_offers"),
    Every(timedelta(minutes=1), "exchanges.turn_calls"),
    Every(timedelta(minutes=1), "exchanges.settle_offers"),
    Every(timedelta(minutes=5), "exchanges.lapse_applications"),
    Every(timedelta(hours=6), "exchanges.remind_of_drafts"),
    Every(timedelta(hours=1), "exchanges.begin_stays"),
    Every(timedelta(hours=1), "exchanges.remind_of_clocks"),
    Every(timedelta(hours=6), "exchanges.remind_reviewers"),
    Every(timedelta(hours=1), "exchanges.end_agreements"),
    Every(timedelta(minutes=10), "exchanges.lapse_admissions"),
    Every(timedelta(days=1), "accounts.sweep"),
    Every(timedelta(days=1), "courses.count_seats"),
    Every(timedelta(days=1), "courses.rederive_sessions"),
)

_FORGET = timedelta(hours=1)
_put: dict[str, str] = {}
_forgotten = [datetime.min.replace(tzinfo=UTC)]


def tick() -> None:
    """Put off what is due by the timetable; workers call this every few seconds."""
    moment = now()
    for row in TIMETABLE:
        key = row.key(moment)
        if _put.get(row.job) == key:
            continue
        with atomic():
            JOBS[row.job].put(key=key)
        _put[row.job] = key
    if moment - _forgotten[0] >= _FORGET:
        running.sweep()
        _forgotten[0] = moment
