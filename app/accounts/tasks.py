"""What the worker does for this package."""

from typing import Any

from app.accounts.jobs import ANSWER_RESET, ANSWER_SIGN_UP, SWEEP
from app.accounts.services import links, passwords, sign_in, sign_up
from app.core.jobs import current_job


@ANSWER_SIGN_UP.done_by
def answer_sign_up(said: dict[str, Any]) -> None:
    """Answer one who signed up; the job's id keeps a second attempt from mailing again."""
    sign_up.answer(said, key=f"sign-up:{current_job.get()}")


@ANSWER_RESET.done_by
def answer_reset(email: str) -> None:
    """Answer one who forgot the password."""
    passwords.answer_reset(email, key=f"reset:{current_job.get()}")


@SWEEP.done_by
def sweep() -> None:
    """Forget what is long over; every day."""
    sign_in.forget_old()
    links.forget_old()
