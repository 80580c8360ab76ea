"""Workers with short waits: one for this process, or one for each line read from the input.

Forking them from a process that has imported everything takes milliseconds instead of seconds.
"""

import os
import signal
import sys
from datetime import timedelta

from app import worker
from app.core.jobs import running
from app.factory import create_app

running.LEASE = timedelta(seconds=2)


def main() -> None:
    if "celery" in os.environ.get("JOBS", ""):
        from app.core.jobs import on_celery  # noqa: PLC0415 -- an optional package

        on_celery.SWEEP, on_celery.RESEND = 1.0, 2.0
        worker.main()
        return
    app = create_app()
    worker.create_app = lambda: app  # made once, not for each child
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to bury the dead
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            worker.main()
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
