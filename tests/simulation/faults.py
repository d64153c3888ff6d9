"""What goes wrong, when, and for whom: known before the run begins, so that it can be judged.

Each shop's Razorpay has its own bad hours, in which every call fails in one way. Apart from that a
share of all answers is lost, and now and then one is half, slow, or says to slow down. Keys are
revoked and mended after hours or days. The clock of our servers is behind for some hours.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

from tests.simulation.clock import DAY, HOUR, START
from tests.simulation.options import Plan
from tests.simulation.wire import FINE, UNREACHABLE

# How each bad hour shows, as the sandbox names it.
MOODS = (UNREACHABLE, "timeout", "502", "429", "500")
# Of the answers that are not lost, one in so many is odd.
ODD = {"junk": 0.01, "429": 0.01, "502": 0.01, "500": 0.005, UNREACHABLE: 0.01}
REVOKED = "revoked"
# A bad hour is hardly ever a bad day.
LENGTHS = (HOUR // 4, HOUR, HOUR, 3 * HOUR, 8 * HOUR, 20 * HOUR)


class Window(NamedTuple):
    start: int
    end: int
    mood: str


@dataclass(frozen=True)
class Faults:
    """All that is planned. `bad` by the shop's number."""

    plan: Plan
    bad: dict[int, list[Window]]
    revoked: dict[int, list[Window]]
    behind: list[tuple[int, int, int]]  # from, to, by how many seconds

    def mood(self, shop: int, now: int) -> str:
        """How Razorpay is to this shop now."""
        for window in self.bad[shop]:
            if window.start <= now < window.end:
                return window.mood
        return FINE

    def of_call(self, shop: int, now: int, draw: random.Random) -> str:
        """How this one call fails, if it does."""
        mood = self.mood(shop, now)
        if mood != FINE:
            return mood
        if draw.random() < self.plan.lost:
            return "lost"
        luck = draw.random()
        for kind, share in {} if self.plan.calm else ODD.items():
            luck -= share
            if luck < 0:
                return kind
        return FINE

    def closed(self, shop: int) -> list[Window]:
        return sorted(self.bad[shop] + self.revoked[shop])

    def after(self, shop: int, moment: int, seconds: int) -> int:
        """When so much time has passed in which this shop could ask Razorpay."""
        at, left = moment, seconds
        for window in self.closed(shop):
            if window.end <= at:
                continue
            if window.start - at >= left:
                break
            left -= max(0, window.start - at)
            at = max(at, window.end)
        return at + left + self.lag(moment, at + left)

    def lag(self, start: int, end: int) -> int:
        """What a clock that was wrong in between may delay besides."""
        return max((by + (to - since) for since, to, by in self.behind
                    if since < end and to + by > start), default=0)  # fmt: skip

    def wrong_by(self, now: int) -> int:
        return next((by for start, end, by in self.behind if start <= now < end), 0)


def planned(plan: Plan, shops: int) -> Faults:
    """The same for the same seed, whoever takes part."""
    chance = random.Random(f"{plan.seed}/faults")
    if plan.calm:
        empty: dict[int, list[Window]] = {number: [] for number in range(shops)}
        return Faults(plan, empty, dict(empty), [])
    bad = {number: bad_hours(plan, chance) for number in range(shops)}
    revoked = {number: revocations(plan, chance) for number in range(shops)}
    return Faults(plan, bad, revoked, wrong_clocks(plan, chance))


def bad_hours(plan: Plan, chance: random.Random) -> list[Window]:
    found, at = [], START + 2 * DAY
    while at < START + plan.days * DAY:
        at += int(chance.expovariate(1 / (6 * DAY)))
        length = int(chance.choice(LENGTHS) * chance.uniform(0.5, 1.5))
        found.append(Window(at, at + length, chance.choice(MOODS)))
        at += length
    return found


def revocations(plan: Plan, chance: random.Random) -> list[Window]:
    """From the revocation until the seller has put in new keys."""
    found, at = [], START + 10 * DAY
    while at < START + plan.days * DAY:
        at += int(chance.expovariate(1 / (70 * DAY)))
        length = int(chance.uniform(2, 40) * HOUR)
        found.append(Window(at, at + length, REVOKED))
        at += length + 5 * DAY
    return found


def wrong_clocks(plan: Plan, chance: random.Random) -> list[tuple[int, int, int]]:
    found, at = [], START + 15 * DAY
    while at < START + plan.days * DAY:
        at += int(chance.uniform(20, 60) * DAY)
        length = int(chance.uniform(1, 12) * HOUR)
        found.append((at, at + length, chance.choice((600, HOUR, 5 * HOUR, 26 * HOUR))))
        at += length
    return found
