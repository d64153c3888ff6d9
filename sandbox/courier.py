"""Carries events to webhooks, several at a time, so that a slow receiver delays nobody else."""

import sqlite3
import threading
import time

from sandbox import deliveries
from sandbox.books import Doc
from sandbox.sending import Errand, headers
from sandbox.world import World

LOOK_AGAIN = 0.5
# At closing time, for what is still connecting somewhere.
PATIENCE = 0.3


class Courier:
    def __init__(self, world: World) -> None:
        self._world = world
        self._bell = threading.Event()
        self._stopping = False
        self._under_way: dict[int, tuple[str, Errand]] = {}
        self._threads: set[threading.Thread] = set()
        self._dispatcher = threading.Thread(target=self._dispatch, name="courier", daemon=True)

    def start(self) -> None:
        self._world.ring_courier = self.ring
        self._dispatcher.start()

    def ring(self) -> None:
        self._bell.set()

    def stop(self) -> None:
        """What is under way stays pending in the books and is sent again another time."""
        self._stopping = True
        self.ring()
        self._dispatcher.join()
        for _, errand in list(self._under_way.values()):
            errand.break_off()
        end = time.monotonic() + PATIENCE
        for thread in list(self._threads):
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def _dispatch(self) -> None:
        while not self._stopping:
            self._bell.clear()
            self._break_off_late_ones()
            wait = self._send_what_is_due()
            self._bell.wait(wait)

    def _break_off_late_ones(self) -> None:
        for _, errand in list(self._under_way.values()):
            if errand.is_late():
                errand.break_off()

    def _send_what_is_due(self) -> float:
        """Start what is due; say how long nothing else can be."""
        world, wait = self._world, LOOK_AGAIN
        with world.turn():
            limit = deliveries.manners(world)["parallel"]
            now = world.clock.now()
            for webhook in world.books.all("webhook"):
                if webhook["active"]:
                    for job in self._due(webhook, now, limit):
                        self._start(job, webhook)
                    wait = min(wait, self._next(webhook, now) - now)
        return max(0.0, wait)

    def _due(self, webhook: Doc, now: float, limit: int) -> list[sqlite3.Row]:
        busy = sum(1 for hook_id, _ in list(self._under_way.values()) if hook_id == webhook["id"])
        jobs = self._world.books.run(
            "SELECT d.*, e.body, e.created_at FROM deliveries d JOIN events e ON e.id = d.event_id"
            " WHERE d.status = 'pending' AND d.webhook_id = ? AND d.due_at <= ?"
            " ORDER BY d.due_at, d.seq LIMIT ?",
            *(webhook["id"], now, limit + busy),
        )
        waiting = [job for job in jobs if job["seq"] not in self._under_way]
        return waiting[: max(0, limit - busy)]

    def _next(self, webhook: Doc, now: float) -> float:
        rows = self._world.books.run(
            "SELECT MIN(due_at) AS next FROM deliveries"
            " WHERE status = 'pending' AND webhook_id = ? AND due_at > ?",
            *(webhook["id"], now),
        )
        return float(rows[0]["next"] or now + LOOK_AGAIN)

    def _start(self, job: sqlite3.Row, webhook: Doc) -> None:
        body = job["body"].encode()
        errand = Errand(webhook["url"], body, headers(job["event_id"], body, job["secret"]))
        self._under_way[job["seq"]] = (webhook["id"], errand)
        thread = threading.Thread(target=self._carry, args=(job, errand), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _carry(self, job: sqlite3.Row, errand: Errand) -> None:
        try:
            status, answer = errand.run()
            if not self._stopping:
                self._record(job, status, answer)
        finally:
            self._under_way.pop(job["seq"], None)
            self._threads.discard(threading.current_thread())
            self.ring()

    def _record(self, job: sqlite3.Row, status: int | None, answer: str) -> None:
        with self._world.turn():
            if status is not None and 200 <= status < 300:
                deliveries.succeeded(self._world, job, status, answer)
            else:
                deliveries.failed(self._world, job, status, answer)
