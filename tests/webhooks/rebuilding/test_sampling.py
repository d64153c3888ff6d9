"""Every night a few accounts, in turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Problem
from orders.models import Order, Payment
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import moves_in
from webhooks import tasks
from webhooks.models import Rebuild
from webhooks.rebuilding import sampling

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def both(razorpay: Razorpay, order: Order, stranger: Seller) -> tuple[Account, Account]:
    """Ours with one event, the neighbour's with two."""
    razorpay.tell(sample("payment.captured"))
    moves_in(stranger.account).tell(sample("payment.captured"), sample("order.paid"))
    return order.gateway.account, stranger.account


def test_those_that_were_never_rebuilt_come_first_then_the_longest_ago(
    both: tuple[Account, Account],
) -> None:
    ours, theirs = both
    assert list(sampling.of(5)) == [ours, theirs]
    now = timezone.now()
    Rebuild.objects.create(account=ours, started_at=now - timedelta(days=2))
    assert list(sampling.of(5)) == [theirs, ours]
    Rebuild.objects.create(account=theirs, started_at=now - timedelta(days=3))
    assert list(sampling.of(1)) == [theirs]
    Rebuild.objects.create(account=theirs, started_at=now)
    assert list(sampling.of(1)) == [ours]


def test_an_account_without_events_is_in_no_sample(order: Order) -> None:
    assert list(sampling.of(5)) == []


def test_a_night_ends_with_its_budget(both: tuple[Account, Account]) -> None:
    ours, theirs = both
    assert list(sampling.within(2)) == [(ours, None)], "the other is the first of another night"
    assert list(sampling.within(3)) == [(ours, None), (theirs, None)]


def test_the_task_tells_of_the_account_that_differs(
    both: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # it is the test's own
    _ours, theirs = both
    Payment.objects.filter(gateway__account=theirs).update(amount=1)
    tasks.rebuild_sample()
    assert Rebuild.objects.count() == 2
    assert Problem.objects.get(kind="books_differ").account == theirs
