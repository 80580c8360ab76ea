"""The stores of blobs: a folder and a bucket keep the same promises."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.config import BadSetting, Settings
from app.core.actor import SYSTEM
from app.core.storage import Store, digest_of, place_of
from app.core.storage.folder import FolderStore
from app.files import queries, rules, services, vault
from tests.ops.processes import free_port, until

S3 = Settings(files="s3", s3_bucket="most-files", s3_access_key="a key", s3_secret_key="its secret")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3, in a process of its own, with the bucket that S3 names."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: _made(f"{url}/{S3.s3_bucket}"))
            yield url
        finally:
            process.kill()


def _made(bucket: str) -> bool:
    try:
        # moto takes a bucket only from who says a region by a signature, which it never checks.
        signed = "AWS4-HMAC-SHA256 Credential=x/20261122/us-east-1/s3/aws4_request"
        ask = Request(bucket, method="PUT", headers={"Authorization": signed})  # noqa: S310 -- http
        with urlopen(ask, timeout=5) as answer:  # noqa: S310 -- http
            return bool(answer.status == 200)
    except HTTPError:
        raise
    except OSError:
        return False


@pytest.fixture(scope="module")
def bucket(endpoint: str) -> Store:
    return vault.opened(replace(S3, s3_endpoint=endpoint))


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=200))
def test_a_blob_comes_back_under_its_own_hash_however_often_it_is_kept(store, data):
    digest = store.put(data)

    assert digest == digest_of(data)
    assert store.put(data) == digest
    assert store.get(digest) == data


def test_a_large_blob_comes_back_whole(store):
    data = bytes(range(256)) * 40_000

    assert store.get(store.put(data)) == data


def test_what_was_never_kept_is_not_there(store):
    with pytest.raises(FileNotFoundError):
        store.get(digest_of(b"never kept"))


@pytest.mark.parametrize("digest", ["../secret.key", "", "A" * 64, "0" * 63, f"{'0' * 64}\n"])
def test_a_blob_is_never_found_by_a_path(store, digest):
    with pytest.raises(FileNotFoundError):
        store.get(digest)


def test_nobody_reads_a_part_of_what_is_being_kept(store):
    data = b"most" * 500_000
    digest, seen, kept = digest_of(data), [], threading.Event()

    def read() -> None:
        while not kept.is_set():
            try:
                seen.append(store.get(digest) == data)
            except FileNotFoundError:
                continue

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=store.put, args=(data,)) for _ in range(3)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    kept.set()
    for thread in readers:
        thread.join()

    assert False not in seen
    assert store.get(digest) == data


def test_a_write_that_breaks_off_leaves_no_blob(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(OSError, match="no space"):
        FolderStore(tmp_path).put(b"lost")
    with pytest.raises(FileNotFoundError):
        FolderStore(tmp_path).get(digest_of(b"lost"))


def test_a_bucket_that_is_missing_is_no_missing_file(endpoint):
    store = vault.opened(replace(S3, s3_endpoint=endpoint, s3_bucket="another"))

    for attempt in (lambda: store.put(b"data"), lambda: store.get(digest_of(b"data"))):
        with pytest.raises(ClientError, match="NoSuchBucket"):
            attempt()


def test_nothing_in_the_environment_leads_elsewhere(endpoint, tmp_path, monkeypatch):
    profile = tmp_path / "config"
    profile.write_text("[profile other]\nregion = nowhere\nservices = x\n", "utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profile))
    monkeypatch.setenv("AWS_PROFILE", "missing")
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    monkeypatch.setenv("no_proxy", "")

    store = vault.opened(replace(S3, s3_endpoint=endpoint))

    assert store.get(store.put(b"here")) == b"here"


def test_files_lie_in_the_bucket_as_they_would_in_the_folder(
    app, session, endpoint, bucket, monkeypatch
):
    monkeypatch.setitem(app.extensions, "most.files", bucket)
    data = b"%PDF-1.7\nin the bucket"

    stored = services.keep(SYSTEM, data, name="a.pdf", media_type=rules.PDF, purpose="test-kept")

    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
    )
    found = client.get_object(Bucket=S3.s3_bucket, Key=place_of(stored.sha256))
    assert found["Body"].read() == data
    assert queries.content(stored) == data
    assert not list((app.config["SETTINGS"].var / "files").rglob(stored.sha256))


@pytest.mark.parametrize(
    ("given_", "fault"),
    [
        (replace(S3, files="disk"), "FILES must be folder or s3, not 'disk'"),
        (S3, "S3_ENDPOINT must be set with FILES=s3"),
        (replace(S3, s3_endpoint="http://x", s3_secret_key=""), "S3_SECRET_KEY must be set"),
        (replace(S3, s3_endpoint="s3.example.org"), "S3_ENDPOINT cannot be used"),
    ],
)
def test_a_store_that_cannot_be_opened_is_known_at_the_start(given_, fault):
    with pytest.raises(BadSetting, match=fault):
        vault.opened(given_)
