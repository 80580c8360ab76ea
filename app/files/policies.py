"""Who may fetch a file: the package that a purpose belongs to has said so."""

from collections.abc import Callable

from app.core.actor import Actor
from app.core.policy import permission
from app.files.models import StoredFile

READERS: dict[str, Callable[[Actor, StoredFile], bool]] = {}
"""Who may read the files of each purpose; what nobody has registered, nobody may read."""

PUBLIC_PICTURES: set[str] = set()
"""The purposes whose pictures stand on public pages, such as logos."""


def readable_by(
    purpose: str,
) -> Callable[[Callable[[Actor, StoredFile], bool]], Callable[[Actor, StoredFile], bool]]:
    """Register the decorated function as the answer to who may read files of a purpose."""

    def register(
        answer: Callable[[Actor, StoredFile], bool],
    ) -> Callable[[Actor, StoredFile], bool]:
        READERS[purpose] = answer
        return answer

    return register


@permission("files:file:read")
def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Files go only to the people whom their purpose concerns."""
    if stored.purpose in PUBLIC_PICTURES:
        return True
    answer = READERS.get(stored.purpose)
    return answer is not None and answer(actor, stored)
