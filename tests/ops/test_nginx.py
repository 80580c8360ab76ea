"""The configuration of nginx that README names, in a real nginx before a real server."""

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import request
from werkzeug.serving import make_server

from app.config import Settings
from app.core.clock import now
from app.factory import create_app
from app.serving import STATIC
from app.web.access import public
from app.web.uploads import takes_files
from tests.house.places import ROOT
from tests.ops.processes import free_port, until

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
NAME = "most.example.org"
CLIENT = "127.0.0.9"
"""Where the tests ask from; nginx asks Most from 127.0.0.1."""

AROUND = """
daemon off;
pid {folder}/pid;
events {{ worker_connections 64; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {offered}
}}
"""
pytestmark = pytest.mark.skipif(NGINX is None, reason="NOTICE: there is no nginx on this machine")


class Site(NamedTuple):
    """nginx with the product behind it: its two ports, and how large what reached Most is."""

    secure: int
    plain: int
    reached: list[int | None]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(
        var_folder=str(tmp_path_factory.mktemp("var")), public_url=f"https://{NAME}", proxies=1
    )
    app = create_app(settings)
    found = Site(free_port(), free_port(), [])

    @public
    def told() -> dict[str, str | None]:
        return {"address": request.remote_addr, "url": request.base_url}

    @public
    @takes_files
    def sent() -> str:
        found.reached.append(request.content_length)
        return f"{len(request.get_data())} bytes"

    app.add_url_rule("/told", view_func=told)
    app.add_url_rule("/sent", view_func=sent, methods=["POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        with _nginx(found, behind=server.port):
            yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _nginx(site: Site, *, behind: int) -> Iterator[None]:
    """Run nginx as nobody in particular, who may write in a folder of their own alone."""
    folder = Path(tempfile.mkdtemp(prefix="most-nginx-"))
    shutil.copytree(STATIC / "css", folder / "static" / "css")
    _write_certificate(folder)
    offered = _offered(folder, site, behind)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, offered=offered), "utf-8")
    nobody: dict[str, object] = {}
    if os.getuid() == 0:
        nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody")
    log = folder / "error.log"
    command = [NGINX, "-p", str(folder), "-e", str(log), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **nobody)
    try:
        until(lambda: (folder / "pid").exists() or process.poll() is not None, patience=10)
        assert process.poll() is None, log.read_text("utf-8")
        yield
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _offered(folder: Path, site: Site, behind: int) -> str:
    """Return what README names, with the ports, paths and address of this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for pattern, here, times in (
        (r"listen \[::\].*;", "", 2),
        (r"listen 80;", f"listen 127.0.0.1:{site.plain};", 1),
        (r"listen 443 ", f"listen 127.0.0.1:{site.secure} ", 1),
        (r"/etc/letsencrypt/live/[a-z.]+/", f"{folder}/", 2),
        (r"alias \S+;", f"alias {folder}/static/;", 1),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind}", 1),
    ):
        text, changed = re.subn(pattern, here, text)
        assert changed == times, pattern
    return text


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


def _connected(site: Site) -> http.client.HTTPSConnection:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(
        "127.0.0.1", site.secure, timeout=10, context=context, source_address=(CLIENT, 0)
    )


def _ask(
    site: Site, path: str, data: bytes | None = None, *, host: str = NAME, **headers: str
) -> Answer:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = _connected(site)
    try:
        connection.request("POST" if data else "GET", path, data, {"Host": host, **said})
        return _read(connection)
    finally:
        connection.close()


def _read(connection: http.client.HTTPConnection) -> Answer:
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, answer.read().decode("utf-8", "replace"))


def test_a_client_is_known_by_the_address_nginx_sees_whatever_it_says_itself(site):
    honest = _ask(site, "/told")
    lying = _ask(
        site,
        "/told",
        X_Forwarded_For="192.0.2.66",
        X_Forwarded_Host="evil.example",
        X_Forwarded_Proto="http",
        X_Forwarded_Prefix="/evil",
        Forwarded="for=192.0.2.66;host=evil.example;proto=http",
        X_Real_IP="192.0.2.66",
    )

    assert json.loads(honest.text) == {"address": CLIENT, "url": f"https://{NAME}/told"}
    assert json.loads(lying.text) == json.loads(honest.text)
    assert _ask(site, "/told", host="evil.example").status == 400


def test_without_a_proxy_nobody_speaks_for_a_client(app):
    with app.test_client() as client:
        client.get("/healthz", headers={"X-Forwarded-For": "192.0.2.66"})

        assert request.remote_addr == "127.0.0.1"


def test_plain_http_leads_to_https(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=10)
    connection.request("GET", "/courses?page=2", headers={"Host": NAME})
    answer = _read(connection)
    connection.close()

    assert (answer.status, answer.headers["location"]) == (301, f"https://{NAME}/courses?page=2")


def test_static_files_come_from_nginx_compressed_and_to_be_kept(site):
    style = _ask(site, "/static/css/app.css?v=123456789abc", Accept_Encoding="gzip")

    assert (style.status, style.headers["content-type"]) == (200, "text/css")
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert style.headers["content-encoding"] == "gzip"
    assert style.headers["x-content-type-options"] == "nosniff"
    assert _ask(site, "/static/css/app.css").headers["cache-control"] == "public, no-cache"
    assert _ask(site, "/static/../nginx.conf").status in {400, 404}
    assert _ask(site, "/static../nginx.conf").status == 404


def test_what_is_too_large_is_refused_by_most_and_far_too_large_by_nginx(site):
    site.reached.clear()

    assert _ask(site, "/sent", b"x" * 5_000_000).text == "5000000 bytes"
    by_most = _ask(site, "/sent", b"x" * 5_000_001)
    by_nginx = _ask(site, "/sent", b"x" * 7_000_000)

    assert site.reached == [5_000_000]
    assert (by_most.status, by_nginx.status) == (413, 413)
    assert "content-security-policy" in by_most.headers
    assert "content-security-policy" not in by_nginx.headers


def test_a_slow_body_waits_in_nginx_and_holds_no_thread(site):
    site.reached.clear()
    connection = _connected(site)
    connection.putrequest("POST", "/sent", skip_host=True)
    for name, value in (("Host", NAME), ("Content-Length", "10")):
        connection.putheader(name, value)
    connection.endheaders(b"hello")

    time.sleep(0.2)
    before = list(site.reached)
    connection.send(b"world")
    answer = _read(connection)
    connection.close()

    assert before == []
    assert (answer.text, site.reached) == ("10 bytes", [10])
