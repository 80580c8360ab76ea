"""Signed tokens."""

import pytest
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from app.core.tokens import ready


def _plain(*keys):
    return URLSafeTimedSerializer(list(keys), salt="most.links")


def test_a_ready_signer_writes_and_takes_what_a_plain_one_does():
    mine = ready(_plain("old key", "new key"))
    token = mine.dumps({"id": 7})

    assert _plain("new key").loads(token) == {"id": 7}
    for key in ("old key", "new key"):
        assert mine.loads(_plain(key).dumps({"id": 8}), max_age=60) == {"id": 8}
    assert mine.loads(mine.dumps(1, salt="other"), salt="other") == 1


def test_a_ready_signer_refuses_what_a_plain_one_does():
    mine = ready(_plain("key"))
    token = mine.dumps({"id": 7})
    for wrong in (_plain("other key").dumps(7), token[:-1], token.replace(".", "!"), "", "é"):
        with pytest.raises(BadSignature):
            mine.loads(wrong)
    with pytest.raises(BadSignature):
        mine.loads(mine.dumps(1, salt="other"))
    with pytest.raises(SignatureExpired):
        mine.loads(token, max_age=-1)
