"""What this package puts off, so that answers take equally long for known and unknown people."""

from typing import Any

from app.core.jobs import Job

ANSWER_SIGN_UP: Job[[dict[str, Any]]] = Job("accounts.answer_sign_up")
ANSWER_RESET: Job[[str]] = Job("accounts.answer_reset")
