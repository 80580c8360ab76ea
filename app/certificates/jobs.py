"""What this package puts off."""

from uuid import UUID

from app.core.jobs import Job

PRINT: Job[[UUID]] = Job("certificates.print")
"""Print one certificate that has its number, and issue it."""

ISSUE_FOR_RUN: Job[[UUID, UUID, str, list[str], UUID]] = Job("certificates.issue_for_run")
"""Issue for people of a run: run, design version, kind, enrolments, who asked."""

ISSUE_WHEN_READY: Job[[UUID]] = Job("certificates.issue_when_ready")
"""Issue for one enrolment what its run promises, if nothing stands in the way."""
