"""Mail as .eml files in a folder, for trying the product out without a mail server."""

import os
from pathlib import Path

from app.core.mail import Message


class Folder:
    """Writes each message to one file named by its id, so that sending again changes nothing."""

    def __init__(self, folder: Path, sender: str, host: str) -> None:
        self._folder, self._sender, self._host = folder, sender, host

    def send(self, message: Message) -> None:
        """Write the file whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{message.id}.eml"
        if path.exists():
            return
        half = path.with_suffix(f".{os.getpid()}.part")
        with half.open("wb") as file:
            file.write(message.as_email(self._sender, self._host).as_bytes())
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
