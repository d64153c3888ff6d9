"""Razorpay's side: signs, posts over several connections, and sends again until it is a 2xx.

Razorpay waits five seconds and sends again for 24 hours with growing gaps
(https://razorpay.com/docs/webhooks/best-practices/); the gaps are seconds here.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.history import NO_ANSWER, Answer, History
from tests.faults.machines import HOST
from tests.faults.told import Told

PATIENCE = 5.0  # seconds for an answer
GAPS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds until it is sent again; the last one from then on
CONNECTIONS = 10


@dataclass(frozen=True)
class Address:
    """Where a gateway's events go, and the secret that signs them."""

    port: int
    path: str
    secret: str


@dataclass(frozen=True, order=True)
class Try:
    """One delivery of one event, due at so many seconds of the run."""

    due: float
    event: int
    delivery: int
    attempt: int = 1


def planned(told: Sequence[Told], deliveries: int, seconds: float, seed: int) -> list[Try]:
    """Each event so many times, all of them shuffled, evenly spread over the run."""
    chance = random.Random(f"{seed}/deliveries")
    every = [(event.number, n) for n in range(deliveries) for event in told]
    chance.shuffle(every)
    gap = seconds / max(1, len(every))
    return [Try(place * gap, event, n) for place, (event, n) in enumerate(every)]


@dataclass
class Sender:
    """Threads that take what is due from one heap. `told` by the events' numbers."""

    told: Sequence[Told]
    address: Address
    history: History
    due: list[Try]
    seed: int
    lock: threading.Condition = field(default_factory=threading.Condition)
    over: threading.Event = field(default_factory=threading.Event)
    flying: int = 0

    def start(self) -> None:
        heapq.heapify(self.due)
        for number in range(CONNECTIONS):
            args = (random.Random(f"{self.seed}/{number}"),)
            threading.Thread(target=self.run, args=args, name="sender", daemon=True).start()

    def run(self, chance: random.Random) -> None:
        connection = http.client.HTTPConnection(HOST, self.address.port, timeout=PATIENCE)
        while (this := self.take()) is not None:
            answer = self.post(connection, this)
            self.history.add(answer)
            with self.lock:
                self.flying -= 1
                if not answer.accepted:
                    gap = GAPS[min(this.attempt, len(GAPS)) - 1] * chance.uniform(0.7, 1.3)
                    again = self.history.now() + gap
                    heapq.heappush(
                        self.due, Try(again, this.event, this.delivery, this.attempt + 1)
                    )
                self.lock.notify_all()
        connection.close()

    def take(self) -> Try | None:
        """The next one, once it is due; None when everything is accepted or we are to stop."""
        with self.lock:
            while not self.over.is_set() and (self.due or self.flying):
                wait = self.due[0].due - self.history.now() if self.due else PATIENCE
                if self.due and wait <= 0:
                    self.flying += 1
                    return heapq.heappop(self.due)
                self.lock.wait(min(wait, 1.0))
        return None

    def post(self, connection: http.client.HTTPConnection, this: Try) -> Answer:
        event = self.told[this.event]
        digest = hmac.new(self.address.secret.encode(), event.body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Razorpay-Webhook/v1",
            "X-Razorpay-Signature": digest,
            "x-razorpay-event-id": event.event_id,
        }
        sent, began = self.history.now(), time.perf_counter()
        try:
            connection.request("POST", self.address.path, body=event.body, headers=headers)
            response = connection.getresponse()
            status, word = response.status, word_of(response.read())
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status, word = NO_ANSWER, type(error).__name__
        took = time.perf_counter() - began
        return Answer(this.event, this.delivery, this.attempt, sent, took, status, word)

    def left(self) -> int:
        """Deliveries that are still to be accepted."""
        with self.lock:
            return len(self.due) + self.flying

    def close(self) -> None:
        self.over.set()
        with self.lock:
            self.lock.notify_all()


def word_of(body: bytes) -> str:
    """The status word of an answer, or the code of a refusal."""
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    return str(answer.get("status") or answer.get("error", {}).get("code", ""))
