"""Blobs: bytes kept under the name of their own hash, so that writing twice changes nothing."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Protocol

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Store(Protocol):
    """Where blobs are kept."""

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256; they are on the disk when it returns."""

    def get(self, digest: str) -> bytes:
        """Return the bytes; raise FileNotFoundError when they are not there."""


class FolderStore:
    """Blobs in a folder, two letters of the hash a sub-folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes; see `Store`."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
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
        return self._path(digest).read_bytes()

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError(digest)
        return self._folder / digest[:2] / digest
