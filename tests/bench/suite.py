"""Everything in order: rounds, receiver and worker together, the steady rate, memory."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

import redis

from tests.bench import database, drivers, pgbench, procfs, receivers, shop, steady, together
from tests.bench.cpu import Meter
from tests.bench.figures import Figures, Load, Round
from tests.bench.options import Plan
from tests.bench.receivers import Receiver

TOGETHER = 3  # turns of receiver and worker, at most


def say(text: str) -> None:
    """What is going on; the figures come at the end, on stdout."""
    sys.stderr.write(f"{text}\n")


def run(plan: Plan) -> Figures:
    with database.made(), redis.Redis.from_url(os.environ["CELERY_BROKER_URL"]) as broker:
        return Suite(plan, Meter(process_of(broker)), broker).run()


def process_of(broker: redis.Redis) -> int | None:
    """The broker's process id, if that process is on this machine."""
    server: Any = broker.info("server")
    pid = int(server["process_id"])
    process = procfs.alive().get(pid)
    return pid if process and process.name.startswith(("redis", "valkey")) else None


@dataclass
class Suite:
    plan: Plan
    meter: Meter
    broker: redis.Redis

    def run(self) -> Figures:
        ours = shop.open_one()
        with receivers.shipped(ours.path, ours.secret) as shipped:
            rounds = self.rounds(shipped)
            with receivers.worker() as worker:
                pid = worker.pid
                say("The steady rate, with the worker")
                self.clear()
                times = steady.measure(shipped, pid, ours, self.plan, self.meter)
                worked = []
                for turn in range(min(TOGETHER, self.plan.rounds)):
                    say(f"Receiver and worker together, turn {turn + 1}")
                    self.clear()
                    worked.append(together.measure(shipped, pid, self.plan, self.meter))
                memory = procfs.family("web", shipped.process.pid) + procfs.family("worker", pid)
        return Figures(rounds, worked, times, memory, database.settings())

    def rounds(self, shipped: Receiver) -> list[Round]:
        """A, C, R and again: what changes on the machine meanwhile meets all three."""
        has_pgbench = pgbench.is_here()
        if not has_pgbench:
            say("There is no pgbench on this machine: A is left out.")
        made = []
        with receivers.minimal() as minimal:
            for number in range(self.plan.rounds):
                say(f"Round {number + 1} of {self.plan.rounds}")
                self.clear()
                a = pgbench.insert(self.plan, self.meter) if has_pgbench else None
                made.append(Round({"A": a, "C": self.load(minimal), "R": self.load(shipped)}))
        return made

    def load(self, receiver: Receiver) -> Load:
        self.clear()
        return drivers.load(receiver, self.plan, self.meter)

    def clear(self) -> None:
        """No rows, no messages."""
        database.empty()
        self.broker.flushdb()
