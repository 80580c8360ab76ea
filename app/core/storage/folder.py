"""Blobs in a folder, two letters of the hash a sub-folder."""

import os
import secrets
from pathlib import Path

from app.core.storage import digest_of, place_of


class FolderStore:
    """Blobs in a folder; see `Store`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes; see `Store`."""
        digest = digest_of(data)
        path = self._folder / place_of(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{digest}.{secrets.token_hex(4)}.part")
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes; see `Store`."""
        return (self._folder / place_of(digest)).read_bytes()
