"""Start processes, and leave none behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from tests.bench.ground import ROOT

GRACE = 15.0  # seconds to stop by itself
PATIENCE = 60.0  # seconds for anything to happen


class Failed(Exception):
    """The run is worth nothing: something went wrong that was to be measured."""


def python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


@contextlib.contextmanager
def running(
    command: Sequence[str], *, talks: bool = False, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own: Ctrl-C reaches only us, and we stop it and its children.

    What it wrote is shown if anything fails meanwhile; `talks` leaves us its stdout.
    """
    with tempfile.TemporaryFile() as log, started(command, talks, env or {}, log) as child:
        try:
            yield child
        except Failed as error:
            raise Failed(f"{error}{last_words(command, log)}") from error


@contextlib.contextmanager
def started(
    command: Sequence[str], talks: bool, env: dict[str, str], log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
        stdout=subprocess.PIPE if talks else log,
        stderr=log,
        start_new_session=True,
    )
    with child:
        try:
            yield child
        finally:
            stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask, wait, and kill what is left of its session."""
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def last_words(command: Sequence[str], log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, os.SEEK_END) - 3000))
    words = log.read().decode(errors="replace").strip()
    return f"\n--- {' '.join(command[1:4])} wrote:\n{words}" if words else ""


def wait_until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Look every 50 ms, for `patience` seconds. Raises Failed."""
    ends = time.monotonic() + patience
    while not true():
        if time.monotonic() > ends:
            raise Failed(f"{what}: not within {patience:.0f} s")
        time.sleep(0.05)
