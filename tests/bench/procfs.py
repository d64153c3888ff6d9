"""Processes as Linux tells of them. https://man7.org/linux/man-pages/man5/proc.5.html"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """`cpu` is seconds since its start; `started` tells it from another with the same id."""

    pid: int
    name: str
    parent: int
    started: str
    cpu: float

    @property
    def title(self) -> str:
        """What it calls itself; empty when it has ended."""
        with contextlib.suppress(OSError):
            raw = (PROC / str(self.pid) / "cmdline").read_bytes()
            return raw.replace(b"\0", b" ").decode(errors="replace")
        return ""


def alive() -> dict[int, Process]:
    """Every process of the machine by its id."""
    found = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                head, _, tail = (entry / "stat").read_text().rpartition(")")
                words = tail.split()
                cpu = (int(words[11]) + int(words[12])) / TICK
                name = head.partition("(")[2]
                pid = int(entry.name)
                found[pid] = Process(pid, name, int(words[1]), words[19], cpu)
    return found


def machine() -> tuple[float, float]:
    """CPU seconds used (also by other guests of the host), and all there were, since boot."""
    first = (PROC / "stat").read_text().partition("\n")[0]
    words = [int(word) / TICK for word in first.split()[1:9]]
    user, nice, system, _idle, _waiting, _irq, _softirq, stolen = words
    return user + nice + system + stolen, sum(words)


@dataclass(frozen=True)
class Memory:
    """Megabytes (10^6 bytes) of one process.

    PSS counts a page shared by n processes as 1/n in each, so that PSS may be added up; RSS counts
    it whole in each.
    """

    name: str
    pss: float
    rss: float


def memory(name: str, pid: int) -> Memory:
    rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    pss, rss = (
        sum(int(kib) for kib in re.findall(rf"^{word}: +(\d+) kB", rollup, re.MULTILINE))
        for word in ("Pss", "Rss")
    )
    return Memory(name, pss * 1024 / 1e6, rss * 1024 / 1e6)


def family(name: str, pid: int) -> list[Memory]:
    """A process and the children that do its work."""
    children = [
        process.pid
        for process in alive().values()
        if process.parent == pid and "resource_tracker" not in process.title
    ]
    parts = [(f"{name} parent", pid)]
    parts += [(f"{name} {n}", child) for n, child in enumerate(sorted(children), 1)]
    return [memory(*part) for part in parts]
