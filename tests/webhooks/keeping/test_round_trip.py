"""A whole life exported, with old bodies dropped, and imported where only the own records are:
the books are the same."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from gateways.models import Gateway
from orders.models import Mail, Order, Payment
from subscriptions.models import Subscription
from tests import books, lives
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.keeping.conftest import PERIOD
from tests.webhooks.keeping.oddities import UNREADABLE
from webhooks import work
from webhooks.keeping import dropping, exporting
from webhooks.keeping.importing import Import
from webhooks.models import Event

LIVES = [
    lives.paid_and_partly_refunded_twice,
    lives.late_authorisation_given_back,
    lives.disputed_and_lost,
    lambda: [sample("payment.failed.card"), sample("payment.captured")],
    lambda: [sample(f"subscription.{s}") for s in ("activated", "charged", "pending", "halted")],
    lambda: [sample("invoice.paid"), sample("subscription.charged"), sample("token.confirmed")],
]


class Elsewhere(Exception):
    """Back to an installation that never heard of it."""


@pytest.mark.usefixtures("clock", "order", "subscription")
@pytest.mark.parametrize("dropped", [False, True], ids=["whole", "dropped"])
@pytest.mark.parametrize("life", LIVES, ids=range(len(LIVES)))
def test_the_books_come_back(
    razorpay: Razorpay, gateway: Gateway, life: Any, dropped: bool
) -> None:
    def whole() -> Any:
        """Mails apart: here nobody is written to."""
        return books.of(gateway) | {"events": sorted(Event.objects.values_list("type", "status"))}

    with suppress(Elsewhere), transaction.atomic():
        razorpay.tell(*life(), sample("payment.captured", payment={"id": "pay_Other", "notes": {}}))
        for body in (*UNREADABLE.values(), b'{"event":"qr_code.closed"}'):
            razorpay.post(body)
        work.work()
        if dropped:
            dropping.drop(timezone.now() + PERIOD + timedelta(minutes=1))
            assert not Event.objects.filter(kept=None).exists()
        before = whole()
        # Written when dropped: the clock of a test stands still, and that lies ahead of it.
        Event.objects.exclude(body_dropped_at=None).update(body_dropped_at=timezone.now())
        lines = list(exporting.of_gateway(gateway))
        raise Elsewhere
    assert not Event.objects.exists()
    assert not Payment.objects.exists()
    said: list[str] = []
    Import(gateway, said.append).take(io.BytesIO("".join(lines).encode()))
    assert said == []
    while work.work():
        pass
    assert whole() == before
    assert set(Mail.objects.values_list("state", flat=True)) <= {"replayed"}
    # And what is exported there is the same file.
    assert list(exporting.of_gateway(gateway)) == lines
    assert (Order.objects.count(), Subscription.objects.count()) == (2, 1)
