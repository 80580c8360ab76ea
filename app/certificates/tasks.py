"""Printing and issuing in the background."""

from uuid import UUID

from app.certificates import services
from app.certificates.jobs import ISSUE_FOR_RUN, ISSUE_WHEN_READY, PRINT
from app.certificates.reasons import Kind


@PRINT.done_by
def print_certificate(certificate_id: UUID) -> None:
    """Print one certificate and bring it into force."""
    services.issuing.print_and_issue(UUID(str(certificate_id)))


@ISSUE_FOR_RUN.done_by
def issue_for_run(
    run_id: UUID, design_version_id: UUID, kind: str, enrolment_ids: list[str], asked_by: UUID
) -> None:
    """Issue for people of a run, one after the other."""
    order = services.issuing.Order(UUID(str(design_version_id)), Kind(kind))
    ids = [UUID(one) for one in enrolment_ids]
    services.issuing.work_through(UUID(str(run_id)), order, ids, UUID(str(asked_by)))


@ISSUE_WHEN_READY.done_by
def issue_when_ready(enrolment_id: UUID) -> None:
    """Issue what the run of an enrolment promises, if nothing stands in the way."""
    services.issuing.issue_when_ready(UUID(str(enrolment_id)))
