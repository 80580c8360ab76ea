"""What this package puts off."""

from uuid import UUID

from app.core.jobs import Job

DELIVER: Job[[UUID]] = Job("notifications.deliver", attempts=20)
