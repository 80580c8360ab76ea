"""Topics of mail and states of background work as words."""

from app.core.i18n import lazy_gettext as _
from app.core.jobs import JobState

TOPICS: dict[str, str] = {
    "courses": _("Courses: my places, changes of sessions"),
    "attendance": _("Attendance: changes of my record"),
    "completion": _("Completion: results and reviews"),
    "exchanges": _("Exchanges: my applications, agreements and stays"),
    "certificates": _("Certificates: issued, changed or waiting for my names"),
}
"""What mail can be about, by the package that tells it; mail about the account always comes."""

JOB_LABELS: dict[JobState, str] = {
    JobState.WAITING: _("Awaited"),
    JobState.RUNNING: _("Under way"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
}
JOB_CHIPS = {
    JobState.WAITING: "wait",
    JobState.RUNNING: "sent",
    JobState.DONE: "ok",
    JobState.FAILED: "no",
}
