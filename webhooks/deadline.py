"""No delivery waits longer than three seconds for the database, not even for one that hangs.

PostgreSQL's own time limits end a statement while the server is well. One that is stopped, or a
network that swallows packets, ends nothing: then a thread of this process closes our end of the
connection, the statement fails, and the answer is a 503 within Razorpay's five seconds.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

LIMIT = 3.0  # seconds
LOOK_EVERY = 0.2  # seconds


class Watch:
    """Who uses which connection, and until when."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[float, BaseDatabaseWrapper]] = {}
        self.lock = threading.Lock()
        self.pid: int | None = None

    @contextmanager
    def over(self, connection: BaseDatabaseWrapper, seconds: float = LIMIT) -> Iterator[None]:
        """Let this thread use `connection` for so long, all statements together."""
        if self.pid != os.getpid():  # first use of this process, perhaps a fork of another
            self.start()
        me = threading.get_ident()
        self.running[me] = time.monotonic() + seconds, connection
        try:
            yield
        finally:
            del self.running[me]

    def passed(self) -> bool:
        """Whether this thread's time is up: nothing is worth starting any more."""
        ends, _connection = self.running.get(threading.get_ident(), (float("inf"), None))
        return time.monotonic() >= ends

    def start(self) -> None:
        with self.lock:
            if self.pid != os.getpid():
                self.pid = os.getpid()
                threading.Thread(target=self.run, name="deadline", daemon=True).start()

    def run(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            now = time.monotonic()
            for ends, connection in list(self.running.values()):
                if now >= ends:
                    hang_up(connection)


def hang_up(connection: BaseDatabaseWrapper) -> None:
    """Shut our end of a PostgreSQL connection; whoever waits on it gets an OperationalError."""
    raw = connection.connection
    if raw is None or connection.vendor != "postgresql":
        return  # connecting has a limit of its own, and SQLite waits for its lock only so long
    try:
        with socket.socket(fileno=os.dup(raw.fileno())) as ours:
            ours.shutdown(socket.SHUT_RDWR)
    except (OSError, raw.Error):
        return  # closed meanwhile


watch = Watch()
