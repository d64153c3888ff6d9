"""A buyer whose charge fails, by a mandate of ours; one clock for us and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.models import Account
from orders import visiting
from orders.models import Customer
from subscriptions.models import Bill, Subscription
from tests.gateways.stand_in import connect, desk
from tests.sandbox.desk import Desk
from tests.subscriptions.debiting.stage import BEGIN, DAY, Stage

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(BEGIN, tick=False) as travelled:
        yield travelled


@pytest.fixture
def stage(clock: Any, desk: Desk, account: Account) -> Stage:
    desk.press("debits/speed", minutes=0)
    return Stage(desk, connect(account), clock)


@pytest.fixture
def paid(stage: Stage, customer: Customer) -> Subscription:
    """By UPI, for its first month."""
    made = stage.subscription(customer)
    stage.authorise(made, method="upi")
    return made


@pytest.fixture
def failing(stage: Stage, paid: Subscription) -> Subscription:
    """Its second charge has just failed."""
    stage.fails()
    stage.until(stage.due(paid))
    stage.work()
    stage.hear()
    paid.refresh_from_db()
    assert paid.status == "pending"
    return paid


@pytest.fixture
def halted(stage: Stage, failing: Subscription) -> Subscription:
    """All three re-attempts have failed, too."""
    stage.wait(5 * DAY, step=DAY / 4)
    failing.refresh_from_db()
    assert failing.status == "halted"
    return failing


def owed(subscription: Subscription) -> Bill:
    """The bill that could not be charged."""
    found = subscription.bills.filter(authorises=False).order_by("-number").first()
    assert found is not None
    return found


def browser_of(customer: Customer) -> Client:
    client = Client()
    client.post(urlsplit(visiting.make(customer)).path)
    return client


def words(client: Client, path: str = "/my/") -> str:
    """A page's words, with single blanks."""
    cache.clear()  # so that Razorpay is asked each time
    response = client.get(path, follow=True)
    assert response.status_code == 200, path
    return " ".join(response.content.decode().split())
