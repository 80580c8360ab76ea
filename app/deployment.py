"""What an installation must have before strangers may use it (S63, S67)."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.config import Settings
from app.core import pdf

KEY_LENGTH = 50
"""Characters; a shorter secret key can be guessed."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Addresses that only this machine reaches."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; with an error the product does not start for production."""

    setting: str
    text: str
    is_error: bool = True


def findings(settings: Settings) -> list[Finding]:
    """Return what is wrong with these settings for production, errors first."""
    found = [*_secrets(settings), *_address(settings), *_storage(settings)]
    return sorted(found, key=lambda finding: not finding.is_error)


def _secrets(settings: Settings) -> Iterator[Finding]:
    key = settings.secret_key
    if key and (len(key) < KEY_LENGTH or len(set(key)) < KEY_LENGTH // 5):
        yield Finding(
            "SECRET_KEY",
            f"has fewer than {KEY_LENGTH} random characters; leave it empty to have one made",
        )
    if settings.demo:
        yield Finding("DEMO", "opens accounts with known passwords and shows everybody's mail")


def _address(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.public_url)
    if not parts.hostname:
        yield Finding("PUBLIC_URL", "is not set; links in mail and certificates need it")
    elif parts.scheme != "https":
        yield Finding("PUBLIC_URL", "is not https; passwords and cookies would travel in the open")
    if not parts.hostname and not settings.trusted_hosts:
        yield Finding("TRUSTED_HOSTS", "is not set and cannot be taken from PUBLIC_URL")
    if parts.scheme == "https" and not settings.proxies:
        yield Finding("PROXIES", "is 0, though something in front must end https", is_error=False)
    if settings.proxies and settings.host not in LOOPBACK:
        yield Finding("HOST", "lets others than the proxy say who a client is", is_error=False)


def _storage(settings: Settings) -> Iterator[Finding]:
    sqlite = settings.database.startswith("sqlite")
    if sqlite and settings.sqlite_synchronous.upper() != "FULL":
        yield Finding("SQLITE_SYNCHRONOUS", "is not FULL; a power cut may lose what was answered")
    if settings.mail != "smtp":
        yield Finding("MAIL", "is not smtp; mail stays in VAR_FOLDER", is_error=False)
    if settings.jobs == "celery" and not settings.celery_broker_url:
        yield Finding("CELERY_BROKER_URL", "is not set, though JOBS=celery")
    if settings.files == "s3":
        for name in ("S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY"):
            if not getattr(settings, name.lower()):
                yield Finding(name, "is not set, though FILES=s3")
    for line in pdf.ailments():
        yield Finding("printing", line, is_error=False)
