"""RW: the receiver under full load while the worker works what comes in."""

from __future__ import annotations

from tests.bench import database, drivers
from tests.bench.cpu import Meter
from tests.bench.figures import Worked
from tests.bench.options import Plan
from tests.bench.processes import wait_until
from tests.bench.receivers import Receiver

# Rows that the worker holds are left to it.
CLOSE = """
UPDATE webhooks_event SET processed_at = now() WHERE id IN (
    SELECT id FROM webhooks_event WHERE processed_at IS NULL FOR UPDATE SKIP LOCKED
)
"""
OPEN = "processed_at IS NULL"


def measure(receiver: Receiver, worker: int, plan: Plan, meter: Meter) -> Worked:
    """The events are about orders that nobody made: the worker looks, finds none and says so."""
    load = drivers.load(receiver, plan, meter, worker=worker)
    left = database.count("webhooks_event", OPEN)
    worked = database.count("webhooks_event") - left
    wait_until(nothing_left, "the worker comes to rest")
    return Worked(load, worked, left)


def nothing_left() -> bool:
    """Close what is left, so that the next measurement does not begin with a backlog."""
    database.execute(CLOSE)
    return database.count("webhooks_event", OPEN) == 0
