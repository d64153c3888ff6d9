"""Refunds that people asked for are own records and point to payments, which are derived: a payment
that is made anew has another key."""

from __future__ import annotations

from collections import defaultdict
from typing import Self

from orders.models import Payment, RefundInstruction
from webhooks.rebuilding import records
from webhooks.rebuilding.scope import Scope


class Instructed:
    """Which instructions wait for which payment. Read before the shadow falls."""

    def __init__(self, waiting: dict[tuple[int, str], list[int]]) -> None:
        self.waiting = waiting
        # No key of a shadow's is one of a real row, and they grow.
        self.looked_to = 0

    @classmethod
    def by(cls, scope: Scope) -> Self:
        """The instructions of an account, or of a part."""
        waiting = defaultdict(list)
        rows = records.rows(RefundInstruction, scope)
        named = rows.values_list("pk", "payment__gateway_id", "payment__razorpay_payment_id")
        for pk, gateway_id, razorpay_id in named:
            waiting[gateway_id, razorpay_id].append(pk)
        return cls(dict(waiting))

    def point(self) -> None:
        """Let them point to the payments that have appeared since the last look."""
        if not self.waiting:
            return
        fresh = Payment.objects.filter(pk__gt=self.looked_to).order_by("pk")
        for pk, gateway_id, name in fresh.values_list("pk", "gateway_id", "razorpay_payment_id"):
            self.looked_to = pk
            asked = self.waiting.pop((gateway_id, name), [])
            if asked:
                RefundInstruction.objects.filter(pk__in=asked).update(payment=pk)
