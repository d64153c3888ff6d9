"""Simulated time: Razorpay's clock, and ours, which may be behind it for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine

from sandbox.world import World

# In 400 days from here there are two changes to summer time and back, a 29 February, and each month
# end. In the future of whoever runs it: certificates and tokens play no part.
START = int(datetime(2027, 6, 1, tzinfo=UTC).timestamp())
HOUR = 3_600
DAY = 24 * HOUR


class Clock:
    """`now` is the true time, which Razorpay keeps. What Python says is what our servers think."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self.world: World | None = None
        self.now = START
        self.behind = 0  # seconds by which our servers are wrong

    def go(self, moment: int) -> None:
        """On to a later moment."""
        self.now = max(self.now, moment)
        self.set()

    def set(self) -> None:
        self._traveller.move_to(self.now - self.behind, tick=False)
        if self.world is not None:
            self.world.clock.offset = self.behind


@contextmanager
def stopped() -> Iterator[Clock]:
    """Time stands still until somebody moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield Clock(traveller)


def shown(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
