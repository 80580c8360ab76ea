"""Reading designs, certificates and who may get one."""

from app.certificates.queries import certificates, designs, eligibility, jobs, verification

__all__ = ["certificates", "designs", "eligibility", "jobs", "verification"]
