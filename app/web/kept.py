"""A form that was sent after the sign-in had ended, kept until its writer has signed in again.

It travels sealed in the sign-in page, so that nothing is stored, nobody else can read what was
typed, and the same person alone gets it back. Passwords, tokens and files are not in it.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from flask import request

from app.core.tokens import key_for
from app.web.pages import safe_path

NEVER = {"csrf_token", "once", "password", "token", "secret"}
"""Fields that are left out of every form."""

SECRETS = {("courses.enrol", "key")}
"""Further fields that are left out, by endpoint."""

PASSWORDS = {"present", "new", "again"}
"""Fields of the forms of accounts that hold passwords too: such a form is not kept at all."""

MOST_BYTES = 300_000
LASTS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, from which page, and what was in it."""

    path: str
    page: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def texts(self) -> list[str]:
        """Return what was written by hand, to be looked at before it is sent."""
        return [text for _name, text in self.fields if " " in text.strip()]


def sealed(user_id: UUID, page: str) -> str:
    """Return the form of this request for that person alone; "" when it cannot be kept."""
    names = set(request.form)
    if request.blueprint == "accounts" and names & (PASSWORDS | {"password"}):
        return ""
    payload = json.dumps(
        {
            "user": str(user_id),
            "path": f"{request.script_root}{request.full_path.rstrip('?')}",
            "page": page,
            "fields": [
                (name, text)
                for name, texts in request.form.lists()
                if name not in NEVER and (request.endpoint, name) not in SECRETS
                for text in texts
            ],
            "had_files": any(file.filename for file in request.files.values()),
        }
    ).encode()
    return "" if len(payload) > MOST_BYTES else _box().encrypt(payload).decode()


def opened(text: str, user_id: UUID) -> Kept | None:
    """Return what was kept for this person; None for others, what is too old, and forgeries."""
    try:
        said = json.loads(_box().decrypt(text.encode("utf-8", "replace"), ttl=LASTS))
    except InvalidToken:
        return None
    path = safe_path(said["path"], "")
    if said["user"] != str(user_id) or not path:
        return None
    fields = [(name, value) for name, value in said["fields"]]
    return Kept(path, safe_path(said["page"]), fields, said["had_files"])


def _box() -> Fernet:
    return Fernet(urlsafe_b64encode(key_for("kept-form")))
