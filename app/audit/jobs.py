"""What this package does by the timetable."""

from app.core.jobs import Job

SEAL: Job[[]] = Job("audit.seal", attempts=3)
