"""Errors the domain raises on purpose; `app.web.errors` turns them into answers.

A message is written for the person who sees it. Anything else that is raised is a bug.
"""


class DomainError(Exception):
    """Base of every expected refusal; `status` is the HTTP status it becomes."""

    status = 400


class NotFound(DomainError):
    """The thing does not exist, or this actor may not know that it does."""

    status = 404


class Forbidden(DomainError):
    """The actor may see the thing but not do this to it."""

    status = 403


class WrongState(DomainError):
    """The action does not start from the state the thing is in."""

    status = 409


class Conflict(DomainError):
    """Somebody else changed the thing in the meantime."""

    status = 409


class Gone(DomainError):
    """There was such a thing, such as a link that has expired or was used."""

    status = 410


class Invalid(DomainError):
    """What was asked for makes no sense, though its shape was right; `field` says where."""

    status = 422

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooMany(DomainError):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: object, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
