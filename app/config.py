"""Every setting with its type, unit, default and meaning, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


class BadSetting(Exception):
    """A setting that cannot be used; the message names it and says what is wanted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation; each field is an environment variable in capitals."""

    database_url: str = _setting(
        "", "SQLAlchemy address of the database; empty: SQLite in VAR_FOLDER"
    )
    var_folder: str = _setting("var", "folder for database, mail, uploads and keys")
    secret_key: str = _setting("", "signs cookies and links; empty: made once, kept in VAR_FOLDER")
    secret_key_fallbacks: str = _setting("", "former keys that still verify, separated by commas")
    public_url: str = _setting("", "address people use, such as https://most.example.org")
    trusted_hosts: str = _setting("", "host names to answer to, separated by commas")
    proxies: int = _setting(0, "number of proxies in front whose X-Forwarded-* headers count")
    port: int = _setting(8000, "port of the web server")
    host: str = _setting("127.0.0.1", "address the web server listens on")
    workers: int = _setting(2, "web server processes")
    threads: int = _setting(4, "threads of each web server process")
    server: str = _setting("granian", "granian or gunicorn")
    demo: bool = _setting(
        False, "fill an empty database with demo data, show the developer's mail page"
    )
    centre_name: str = _setting("Most 桥", "name in titles, mail and calendars")
    default_language: str = _setting("en", "en, zh_Hans_CN, sr_Cyrl, sr_Latn or bs")
    default_timezone: str = _setting(
        "Europe/Sarajevo", "IANA zone of visitors who have not said theirs"
    )
    other_timezone: str = _setting(
        "Asia/Shanghai", "IANA zone of the partner side, shown as the second clock"
    )
    mail: str = _setting("folder", "folder (VAR_FOLDER/mail) or smtp")
    mail_from: str = _setting("Most <most@localhost>", "sender of all mail")
    smtp_host: str = _setting("localhost", "mail server")
    smtp_port: int = _setting(587, "port of the mail server")
    smtp_user: str = _setting("", "account at the mail server; empty: none")
    smtp_password: str = _setting("", "password at the mail server")
    smtp_tls: str = _setting("starttls", "none, starttls or tls")
    files: str = _setting("folder", "folder (VAR_FOLDER/files) or s3")
    s3_endpoint: str = _setting("", "address of the service for FILES=s3; nothing else is asked")
    s3_bucket: str = _setting("", "bucket that holds the files; make it before")
    s3_access_key: str = _setting("", "key that may put and get objects of the bucket")
    s3_secret_key: str = _setting("", "secret of that key")
    s3_region: str = _setting("us-east-1", "region of the bucket, which requests are signed for")
    jobs: str = _setting("embedded", "embedded (jobs in the database) or celery")
    celery_broker_url: str = _setting("", "Redis address for JOBS=celery")
    worker_threads: int = _setting(2, "threads of the embedded worker")
    sqlite_synchronous: str = _setting(
        "FULL", "FULL loses nothing at a power cut; NORMAL is faster"
    )
    staff_idle_hours: int = _setting(2, "hours without a request after which staff are signed out")
    staff_session_hours: int = _setting(12, "hours after which staff are signed out in any case")
    idle_hours: int = _setting(168, "hours without a request after which others are signed out")
    session_hours: int = _setting(720, "hours after which others are signed out in any case")
    short_stays_may_change: bool = _setting(
        False, "let learning agreements of short stays change after their first version"
    )
    upload_bytes: int = _setting(5_000_000, "largest request body in bytes")
    upload_files_a_day: int = _setting(200, "files one person may upload in a day")
    upload_megabytes_a_day: int = _setting(200, "megabytes one person may upload in a day")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    @property
    def var(self) -> Path:
        """Return the folder for what the installation keeps."""
        return Path(self.var_folder).absolute()

    @property
    def database(self) -> str:
        """Return the SQLAlchemy address, with psycopg 3 for PostgreSQL."""
        if not self.database_url:
            return f"sqlite:///{self.var / 'most.sqlite3'}"
        for short in ("postgres://", "postgresql://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def https(self) -> bool:
        """Tell whether people reach the product over https."""
        return self.public_url.startswith("https://")

    @property
    def url(self) -> str:
        """Return the address for links in mail and documents, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    def key(self) -> str:
        """Return the secret key; make and keep one when none is set."""
        if self.secret_key:
            return self.secret_key
        path = self.var / "secret.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(f".{os.getpid()}.part")
            half.write_text(secrets.token_urlsafe(48), "ascii")
            half.chmod(0o600)
            try:
                path.hardlink_to(half)
            except FileExistsError:
                pass
            finally:
                half.unlink()
        return path.read_text("ascii")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises BadSetting naming the variable that makes no sense."""
    source = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for setting in fields(Settings):
        raw = source.get(setting.name.upper())
        if raw is None or (raw == "" and setting.type is not str):
            continue
        values[setting.name] = _typed(setting.name, raw, type(setting.default))
    return Settings(**values)  # type: ignore[arg-type]  # typed just above


def _typed(name: str, raw: str, kind: type) -> object:
    if kind is bool:
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise BadSetting(f"{name.upper()} must be true or false, not {raw!r}")
        return raw.lower() in {"1", "true", "yes"}
    if kind is int:
        try:
            return int(raw)
        except ValueError:
            raise BadSetting(f"{name.upper()} must be a whole number, not {raw!r}") from None
    return raw
