"""Accepted -> access: the time until a payment has opened what was bought, at a steady rate."""

from __future__ import annotations

import contextlib
import select
import threading
import time
from collections.abc import Iterator

from django.db import connection

from tests.bench import database, drivers
from tests.bench.cpu import Meter
from tests.bench.figures import Steady
from tests.bench.options import Plan
from tests.bench.processes import Failed, wait_until
from tests.bench.receivers import Receiver
from tests.bench.shop import AMOUNT, Shop

WARM_UP = 3  # seconds of events that are not counted
# Nobody can see a grant before its transaction is committed, and PostgreSQL sends a notification
# then: later than `processed_at`, which is written inside the transaction.
TELL = """
CREATE FUNCTION bench_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('bench_access', NEW.order_id::text); RETURN NULL; END $$;
CREATE TRIGGER bench_tell AFTER INSERT ON orders_grant
FOR EACH ROW EXECUTE FUNCTION bench_tell();
"""
TIMES = """
SELECT order_id, extract(epoch FROM received_at)::float8,
       extract(epoch FROM processed_at - received_at)::float8
FROM webhooks_event WHERE status = 'processed' AND id > {}
"""


class Listener:
    """When each order's grant became visible, in unix seconds of this machine's clock."""

    def __init__(self) -> None:
        self.seen: dict[int, float] = {}
        self.over = threading.Event()
        self.ready = threading.Event()

    def listen(self) -> None:
        """In a thread of its own, so on a connection of its own."""
        with connection.cursor() as cursor:
            cursor.execute("LISTEN bench_access")
        self.ready.set()
        raw = connection.connection
        while not self.over.is_set():
            select.select([raw], [], [], 0.2)
            raw.poll()
            now = time.time()
            while raw.notifies:
                self.seen.setdefault(int(raw.notifies.pop().payload), now)
        connection.close()


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    database.execute(TELL)
    listener = Listener()
    thread = threading.Thread(target=listener.listen, daemon=True)
    thread.start()
    try:
        listener.ready.wait(5)
        yield listener
    finally:
        listener.over.set()
        thread.join()
        database.execute("DROP FUNCTION bench_tell CASCADE")


def measure(receiver: Receiver, worker: int, shop: Shop, plan: Plan, meter: Meter) -> Steady:
    """Pay one order at each beat, after some that only warm the processes up."""
    warm, counted = (
        shop.orders(round(WARM_UP * plan.rate)),
        shop.orders(round(plan.steady * plan.rate)),
    )
    with listening() as listener:
        drivers.beat(receiver, warm, AMOUNT, plan.rate)
        wait_until(lambda: len(listener.seen) == len(warm), "the worker opens the first orders")
        last = int(database.rows("SELECT max(id) FROM webhooks_event")[0][0])
        with meter.watching(web=receiver.process.pid, worker=worker) as usage:
            answers = drivers.beat(receiver, counted, AMOUNT, plan.rate)
        everyone = len(warm) + len(counted)
        wait_until(lambda: len(listener.seen) == everyone, "every paid order is opened")
    rows = database.rows(TIMES.format(last))
    check(len(counted), len(rows))
    return Steady(
        answers,
        [took for _order, _received, took in rows],
        [listener.seen[order] - received for order, received, _took in rows],
        usage.foreign,
    )


def check(counted: int, worked: int) -> None:
    """Every order is paid and opens one thing; nothing else happened."""
    paid = database.count("orders_order", "status = 'paid'")
    grants = database.count("orders_grant")
    every = database.count("orders_order")
    if not paid == grants == every or worked != counted:
        raise Failed(f"{every} orders, {paid} paid, {grants} grants; {worked} of {counted} events")
