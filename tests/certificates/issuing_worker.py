"""A worker for each line of the input, forked from a process that has everything ready."""

import os
import signal
import sys
from datetime import timedelta

from app import worker
from app.core import pdf
from app.core.jobs import running
from app.core.pdf_press import PRESS
from app.factory import create_app

running.LEASE = timedelta(seconds=1)
PRESS.print = lambda sheet, **_: pdf.draw(sheet)  # type: ignore[method-assign]  # no press to start


def main() -> None:
    app = create_app()
    worker.create_app = lambda: app  # made once, not for each child
    pdf.draw(pdf.Sheet(html="<title>a</title><p>a", style=""))
    pdf._here.__dict__.clear()  # noqa: SLF001 -- each child makes its own renderer
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
