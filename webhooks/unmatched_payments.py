"""Payments that matched nothing, as the seller recognises them: how much, of whom, when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts import money
from gateways.razorpay.entities import Entity
from orders.causes import at
from orders.models import Payment
from webhooks import assigning
from webhooks.models import Event


@dataclass
class Told:
    """One payment, by the newest event that tells of it; `events`: how many of a page do."""

    event: Event
    payment: Entity | None
    events: int = 1

    @property
    def amount(self) -> str:
        if self.payment is None or self.payment.get("amount") is None:
            return ""
        return money.show(self.payment.get("amount"), self.payment.get("currency") or "INR")

    @property
    def email(self) -> str:
        return (self.payment and self.payment.get("email")) or ""

    @property
    def phone(self) -> str:
        return (self.payment and self.payment.get("contact")) or ""

    @property
    def status(self) -> str:
        return (self.payment and self.payment.get("status")) or ""

    @property
    def status_word(self) -> str:
        known = self.status in Payment.Status.values
        return str(Payment.Status(self.status).label) if known else self.status

    @property
    def when(self) -> datetime:
        """When it was made; else when we heard of it."""
        made = self.payment and self.payment.get("created_at")
        return at(made) if made else self.event.received_at

    @property
    def is_assignable(self) -> bool:
        return assigning.is_open_to(self.event)


def told(event: Event) -> Told:
    return Told(event, assigning.payment_of(event))


def of(events: Iterable[Event]) -> list[Told]:
    """Each payment once, the newest first; an event that tells of none stands for itself."""
    rows: dict[str, Told] = {}
    for row in map(told, events):
        key = row.payment.id if row.payment else str(row.event.pk)
        if key in rows:
            rows[key].events += 1
        else:
            rows[key] = row
    return list(rows.values())
