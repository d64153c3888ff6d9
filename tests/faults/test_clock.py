"""What a clock that was wrong leaves behind."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone

from orders.models import Order
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks import claims, work
from webhooks.models import Event


def test_a_lease_made_by_a_clock_that_was_ahead_ends_when_it_is_set_right(
    razorpay: Razorpay, order: Order
) -> None:
    """The worker that had it was killed meanwhile, so nobody will give it back."""
    razorpay.post(sample("payment.captured"))
    now = timezone.now()
    with time_machine.travel(now + timedelta(hours=1)):
        _name, leased = claims.take()
    assert len(leased) == 1
    with time_machine.travel(now + timedelta(minutes=1)):
        work.work()
    assert Event.objects.get().status == "processed"


def test_a_lease_of_a_clock_that_is_a_little_ahead_is_left_alone(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.post(sample("payment.captured"))
    now = timezone.now()
    with time_machine.travel(now + claims.LEASE / 2):
        _name, leased = claims.take()
    with time_machine.travel(now):
        assert claims.take()[1] == []
    assert len(leased) == 1
