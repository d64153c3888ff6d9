"""Raseed's processes as docker-compose.yml runs them, and somebody who starts them again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.desk.processes import listens
from tests.bench.processes import python, wait_until
from tests.bench.procfs import Process
from tests.faults import children
from tests.faults.children import Child
from tests.faults.machines import HOST

LOOK_EVERY = 0.1  # seconds
START_AGAIN_AFTER = 1.0  # seconds from a death to the next start
PATIENCE = 180.0  # seconds to begin to listen; these machines are slow at times
AT_THE_END = 8.0  # seconds to stop by itself when nothing is to be kept
POOL = 2  # children of the worker
WEB, WORKER, BEAT = "web", "worker", "beat"
BEATS = (BEAT, "beat-2", "beat-3")


@dataclass
class Fleet:
    """What should run, what does, and how often something was started again."""

    port: int
    folder: Path
    running: dict[str, Child] = field(default_factory=dict)
    dead_since: dict[str, float] = field(default_factory=dict)
    deaths: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    over: threading.Event = field(default_factory=threading.Event)

    def command(self, name: str) -> list[str]:
        if name == WEB:
            return python(
                "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port),
                "--workers", "2", "--respawn-failed-workers", "--respawn-interval", "1",
                "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
                "config.wsgi:application",
            )  # fmt: skip
        options = ["--loglevel", "warning"]
        if name == WORKER:
            return python(
                "celery", "--quiet", "-A", "config", "worker", "--concurrency", str(POOL), *options
            )
        schedule = ["--schedule", str(self.folder / f"{name}-schedule")]
        pid = ["--pidfile", ""]
        return python("celery", "--quiet", "-A", "config", "beat", *schedule, *pid, *options)

    def start(self, name: str) -> None:
        with self.lock:
            log, part = self.folder / f"{name}.log", {"FAULTS_PART": name}
            self.running[name] = children.start(self.command(name), log, env=part)
            self.dead_since.pop(name, None)

    def kill(self, name: str) -> None:
        """kill -9, with its children; it is started again soon."""
        with self.lock:
            children.kill(self.running[name])

    def stop(self, *names: str, grace: float = children.GRACE) -> None:
        """Gracefully, all at the same time, and for good."""
        with self.lock:
            leaving = [self.running.pop(name) for name in names if name in self.running]
        children.stop(leaving, grace)

    def deploy(self) -> None:
        """Stop web, worker and beat, and start new ones, as `docker compose up -d` does."""
        names = [name for name in self.running if name in (WEB, WORKER, BEAT)]
        self.stop(*names)
        for name in names:
            self.start(name)

    def watch(self) -> None:
        """Start again what died by itself, until it is over."""
        while not self.over.wait(LOOK_EVERY):
            with self.lock:
                for name in list(self.running):
                    self.look(name, time.monotonic())

    def look(self, name: str, now: float) -> None:
        child = self.running[name]
        if child.poll() is None:
            return
        if name not in self.dead_since:
            self.dead_since[name] = now
            self.deaths += 1
            children.kill(child)
        elif now - self.dead_since[name] >= START_AGAIN_AFTER:
            self.start(name)

    def children_of(self, name: str) -> list[Process]:
        """Its child processes now."""
        with self.lock:
            return children.descendants(self.running[name].pid)

    def wait(self) -> None:
        """Until web listens again and the worker has its children. Raises Failed."""
        wait_until(lambda: listens(self.port), "web listens", PATIENCE)
        wait_until(lambda: len(self.children_of(WORKER)) >= POOL, "the worker works", PATIENCE)

    def close(self) -> None:
        self.over.set()
        with self.lock:
            self.stop(*self.running, grace=AT_THE_END)


@contextlib.contextmanager
def sailing(port: int, folder: Path, names: Sequence[str] = (WEB, WORKER, BEAT)) -> Iterator[Fleet]:
    """Everything runs, and is watched over; nothing of it is left afterwards."""
    fleet = Fleet(port, folder)
    watcher = threading.Thread(target=fleet.watch, name="supervisor", daemon=True)
    try:
        for name in names:
            fleet.start(name)
        watcher.start()
        fleet.wait()
        yield fleet
    finally:
        fleet.close()
        if watcher.is_alive():
            watcher.join()
