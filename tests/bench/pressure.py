"""Closed loop, a process of its own: each connection sends its next body when it has its answer.

The job comes as one JSON line on stdin. Answers with two lines: when the warm-up is over, and the
result.
"""

from __future__ import annotations

import json
import selectors
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.bench import bodies
from tests.bench.wire import Unexpected, Wire

PREPARED = 2500  # bodies for each second; more are made on the way if need be
SILENCE = 10.0  # seconds without any answer


def requests(job: dict[str, Any]) -> Iterator[bytes]:
    """Whole requests, most of them rendered before this returns."""
    count = int(PREPARED * (job["warm_up"] + job["seconds"]))
    made = (
        bodies.request(body, path=job["path"], secret=job["secret"])
        for body in bodies.unknown(count)
    )
    ready = [next(made) for _ in range(count)]
    ready.reverse()
    return iter(lambda: ready.pop() if ready else next(made), None)


def press(wires: list[Wire], source: Iterator[bytes], seconds: float) -> list[float]:
    """Load for so many seconds and until the last answer; the time of each answer, in seconds."""
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        ends, open_ = time.perf_counter() + seconds, len(wires)
        for wire in wires:
            selector.register(wire, selectors.EVENT_READ, wire)
            wire.send(next(source))
        while open_:
            ready = selector.select(SILENCE)
            if not ready:
                raise Unexpected(f"no answer for {SILENCE:.0f} s")
            for key, _events in ready:
                wire = key.data
                if not wire.receive():
                    continue
                now = time.perf_counter()
                times.append(now - wire.sent_at)
                if now < ends:
                    wire.send(next(source))
                else:
                    open_ -= 1
    return times


def say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main() -> int:
    job = json.loads(sys.stdin.readline())
    source = requests(job)
    try:
        wires = [Wire(job["port"]) for _ in range(job["connections"])]
        warm = press(wires, source, job["warm_up"])
        say(warm=len(warm))
        began = time.perf_counter()
        times = press(wires, source, job["seconds"])
        say(times=times, seconds=time.perf_counter() - began)
    except (Unexpected, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
