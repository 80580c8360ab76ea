"""Reading designs, certificates and who may get one."""

from app.certificates.queries import certificates, designs, eligibility, verification

__all__ = ["certificates", "designs", "eligibility", "verification"]
