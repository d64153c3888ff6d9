"""What is told: many lives of orders and subscriptions, each with ids and times of its own.

The lives are those that the other tests tell, a little in the past: no fact is so near the age at
which it stops being news, and no re-attempt so near its time, that it would matter when in the run
an event arrives.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests import lives
from tests.lives import DAY, T, charged
from tests.samples import as_bytes, sample

HOUR = 3600
FAR = 500 * DAY  # a number so near to T is a time; amounts are smaller
# Hours since the last day's return of each event of a life.
YOUNGEST, OLDEST = 3, 20
ORDER, SUBSCRIPTION, STRANGER = "order", "subscription", "stranger"
# A look at Razorpay's API, and so no webhook.
ASKED = ".fetched"


@dataclass(frozen=True)
class Told:
    """One event: the body that is signed, and the life that it is part of."""

    number: int
    life: int
    body: bytes

    @property
    def event_id(self) -> str:
        return f"evt_{self.number:010d}"


@dataclass(frozen=True)
class Life:
    """One order or subscription of ours, or somebody else's; its bodies as they happened."""

    number: int
    kind: str
    name: str
    bodies: tuple[bytes, ...]

    @property
    def email(self) -> str:
        return f"buyer{self.number}@example.com"


def strangers() -> lives.Life:
    """Another shop's payment on the same Razorpay account, and an event that we do not act on."""
    captured = sample("payment.captured", created_at=T)
    other = sample("payment.authorized", created_at=T, payment={"id": "pay_RsdOther000001"})
    return [captured, {**other, "event": "payment.downtime.started"}]


def one_period(n: int) -> lives.Life:
    return [charged(k, T + k * lives.MONTH + 8) for k in range(n + 1)]


def paid_for_three_months() -> lives.Life:
    return one_period(2)


MAKERS: list[tuple[str, Callable[[], lives.Life]]] = [
    *[(ORDER, make) for make in lives.ONE_TIME for _twice in range(2)],
    *[
        (SUBSCRIPTION, make)
        for make in [*lives.RECURRING, paid_for_three_months]
        if not any(body["event"].endswith(ASKED) for body in make())
    ],
    (STRANGER, strangers),
]


def many(count: int, seed: int, now: int) -> list[Life]:
    """Lives with `count` events together; the last one may be cut short."""
    chance = random.Random(f"{seed}/lives")
    told: list[Life] = []
    left = count
    while left > 0:
        kind, make = chance.choice(MAKERS)
        life = one(len(told), kind, make, chance, now)
        told.append(Life(life.number, life.kind, life.name, life.bodies[:left]))
        left -= len(life.bodies)
    return told


def one(
    number: int, kind: str, make: Callable[[], lives.Life], chance: random.Random, now: int
) -> Life:
    bodies = make()
    shift = delay(bodies, chance, now)
    own = [changed(body, f"{number}x", shift) for body in bodies]
    return Life(number, kind, make.__name__, tuple(as_bytes(body) for body in own))


def delay(bodies: lives.Life, chance: random.Random, now: int) -> int:
    """By how many seconds a life is moved, so that it ends some hours ago."""
    moments: list[int] = [body.get("created_at", T) for body in bodies]
    for _try in range(1000):
        age = int(chance.uniform(YOUNGEST, OLDEST) * HOUR)
        shift = now - age - max(moments)
        ages = [(now - moment - shift) % DAY / HOUR for moment in moments]
        if all(YOUNGEST <= hours <= OLDEST for hours in ages):
            return shift
    raise ValueError("a life that lasts too long to be told so")


def changed(value: Any, number: str, shift: int) -> Any:
    """The same body with ids of its own, at another time. Plans and the account stay."""
    if isinstance(value, dict):
        return {key: changed(inner, number, shift) for key, inner in value.items()}
    if isinstance(value, list):
        return [changed(inner, number, shift) for inner in value]
    if isinstance(value, str):
        stays = value.startswith(("plan_", "acc_"))
        return value if stays else value.replace("_Rsd", f"_R{number}", 1)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value - T) < FAR:
        return value + shift
    return value


def events_of(told: list[Life]) -> list[Told]:
    """All their events, numbered."""
    return list(numbered(told))


def numbered(told: list[Life]) -> Iterator[Told]:
    number = 0
    for life in told:
        for body in life.bodies:
            yield Told(number, life.number, body)
            number += 1
