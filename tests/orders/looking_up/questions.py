"""Questions of which only the names matter, and who was asked them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gateways.models import Gateway, LookUp
from gateways.razorpay.client import Razorpay

Kind, Why = LookUp.Kind, LookUp.Why
NOW = datetime.fromisoformat("2026-12-01T09:00:00Z")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Asked:
    """A question that notes who was asked; an answer that is an exception is raised."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.answers: dict[str, Any] = {}
        self.calls = 1

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        return False

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        self.seen.append(row.razorpay_id)
        razorpay.api.session.calls += self.calls
        answer = self.answers.get(row.razorpay_id, False)
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)


def rows(gateway: Gateway, *names: str, since: datetime = NOW - HOUR) -> None:
    for number, name in enumerate(names):
        LookUp.objects.create(
            gateway=gateway, kind=Kind.PAYMENT, razorpay_id=name, why=Why.STILL_AUTHORIZED,
            due_at=since + number * timedelta(seconds=1),
        )  # fmt: skip


def of(name: str) -> LookUp:
    return LookUp.objects.get(razorpay_id=name)
