"""What was sent, what was answered and what went wrong, with times in seconds of one clock."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NO_ANSWER = 0


@dataclass(frozen=True)
class Answer:
    """One try to deliver one body: `status` is NO_ANSWER where none came within five seconds."""

    event: int
    delivery: int
    attempt: int
    sent: float
    took: float
    status: int
    word: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def answered(self) -> float:
        return self.sent + self.took


@dataclass
class Fault:
    """One fault: from its beginning `until` it began to be healed, and `healed`."""

    number: int
    kind: str
    begun: float
    until: float = 0.0
    healed: float = 0.0
    note: str = ""


@dataclass
class History:
    """Everything in the order in which it became known; times count from the run's beginning."""

    started: float = field(default_factory=time.monotonic)
    answers: list[Answer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return time.monotonic() - self.started

    def add(self, answer: Answer) -> None:
        with self.lock:
            self.answers.append(answer)

    @property
    def last_heal(self) -> float:
        return max((fault.healed for fault in self.faults), default=0.0)

    def lines(self) -> Iterator[dict[str, Any]]:
        told = [(a.sent, {"what": "answer", **asdict(a)}) for a in self.answers]
        told += [(f.begun, {"what": "fault", **asdict(f)}) for f in self.faults]
        for _when, line in sorted(told, key=lambda pair: pair[0]):
            yield line

    def write(self, path: Path) -> None:
        with path.open("w") as file:
            file.writelines(json.dumps(line) + "\n" for line in self.lines())

    @classmethod
    def read(cls, path: Path) -> History:
        """What `write` wrote."""
        history = cls()
        with path.open() as file:
            for line in map(json.loads, file):
                what = line.pop("what")
                if what == "answer":
                    history.add(Answer(**line))
                else:
                    history.faults.append(Fault(**line))
        return history
