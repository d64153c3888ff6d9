"""A fact as Razorpay tells it: the bytes of one body, and when we first had them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Entity = Mapping[str, Any]

FINAL = ("cancelled", "completed", "expired")
# The times that lie behind a snapshot: the end of a period says nothing of when it was taken.
PAST = ("created_at", "issued_at", "paid_at", "expired_at", "ended_at")

RANKS = {
    "created": 0,
    "authenticated": 1,
    "pending": 2,
    "halted": 3,
    "paused": 4,
    "resumed": 5,
    "updated": 5,
    "activated": 5,
    "active": 5,  # an answer of the API has no event: its status says it
    "charged": 6,
    "cancelled": 7,
    "completed": 7,
    "expired": 7,
}


@dataclass(frozen=True)
class Fact:
    """One delivery: `raw` is the signed body; `learnt`, when it first arrived, in Unix seconds."""

    raw: bytes
    learnt: int = 0

    @cached_property
    def body(self) -> dict[str, Any]:
        """The body, read; an empty one where it is not a JSON object."""
        try:
            body = json.loads(self.raw)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def event(self) -> str:
        """The name of the event, "" where the body has none."""
        return str(self.body.get("event") or "")

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the raw body: the last word between two snapshots."""
        return hashlib.sha256(self.raw).hexdigest()

    def entity(self, name: str) -> Entity:
        """The snapshot of that kind inside, empty where there is none."""
        part = (self.body.get("payload") or {}).get(name) or {}
        entity = part.get("entity") if isinstance(part, dict) else None
        return entity if isinstance(entity, dict) else {}

    @cached_property
    def as_of(self) -> int:
        """Top-level created_at, else the one inside payload, else the largest in the entities."""
        return max(self._times(), default=0) if self._date is None else self._date

    @property
    def is_dated(self) -> bool:
        """Whether the body itself says when it was true."""
        return self._date is not None

    @cached_property
    def _date(self) -> int | None:
        told = (self.body.get("created_at"), (self.body.get("payload") or {}).get("created_at"))
        return next((int(when) for when in told if when), None)

    @property
    def step(self) -> str:
        """What happened to the subscription: the event's last word, or an answer's status."""
        kind, _, step = self.event.partition(".")
        if kind != "subscription":
            return ""
        return str(self.entity(kind).get("status") or "") if step == "fetched" else step

    def _times(self) -> Iterator[int]:
        for name in self.body.get("payload") or {}:
            entity = self.entity(name)
            yield from (int(entity[key]) for key in PAST if entity.get(key))

    @property
    def mark(self) -> tuple[bool, int, int, int, int, str]:
        """How this snapshot of a subscription compares with another one (spec: greatest wins)."""
        entity = self.entity("subscription")
        return (
            entity.get("status") in FINAL,
            self.as_of,
            RANKS.get(self.step, 0),
            int(entity.get("paid_count") or 0),
            int(entity.get("auth_attempts") or 0),
            self.digest,
        )


def fact(body: Mapping[str, Any], learnt: int = 0) -> Fact:
    """The fact that this body tells, written as our tests send it."""
    return Fact(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), learnt)
