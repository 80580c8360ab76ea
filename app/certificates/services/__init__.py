"""Changing designs and certificates."""

from app.certificates.services import designs, issuing, names, withdrawing

__all__ = ["designs", "issuing", "names", "withdrawing"]
