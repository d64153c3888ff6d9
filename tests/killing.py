"""A process that is killed in the middle: what it had committed stays, and it does nothing more.

Its steps are what others can notice: a transaction that writes (once, however much it writes, for
what was not committed is rolled back, and leaves what ending before its first write would leave),
and calls to Razorpay. It can end before each of them, and between a call and its answer. Blocks
that would tidy up (`finally`) reach nothing any more.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection

from gateways.razorpay.session import Session

NEVER = 0
WRITES = ("INSERT", "UPDATE", "DELETE")


class Killed(BaseException):
    """kill -9: no `except Exception` sees it."""


class Process:
    """Counts its steps, and ends at one of them."""

    def __init__(self, last: int = NEVER) -> None:
        self.last = last
        self.steps: list[str] = []
        self.is_dead = False
        self.has_written = False  # in the transaction that is open

    def step(self, what: str) -> None:
        if not self.is_dead:
            self.steps.append(what)
            self.is_dead = len(self.steps) == self.last
        if self.is_dead:
            raise Killed(what)

    def write(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("BEGIN"):  # as Django has SQLite begin every transaction
            self.has_written = False
        elif sql.startswith(WRITES):
            again = self.has_written and connection.in_atomic_block
            if self.is_dead or not again:
                self.step(sql[:60])
            self.has_written = True
        return execute(sql, params, many, context)


@contextmanager
def process(last: int = NEVER) -> Iterator[Process]:
    """Run a block as a process that is killed at step `last`."""
    run, call = Process(last), Session.request

    def request(session: Session, method: Any, url: Any, **options: Any) -> Any:
        run.step(f"before {method} {url}")
        answer = call(session, method, url, **options)
        run.step(f"after {method} {url}")
        return answer

    with patch.object(Session, "request", request), connection.execute_wrapper(run.write):
        try:
            yield run
        except Killed:
            assert run.is_dead


def at_every_step(life: Callable[[int], Process]) -> list[Process]:
    """Live it once for each of its steps, until it lives to its end; whoever was killed."""
    killed = []
    for last in itertools.count(1):
        run = life(last)
        if not run.is_dead:
            break
        killed.append(run)
    return killed
