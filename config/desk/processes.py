"""A small supervisor: start processes, prefix their lines, stop them all together.

Each runs in a session of its own, so that Ctrl-C reaches only us and each is asked politely:
SIGTERM to its main process, SIGKILL to its whole group after the grace.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

GRACE = 30.0  # seconds
COLOURS = (36, 32, 33, 35, 34)


@dataclass
class Process:
    """One child with its name and its last words."""

    name: str
    command: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    child: subprocess.Popen[str] | None = None

    def start(self, colour: int, width: int) -> None:
        self.child = subprocess.Popen(
            self.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        prefix = f"{self.name:<{width}} | "
        if sys.stdout.isatty():
            prefix = f"\033[{colour}m{prefix}\033[0m"
        threading.Thread(target=self.copy_lines, args=(prefix,), daemon=True).start()

    def copy_lines(self, prefix: str) -> None:
        lines = self.child.stdout if self.child else None
        for line in lines or ():
            sys.stdout.write(prefix + line)
            sys.stdout.flush()

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def ask_to_stop(self) -> None:
        if self.child and self.running:
            self.child.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        """Whatever is left of it, children included."""
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)


class Supervisor:
    """Runs processes until one of them ends or somebody asks to stop."""

    def __init__(self, processes: list[Process]) -> None:
        self.processes = processes
        self.stopping = threading.Event()

    def run(self) -> int:
        """Start all, wait, stop all; the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_args: self.stopping.set())
        width = max(len(process.name) for process in self.processes)
        for process, colour in zip(self.processes, COLOURS, strict=False):
            process.start(colour, width)
        while not self.stopping.wait(0.2) and self.all_running():
            pass
        fallen = [p.name for p in self.processes if not p.running]
        self.stop()
        if fallen and not self.stopping.is_set():
            sys.stderr.write(f"{', '.join(fallen)} stopped by itself, so everything was stopped.\n")
            return 1
        return 0

    def all_running(self) -> bool:
        return all(process.running for process in self.processes)

    def stop(self) -> None:
        """Ask every process to stop, wait, and leave nothing running."""
        for process in self.processes:
            process.ask_to_stop()
        ends = time.monotonic() + GRACE
        while time.monotonic() < ends and any(p.running for p in self.processes):
            time.sleep(0.05)
        for process in self.processes:
            process.kill_group()
