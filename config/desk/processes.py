"""A small supervisor: start processes, prefix their lines, stop them all together.

Each runs in a session of its own, so that Ctrl-C reaches only us and each is asked politely:
SIGTERM to its main process, SIGKILL to its whole group after the grace.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1  # man 2 prctl
# Loaded here: between fork and exec a child does as little as can be.
libc = ctypes.CDLL(None)
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
            preexec_fn=die_with_us,
        )
        prefix = f"{self.name:<{width}} | "
        if sys.stdout.isatty():
            prefix = f"\033[{colour}m{prefix}\033[0m"
        threading.Thread(target=self.copy_lines, args=(prefix,), daemon=True).start()

    def copy_lines(self, prefix: str) -> None:
        lines = self.child.stdout if self.child else None
        for line in lines or ():
            say(prefix + line)

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    @property
    def last_words(self) -> str:
        """How it ended by itself."""
        status = self.child.returncode if self.child else None
        how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
        return f"{self.name} ended by itself ({how})."

    def ask_to_stop(self) -> None:
        if self.child and self.running:
            self.child.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        """Whatever is left of it, children included."""
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)


def die_with_us() -> None:
    """A supervisor that was killed can stop nobody: then the kernel asks each child (Linux)."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs processes until one of them ends or somebody asks to stop."""

    def __init__(self, processes: list[Process]) -> None:
        self.processes = processes
        self.asked = threading.Event()
        self.asked_again = threading.Event()

    def run(self, ports: Sequence[int] = (), greeting: str = "") -> int:
        """Start all, greet once they listen on their ports, wait, stop all; the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)
        width = max(len(process.name) for process in self.processes)
        for process, colour in zip(self.processes, COLOURS, strict=False):
            process.start(colour, width)
        while not self.asked.wait(0.2) and self.all_running():
            if greeting and all(map(listens, ports)):
                say(greeting)
                greeting = ""
        fallen = [process.last_words for process in self.processes if not process.running]
        say("Stopping everything; this takes a few seconds...\n")
        self.stop()
        if fallen and not self.asked.is_set():
            say(f"{' '.join(fallen)} So everything was stopped; ./dev run starts it again.\n")
            return 1
        return 0

    def ask(self, *_signal: object) -> None:
        """The second time is meant: no more grace."""
        if self.asked.is_set():
            self.asked_again.set()
        self.asked.set()

    def all_running(self) -> bool:
        return all(process.running for process in self.processes)

    def stop(self) -> None:
        """Ask every process to stop, wait, and leave nothing running."""
        for process in self.processes:
            process.ask_to_stop()
        ends = time.monotonic() + GRACE
        while time.monotonic() < ends and any(p.running for p in self.processes):
            if self.asked_again.wait(0.05):
                break
        for process in self.processes:
            process.kill_group()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def say(text: str) -> None:
    """A terminal that was closed does not keep us from stopping everything."""
    with contextlib.suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()
