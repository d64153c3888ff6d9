"""Tell Celery that there is work, off the answer's path.

A thread of this process sends at most one message every 20 ms, whatever the traffic. A broker that
is down or hung holds up this thread and nobody else; the row is the work, and the timetable rings
every few seconds anyway.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

PAUSE = 0.02  # seconds between two messages


class Doorbell:
    """Rings `send` in a thread of its own, coalescing what comes in between."""

    def __init__(self, send: Callable[[], None]) -> None:
        self.send = send
        self.wanted = threading.Event()
        self.lock = threading.Lock()
        self.pid: int | None = None

    def ring(self) -> None:
        """Ask for a message. Never waits."""
        self.wanted.set()
        if self.pid != os.getpid():  # first ring of this process, perhaps a fork of another
            self.start()

    def start(self) -> None:
        with self.lock:
            if self.pid == os.getpid():
                return
            self.pid = os.getpid()
            threading.Thread(target=self.run, name="doorbell", daemon=True).start()

    def run(self) -> None:
        while True:
            self.wanted.wait()
            self.wanted.clear()
            try:
                self.send()
            except Exception as error:  # noqa: BLE001 - any broker, any failure: the timetable rings
                log.warning("doorbell.not_heard", error=repr(error))
            time.sleep(PAUSE)


def send() -> None:
    """One message for the worker. It expires: a late doorbell is of no use."""
    from webhooks.tasks import work_inbox

    work_inbox.apply_async(expires=60)


bell = Doorbell(send)


def ring() -> None:
    """Ring the bell of this process."""
    bell.ring()
