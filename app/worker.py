"""The background process: the embedded worker, or a Celery worker when so configured."""

import logging
import signal
import threading

from app.core.jobs.embedded import Worker
from app.factory import create_app
from app.schedule import tick


def main() -> None:
    """Do background work until SIGTERM or SIGINT, then finish what is under way."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    app = create_app()
    settings = app.config["SETTINGS"]
    if settings.jobs == "celery":
        from app.core.jobs import on_celery  # noqa: PLC0415 -- Celery is an optional package

        on_celery.work(app, threads=settings.worker_threads, tick=tick)
        return
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    worker = Worker(app, threads=settings.worker_threads, tick=tick)
    worker.start()
    over.wait()
    worker.stop()


if __name__ == "__main__":
    main()
