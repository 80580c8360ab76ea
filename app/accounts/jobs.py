"""What this package puts off: answers to visitors take equally long, whoever they are."""

from typing import Any

from app.core.jobs import Job

ANSWER_SIGN_UP: Job[[dict[str, Any]]] = Job("accounts.answer_sign_up")
ANSWER_RESET: Job[[str]] = Job("accounts.answer_reset")
SWEEP: Job[[]] = Job("accounts.sweep", attempts=3)
