"""Blobs in a bucket of S3 or of what speaks it, such as MinIO, Ceph and Garage.

Only the given endpoint is asked, and only with the given key: no profile, proxy or address from
the environment, no key from the machine's own metadata. The service checks each body against the
SHA-256 in the signature of its request (Signature Version 4), which needs no checksums that only
some services know.
"""

import os
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session as Settings

from app.core.storage import digest_of, place_of

_FROM_NOWHERE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_OPTIONS = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path", "payload_signing_enabled": True},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    proxies={},
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=16,
)


class S3Store:
    """Blobs in a bucket; see `Store`. Threads may share one."""

    def __init__(
        self, *, endpoint: str, bucket: str, access_key: str, secret_key: str, region: str
    ) -> None:
        self._bucket = bucket
        session = Session(botocore_session=Settings(session_vars=_FROM_NOWHERE))
        self._client: Any = session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=_OPTIONS,
        )

    def put(self, data: bytes) -> str:
        """Keep the bytes; see `Store`. The service shows an object whole or not at all."""
        digest = digest_of(data)
        self._client.put_object(Bucket=self._bucket, Key=place_of(digest), Body=data)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes; see `Store`. A missing bucket is no missing blob, and raises."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=place_of(digest))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                raise FileNotFoundError(digest) from error
            raise
        data: bytes = found["Body"].read()
        return data
