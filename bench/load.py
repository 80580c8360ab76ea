"""Clients: as many at once as wanted, each on one connection, the next request after the answer."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    path: str
    cookie: str = ""
    form: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return what a browser of a person would send along."""
        headers = {"Accept": "text/html", "Accept-Language": "en"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers


@dataclass
class Answers:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    size: int = 0
    lasted: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the time within which that share of the answers came, in milliseconds."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)


def ask(port: int, wanted: Iterable[Ask], *, clients: int = 2) -> Answers:
    """Send all requests, shared among the clients, and return what came back."""
    answers = Answers()
    lock = threading.Lock()
    source = iter(wanted)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for one in _shared(source, lock):
            started = time.monotonic()
            method = "POST" if one.form else "GET"
            connection.request(method, one.path, one.form or None, one.headers)
            answer = connection.getresponse()
            body = answer.read()
            took = time.monotonic() - started
            with lock:
                answers.statuses[answer.status] += 1
                answers.seconds.append(took)
                answers.size = len(body)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.lasted = time.monotonic() - started
    return answers


def _shared(source: Iterator[Ask], lock: threading.Lock) -> Iterator[Ask]:
    while True:
        with lock:
            one = next(source, None)
        if one is None:
            return
        yield one
