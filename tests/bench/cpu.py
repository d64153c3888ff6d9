"""Whose CPU time it was: the parts that are measured, the bench itself, and everybody else.

Everything that the bench started descends from it. PostgreSQL's backends are known by the database
in their title, so that other users of the same server count as strangers.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench import procfs
from tests.bench.ground import DATABASE
from tests.bench.procfs import Process

EVERY = 0.5  # seconds between two looks: who ended since the last one is not counted further
# PostgreSQL's processes that serve all of its databases.
SHARED = (
    "checkpointer", "background writer", "walwriter", "autovacuum", "walsummarizer", "io worker",
    "logical replication launcher",
)  # fmt: skip


@dataclass
class Usage:
    """CPU seconds by part, and the share of the machine that strangers used (0 to 1)."""

    seconds: dict[str, float] = field(default_factory=dict)
    foreign: float = 0.0

    def each(self, part: str, events: int) -> float:
        """Microseconds of CPU for one event."""
        return self.seconds.get(part, 0.0) / max(1, events) * 1e6


@dataclass
class Record:
    part: str
    before: float
    now: float


@dataclass
class Watch:
    """What each process used since the first look. `roots` names parts by their first process."""

    roots: dict[int, str]
    redis: int | None
    records: dict[tuple[int, str], Record] = field(default_factory=dict)

    def look(self, *, first: bool = False) -> None:
        """Who came after the first look began at nothing."""
        alive = procfs.alive()
        known = self.roots | postgres(alive)
        if self.redis:
            known[self.redis] = "redis"
        for process in alive.values():
            key = (process.pid, process.started)
            record = self.records.get(key)
            if record is None:
                before = process.cpu if first else 0.0
                record = self.records[key] = Record("", before, before)
            record.part, record.now = descent(process, alive, known), process.cpu

    def until(self, over: threading.Event) -> None:
        while not over.wait(EVERY):
            self.look()

    def by_part(self) -> dict[str, float]:
        seconds: dict[str, float] = {}
        for record in self.records.values():
            seconds[record.part] = seconds.get(record.part, 0.0) + record.now - record.before
        return seconds


@dataclass(frozen=True)
class Meter:
    """`redis` is the process id of the broker if it runs on this machine."""

    redis: int | None

    @contextlib.contextmanager
    def watching(self, **parts: int) -> Iterator[Usage]:
        """CPU between entering and leaving, of the named processes and their descendants."""
        usage, over = Usage(), threading.Event()
        watch = Watch(
            {pid: part for part, pid in parts.items()} | {os.getpid(): "bench"}, self.redis
        )
        used, all_ = procfs.machine()
        watch.look(first=True)
        looking = threading.Thread(target=watch.until, args=(over,), daemon=True)
        looking.start()
        try:
            yield usage
        finally:
            over.set()
            looking.join()
        watch.look()
        usage.seconds = watch.by_part()
        # Strangers who came and went between two looks are missing here; the machine knows.
        usage.seconds.pop("foreign", None)
        used_now, all_now = procfs.machine()
        strangers = used_now - used - sum(usage.seconds.values())
        usage.foreign = max(0.0, strangers) / (all_now - all_)


def postgres(alive: dict[int, Process]) -> dict[int, str]:
    """The server's own processes and the backends in our database."""
    titles = {p.pid: p.title for p in alive.values() if p.name == "postgres"}
    ours = {pid for pid, title in titles.items() if f" {DATABASE} " in title}
    servers = {alive[pid].parent for pid in ours}
    shared = {
        pid
        for pid, title in titles.items()
        if alive[pid].parent in servers and any(word in title for word in SHARED)
    }
    # The postmaster itself is left out: strangers' backends descend from it.
    return dict.fromkeys(ours | shared, "postgres")


def descent(process: Process, alive: dict[int, Process], known: dict[int, str]) -> str:
    """The part of this process, or of its nearest ancestor that belongs to one."""
    pid = process.pid
    while pid in alive:
        if pid in known:
            return known[pid]
        pid = alive[pid].parent
    return "foreign"
