"""What is not fit for production is named."""

from dataclasses import replace

import pytest

from app.config import Settings
from app.deployment import findings

FIT = Settings(
    public_url="https://most.example.org",
    secret_key="aQ3-kx9_Zt7LmP2vR8wYb5NcD1fGhJ4sK6uE0iO-TqWzXyVrBn",
    mail="smtp",
    proxies=1,
    sqlite_synchronous="FULL",
)


def test_a_fit_installation_has_nothing_to_mend() -> None:
    assert findings(FIT) == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"secret_key": "secret"}, ["SECRET_KEY"]),
        ({"secret_key": "a" * 80}, ["SECRET_KEY"]),
        ({"public_url": ""}, ["PUBLIC_URL", "TRUSTED_HOSTS"]),
        ({"public_url": "http://most.example.org"}, ["PUBLIC_URL"]),
        ({"demo": True}, ["DEMO"]),
        ({"sqlite_synchronous": "OFF"}, ["SQLITE_SYNCHRONOUS"]),
        ({"jobs": "celery"}, ["CELERY_BROKER_URL"]),
        (
            {"files": "s3", "s3_bucket": "files", "s3_endpoint": "https://s3.example.org"},
            ["S3_ACCESS_KEY", "S3_SECRET_KEY"],
        ),
    ],
)
def test_what_is_dangerous_is_an_error(change: dict[str, object], names: list[str]) -> None:
    found = findings(replace(FIT, **change))

    assert [finding.setting for finding in found if finding.is_error] == names


def test_a_proxy_is_believed_only_where_nobody_else_can_speak() -> None:
    for host in ("127.0.0.1", "::1"):
        assert findings(replace(FIT, host=host)) == []

    open_to_all = findings(replace(FIT, host="0.0.0.0"))  # noqa: S104 -- never listened on

    assert [(finding.setting, finding.is_error) for finding in open_to_all] == [("HOST", False)]
