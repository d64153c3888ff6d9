"""When a subscription ends that was told to end with its billing period.

Razorpay's entity does not show it (https://github.com/razorpay/razorpay-node/issues/330): what a
person told us is all there is. The words are those of a room to our right, which nothing here
imports.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orders.causes import at

OVER = {"cancelled", "completed", "expired"}


def of(subscription: Any) -> datetime | None:
    """Its end; None for one that goes on or is over. Many of them: fetch `instructions` with them.

    A period that began at that end, or later, shows that it went on after all.
    """
    if subscription.status in OVER:
        return None
    told = [row for row in subscription.instructions.all() if ends(row)]
    newest = max(told, key=lambda row: row.pk, default=None)
    if newest is None:
        return None
    end: datetime = newest.effective_at
    began = subscription.current_start
    return end if began is None or at(began) < end else None


def ends(instruction: Any) -> bool:
    done = instruction.kind == "cancel_at_end" and instruction.state == "done"
    return done and instruction.effective_at is not None
