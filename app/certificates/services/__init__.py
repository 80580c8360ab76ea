"""Changing designs and certificates."""

from app.certificates.services import designs, issuing, names, promises, withdrawing

__all__ = ["designs", "issuing", "names", "promises", "withdrawing"]
