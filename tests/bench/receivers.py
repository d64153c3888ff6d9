"""The two receivers and the worker, started as one starts them in production."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests import servers
from tests.bench import database
from tests.bench.processes import Failed, python, running, wait_until
from tests.bench.wire import HOST

WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Receiver:
    """A web server to post to, and the table that its events end up in."""

    name: str
    process: subprocess.Popen[bytes]
    target: dict[str, Any]
    table: str

    def stored(self) -> int:
        return database.count(self.table)


def minimal() -> contextlib.AbstractContextManager[Receiver]:
    return served(
        "C", "tests.bench.minimal.wsgi", "/receive/", os.environ["BENCH_SECRET"], "bench_minimal"
    )


def shipped(path: str, secret: str) -> contextlib.AbstractContextManager[Receiver]:
    return served("R", "config.wsgi", path, secret, "webhooks_event")


@contextlib.contextmanager
def served(name: str, module: str, path: str, secret: str, table: str) -> Iterator[Receiver]:
    """granian with WSGI: the same command for both."""
    port = servers.free_port()
    command = python(
        "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws",
        "--log-level", "warning", f"{module}:application",
    )  # fmt: skip
    settings = "config.settings" if name == "R" else "tests.bench.minimal.settings"
    with running(command, env={"DJANGO_SETTINGS_MODULE": settings}) as process:
        wait_until(lambda: is_open(port, process), f"{name} answers")
        yield Receiver(name, process, {"port": port, "path": path, "secret": secret}, table)


def is_open(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise Failed(f"the server ended with status {process.returncode}")
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def worker() -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """The worker without the timetable: what is not rung for is not worked."""
    return running(
        python(
            "celery", "--quiet", "-A", "config", "worker", "--concurrency", "2",
            "--loglevel", "warning",
        )
    )  # fmt: skip
