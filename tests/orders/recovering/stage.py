"""A one-time order that failed, a clock, and a Razorpay that says what it is told to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from gateways.razorpay.client import Razorpay as Api
from orders.causes import at
from orders.models import Mail, Order, Reattempt
from orders.recovering import due
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import sample


def failed(when: int, number: int = 1, **fields: Any) -> dict[str, Any]:
    payment = {"id": f"pay_RsdFailed0000{number}", **fields}
    return sample("payment.failed", created_at=when, payment=payment)


def entity(body: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The payment of an event, as the API has it."""
    return {**body["payload"]["payment"]["entity"], **fields}


@dataclass
class Stage:
    """`api` is what Razorpay knows of tries to pay the order; an exception is raised instead."""

    clock: Any
    razorpay: Razorpay
    order: Order
    api: list[dict[str, Any]] | Exception = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def order_payments(self, order_id: str) -> list[dict[str, Any]]:
        self.asked.append(order_id)
        if isinstance(self.api, Exception):
            raise self.api
        return self.api

    def go(self, seconds: float) -> None:
        """To so many seconds after the samples' time."""
        self.clock.move_to(at(T) + timedelta(seconds=seconds))

    def make(self, seconds: float) -> int:
        self.go(seconds)
        return due.make()

    def fail(self, when: int = T, number: int = 1, **fields: Any) -> None:
        self.razorpay.tell(failed(when, number, **fields))

    def pay(self, when: int) -> None:
        self.razorpay.tell(sample("payment.captured", created_at=when))

    @property
    def rows(self) -> list[Reattempt]:
        return list(self.order.reattempts.filter(n__gt=0).order_by("n"))

    @property
    def states(self) -> list[str]:
        return [f"{row.state} {row.reason}".strip() for row in self.rows]

    @property
    def mails(self) -> list[str]:
        rows = Mail.objects.filter(order=self.order).exclude(kind__startswith="failure")
        return [f"{kind} {fact}" for kind, fact in rows.order_by("pk").values_list("kind", "fact")]


def connect(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> Stage:
    """What the code asks of Razorpay is answered by the stage; everything else fails loudly."""
    monkeypatch.setattr(
        Api, "order_payments", lambda _api, order_id: stage.order_payments(order_id)
    )
    return stage
