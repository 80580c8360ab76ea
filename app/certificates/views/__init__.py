"""The pages of this package."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)

from app.certificates.views import (  # noqa: E402 -- they need the blueprint
    certificates,
    designs,
    issuing,
    register,
    verify,
    withdrawing,
)

__all__ = ["bp", "certificates", "designs", "issuing", "register", "verify", "withdrawing"]
