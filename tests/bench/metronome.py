"""Open loop, a process of its own: one event at each beat, whether or not the last was answered.

Times count from the beat and not from the sending, so that a stalled server is not hidden. The job
comes as one JSON line on stdin; the result goes out as one.
"""

from __future__ import annotations

import json
import selectors
import sys
import time
from typing import Any

from tests.bench import bodies
from tests.bench.pressure import SILENCE, say
from tests.bench.wire import Unexpected, Wire


def keep_time(port: int, requests: list[bytes], rate: float) -> list[float]:
    """Send at `rate` per second; the seconds from each beat to its answer, in order."""
    times = [0.0] * len(requests)
    free = [Wire(port) for _ in range(4)]
    pending: dict[Wire, int] = {}
    sent, began = 0, time.perf_counter() + 0.1
    with selectors.DefaultSelector() as selector:
        while sent < len(requests) or pending:
            while sent < len(requests) and began + sent / rate <= time.perf_counter():
                wire = free.pop() if free else Wire(port)
                pending[wire] = sent
                selector.register(wire, selectors.EVENT_READ, wire)
                wire.send(requests[sent])
                sent += 1
            beat = began + sent / rate - time.perf_counter()
            ready = selector.select(max(0, beat) if sent < len(requests) else SILENCE)
            if not ready and sent == len(requests):
                raise Unexpected(f"no answer for {SILENCE:.0f} s")
            for key, _events in ready:
                wire = key.data
                if wire.receive():
                    number = pending.pop(wire)
                    times[number] = time.perf_counter() - began - number / rate
                    selector.unregister(wire)
                    free.append(wire)
    return times


def main() -> int:
    job: dict[str, Any] = json.loads(sys.stdin.readline())
    signed = [
        bodies.request(
            bodies.for_order(order_id, job["amount"]), path=job["path"], secret=job["secret"]
        )
        for order_id in job["orders"]
    ]
    try:
        say(times=keep_time(job["port"], signed, job["rate"]))
    except (Unexpected, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
