"""Carries the sandbox's webhooks to Raseed's receiver: late, twice, out of order, or not at all.

Dropped is only what Raseed finds by asking where it promises to ask: once it knows of a failure it
follows the series to its end, and it follows each debit that it made itself. What nobody could know
of without `reconcile` (a first failure, a renewal that went well, a charge after a halt) arrives,
however late: finding that is another promise than the one that is proved here.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
import sqlite3
from typing import Any

from django.test import RequestFactory

from sandbox.sending import headers
from tests.simulation.cases import Purchase, Shop
from tests.simulation.clock import HOUR, Clock
from tests.simulation.options import Plan
from webhooks import views

# Of one event: the share that arrives twice, some minutes late, many hours late, never.
TWICE, SOON, LATE, NEVER = 0.10, 0.25, 0.05, 0.12


class Post:
    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self.clock = clock
        self.requests = RequestFactory()
        self.seen = 0
        self.waiting: list[tuple[int, int, Shop, str, bytes]] = []
        self.order = itertools.count()
        self.counts = dict.fromkeys(("events", "delivered", "twice", "late", "dropped"), 0)

    def collect(self) -> list[sqlite3.Row]:
        """What happened at Razorpay since the last time, oldest first."""
        world = self.clock.world
        assert world is not None
        with world.turn():
            rows = world.books.run("SELECT * FROM events WHERE seq > ? ORDER BY seq", self.seen)
        if rows:
            self.seen = rows[-1]["seq"]
        return rows

    def send(self, row: sqlite3.Row, purchase: Purchase, *, may_drop: bool) -> int | None:
        """When it arrives; None if it never does."""
        self.counts["events"] += 1
        shop, body = purchase.case.shop, row["body"].encode()
        chance = purchase.case.draw(row["type"])
        if self.plan.calm:
            return self.put(self.clock.now, shop, row["id"], body)
        if may_drop and chance.random() < NEVER:
            self.counts["dropped"] += 1
            return None
        arrives = self.clock.now + delay(chance)
        if arrives > self.clock.now + HOUR:
            self.counts["late"] += 1
        self.put(arrives, shop, row["id"], body)
        if chance.random() < TWICE:
            self.counts["twice"] += 1
            self.put(arrives + delay(chance), shop, row["id"], body)
        return arrives

    def put(self, arrives: int, shop: Shop, event_id: str, body: bytes) -> int:
        heapq.heappush(self.waiting, (arrives, next(self.order), shop, event_id, body))
        return arrives

    def next(self) -> int | None:
        return self.waiting[0][0] if self.waiting else None

    def deliver(self) -> int:
        """All that has arrived by now; how many."""
        count = 0
        while self.waiting and self.waiting[0][0] <= self.clock.now:
            _at, _order, shop, event_id, body = heapq.heappop(self.waiting)
            self.hand_over(shop, event_id, body)
            count += 1
        self.counts["delivered"] += count
        return count

    def hand_over(self, shop: Shop, event_id: str, body: bytes) -> None:
        signed = headers(event_id, body, shop.secret)
        path = f"/webhooks/razorpay/{shop.gateway.token}/"
        request = self.requests.post(path, body, content_type="application/json", headers=signed)
        answer: Any = views.receive(request, shop.gateway.token)
        if answer.status_code != 200:
            raise RuntimeError(f"The receiver answered {answer.status_code}: {answer.content}")


def delay(chance: random.Random) -> int:
    luck = chance.random()
    if luck < LATE:
        return int(chance.uniform(1, 20) * HOUR)
    return int(chance.uniform(0, 900)) if luck < LATE + SOON else int(chance.uniform(0, 3))


def entities(row: sqlite3.Row) -> dict[str, Any]:
    """The event's entities by their names."""
    payload = json.loads(row["body"])["payload"]
    return {name: found["entity"] for name, found in payload.items() if name != "created_at"}
