"""Start processes that die with us, and end them for good.

Each has a session of its own, so that Ctrl-C reaches only us. If we are killed ourselves, the
kernel tells each of them (Linux, where setpriv is); that is bound to the thread that started them,
so one thread starts them all.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench import procfs
from tests.bench.procfs import Process

ROOT = Path(__file__).resolve().parents[2]
GRACE = 35.0  # seconds to stop by itself; a task may take 30
Child = subprocess.Popen[bytes]

starter = ThreadPoolExecutor(1, thread_name_prefix="starter")
setpriv = shutil.which("setpriv")


def start(
    command: Sequence[str],
    log: Path,
    *,
    user: str | None = None,
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
) -> Child:
    """A child whose output goes to the end of `log`."""
    wrapped = [setpriv, "--pdeathsig", "TERM", *command] if setpriv else [*command]

    def begin() -> Child:
        with log.open("ab") as out:
            return subprocess.Popen(
                wrapped, user=user, cwd=cwd, env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    return starter.submit(begin).result()


def kill(child: Child) -> None:
    """kill -9, with everything that it started."""
    family = descendants(child.pid)
    child.kill()
    send(signal.SIGKILL, family)
    child.wait()


def stop(leaving: Sequence[Child], grace: float = GRACE) -> None:
    """Ask all of them at once, wait, and kill what is left of each. Whoever asks has forgotten
    them already, so they go also where the waiting is broken off (Ctrl-C)."""
    families: list[Process] = []
    try:
        families += [process for child in leaving for process in descendants(child.pid)]
        for child in leaving:
            child.terminate()
        ends = time.monotonic() + grace
        for child in leaving:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, ends - time.monotonic()))
    finally:
        for child in leaving:
            child.kill()
            child.wait()
        send(signal.SIGKILL, families)


def descendants(pid: int) -> list[Process]:
    """The processes that it started, and those that they did."""
    every = procfs.alive().values()
    found: list[Process] = []
    parents = {pid}
    while parents:
        born = [process for process in every if process.parent in parents]
        found += born
        parents = {process.pid for process in born}
    return found


def send(number: signal.Signals, processes: Iterable[Process]) -> None:
    """To those that still run; their numbers may be others' by now."""
    alive = procfs.alive()
    for process in processes:
        now = alive.get(process.pid)
        if now is not None and now.started == process.started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
