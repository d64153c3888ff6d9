"""How a life is written: a clock that moves on, and bodies as odd as Razorpay's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.lives import DAY, Life
from tests.samples import MISSING, sample
from webhooks import answers

Some = TypeVar("Some")

HOUR = 3600
# Often the same second.
STEPS = (0, 0, 1, 60, HOUR, DAY, 3 * DAY)
TRUE = (True, 1, "1")


def answered(name: str, when: int, **entities: dict[str, Any]) -> dict[str, Any]:
    """What Razorpay's API said when it was asked then: sent as it stands here, it makes the very
    bytes that the inbox keeps of it."""
    body: dict[str, Any] = json.loads(answers.body_of(name, entities, when))
    return body


class Writer:
    """Writes one life, as Hypothesis draws it."""

    def __init__(self, draw: st.DrawFn, now: int) -> None:
        self.draw, self.now = draw, now
        self.told: Life = []

    def one(self, options: Sequence[Some]) -> Some:
        """One of these; the first is the plainest."""
        return self.draw(st.sampled_from(options))

    def chance(self) -> bool:
        """Yes or no; no is the plainer."""
        return self.draw(st.booleans())

    def wait(self, *steps: int) -> None:
        """Time goes by."""
        self.now += self.one(steps or STEPS)

    def until(self, moment: int) -> None:
        """Time goes by until then, if it has not."""
        self.now = max(self.now, moment)

    def say(self, name: str, **entities: dict[str, Any]) -> None:
        """Razorpay tells it now. Some bodies bear no date, or bear it inside."""
        body = sample(name, created_at=self.now, **entities)
        if self.one((False,) * 9 + (True,)):
            moved = {"created_at": body.pop("created_at")} if self.chance() else {}
            body["payload"].update(moved)
        self.told.append(body)

    def answer(self, name: str, **entities: dict[str, Any]) -> None:
        """Razorpay is asked now."""
        self.told.append(answered(name, self.now, **entities))

    def odd(self, *values: Any) -> Any:
        """One of these values, or the key is missing."""
        return self.one((*values, MISSING))
