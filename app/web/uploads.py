"""Which views take files, and what one person may upload in a day, whatever becomes of it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.core import throttle
from app.core.database import atomic
from app.core.i18n import gettext as _
from app.web.access import actor

DAY = 86_400
TEXT_BYTES = 1_000_000
"""The largest body of a request to a view that takes no files."""

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Let this view be sent as much as UPLOAD_BYTES says; all others take TEXT_BYTES."""
    view.takes_files = True  # type: ignore[attr-defined]  # read below and by the house tests
    return view


def limit_body() -> None:
    """Refuse, before anything of it is read, more than the view can have a use for."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "takes_files", False):
        request.max_content_length = TEXT_BYTES


def init_app(app: Flask) -> None:
    app.before_request(count_files)


def count_files() -> None:
    """Count the files of this request; raise TooMany when they are more than the day allows.

    Visitors send files only to have them compared, on a page with a limit of its own.
    """
    if request.mimetype != "multipart/form-data" or actor().is_anonymous:
        return
    sent = [one for _name, one in request.files.items(multi=True) if one.filename]
    if not sent:
        return
    settings: Settings = current_app.config["SETTINGS"]
    files, megabytes = settings.upload_files_a_day, settings.upload_megabytes_a_day
    refusal = _(
        "You have uploaded as much as one person may in a day: %(files)s files or"
        " %(megabytes)s MB. Go on tomorrow.",
        files=files,
        megabytes=megabytes,
    )
    who, kilobytes = actor().user_id, (request.content_length or 0) // 1000 + 1
    with atomic():  # both or neither
        throttle.spend(f"files:{who}", len(sent), limit=files, seconds=DAY, refusal=refusal)
        throttle.spend(
            f"kilobytes:{who}", kilobytes, limit=megabytes * 1000, seconds=DAY, refusal=refusal
        )
