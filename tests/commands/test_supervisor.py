from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent

# A supervisor of three small children: one listens, one has a child of its own, and one does not
# mind SIGTERM where it is told to be stubborn.
CHILDREN = """
import sys
from config.desk.processes import Process, Supervisor
port, how = int(sys.argv[1]), sys.argv[2]
sleep = "import time; time.sleep(60)"
listen = f"import socket; s = socket.create_server(('127.0.0.1', {port})); {sleep}"
parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{sleep}'])"
deaf = f"import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); {sleep}"
codes = {"ear": listen, "family": parent, "last": deaf if how == "stubborn" else sleep}
everything = [Process(name, [sys.executable, "-c", code]) for name, code in codes.items()]
sys.exit(Supervisor(everything).run([port], "Hello, it runs.\\n"))
"""


class Running:
    """That supervisor, and what it said."""

    def __init__(self, log: Path, how: str = "polite") -> None:
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", CHILDREN, str(free_port()), how],
                cwd=ROOT, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.until("Hello, it runs.")
        self.children = descendants(self.process.pid)

    def until(self, words: str) -> None:
        ends = time.monotonic() + 30
        while words not in self.log.read_text():
            assert time.monotonic() < ends, self.log.read_text()
            time.sleep(0.05)

    def ended(self) -> int:
        """Its status, once nothing is left of it."""
        status = self.process.wait(20)
        ends = time.monotonic() + 5
        while any(Path(f"/proc/{pid}/cmdline").exists() for pid in self.children):
            assert time.monotonic() < ends, "something still runs"
            time.sleep(0.05)
        return status


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_and_says_so(tmp_path: Path, number: signal.Signals) -> None:
    running = Running(tmp_path / "log")
    assert len(running.children) >= 3
    running.process.send_signal(number)
    assert running.ended() == 0
    assert "Stopping everything" in running.log.read_text()


def test_the_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    running = Running(tmp_path / "log", "stubborn")
    running.until("last   | deaf")
    running.process.send_signal(signal.SIGINT)
    running.until("Stopping everything")
    time.sleep(0.5)
    assert running.process.poll() is None, "the first one is patient"
    running.process.send_signal(signal.SIGINT)
    assert running.ended() == 0


def test_one_that_ends_by_itself_takes_the_others_along(tmp_path: Path) -> None:
    running = Running(tmp_path / "log")
    os.kill(running.children[0], signal.SIGKILL)
    assert running.ended() == 1
    said = running.log.read_text()
    assert "ear ended by itself (signal 9). So everything was stopped" in said


def test_nobody_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    running = Running(tmp_path / "log")
    running.children = children(running.process.pid)  # each of ours sees to its own
    running.process.kill()
    assert running.ended() == -signal.SIGKILL
