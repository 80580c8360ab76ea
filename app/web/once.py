"""A form that is sent twice acts once: the second answer is the first one's."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from flask import Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CreatedAt, Model, atomic, db, insert_new
from app.core.tokens import digest
from app.web.access import actor

P = ParamSpec("P")


class _TakeBack(Exception):
    """Undo what the view did: its answer is not a redirect."""


class SentForm(Model):
    """One form that was sent, and where its answer led."""

    __tablename__ = "sent_form"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


def once(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Run the view's change and note its answer in one transaction, keyed by the form's token."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        token = request.form.get("once", "")[:64] if request.method == "POST" else ""
        if not token:
            return view(*args, **kwargs)
        key = digest(f"{request.path}\n{token}")
        answer: ResponseReturnValue = ""
        try:
            with atomic():
                if not insert_new(SentForm, user_id=actor().user_id, key=key, location=""):
                    return _first_answer(key)
                answer = view(*args, **kwargs)
                response = current_app.make_response(answer)
                _note(key, response)
                return response
        except _TakeBack:
            return answer

    return wrapped


def _note(key: str, response: Response) -> None:
    if response.status_code != 303:  # noqa: PLR2004 -- see other
        raise _TakeBack
    row = (SentForm.user_id == actor().user_id) & (SentForm.key == key)
    db.session.execute(update(SentForm).where(row).values(location=response.location or "/"))


def _first_answer(key: str) -> ResponseReturnValue:
    row = (SentForm.user_id == actor().user_id) & (SentForm.key == key)
    location = db.session.scalar(select(SentForm.location).where(row))
    return redirect(location or "/", code=303)
