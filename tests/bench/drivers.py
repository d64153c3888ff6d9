"""Our side of the client processes: hand over the job, hear when it begins, take the result."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tests.bench.cpu import Meter
from tests.bench.figures import Load
from tests.bench.options import Plan
from tests.bench.processes import Failed, python, running
from tests.bench.receivers import Receiver


@contextlib.contextmanager
def client(module: str, job: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    with running(python(f"tests.bench.{module}"), talks=True) as child:
        if child.stdin is None:
            raise Failed("the client cannot be spoken to")
        child.stdin.write(json.dumps(job).encode() + b"\n")
        child.stdin.flush()
        yield child


def hear(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The client's next line. Raises Failed when it ended instead."""
    line = child.stdout.readline() if child.stdout else b""
    if not line:
        raise Failed("the client gave up")
    said: dict[str, Any] = json.loads(line)
    return said


def load(receiver: Receiver, plan: Plan, meter: Meter, **others: int) -> Load:
    """As many events as the receiver takes. Each must be answered with 2xx, and be in the table.

    `others` names further parts by their first process.
    """
    before = receiver.stored()
    job = {**receiver.target, **asdict(plan)}
    with client("pressure", job) as child:
        warm = hear(child)["warm"]
        with meter.watching(web=receiver.process.pid, **others) as usage:
            result = hear(child)
    times, answered = result["times"], warm + len(result["times"])
    if receiver.stored() - before != answered:
        stored = receiver.stored() - before
        raise Failed(f"{receiver.name}: {answered} answers of 2xx, {stored} rows stored")
    return Load(len(times) / result["seconds"], len(times), usage, times)


def beat(receiver: Receiver, orders: list[str], amount: int, rate: float) -> list[float]:
    """One event for each order at `rate` per second; seconds from each beat to its answer."""
    job = {**receiver.target, "orders": orders, "amount": amount, "rate": rate}
    with client("metronome", job) as child:
        times: list[float] = hear(child)["times"]
    return times
