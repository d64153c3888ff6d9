"""A mandate about which Razorpay refuses to say anything stands as it stood."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders.models import Payment
from subscriptions.models import Mandate, Subscription
from tests.webhooks.reconciling import day
from tests.webhooks.reconciling.shop import HOUR, Shop
from webhooks.reconciling import objects


@pytest.fixture
def given(shop: Shop) -> Shop:
    """A mandate that everybody knows of."""
    shop.stage.delivers = True
    shop.stage.authorise(shop.stage.subscription(day.customer(shop)), method="upi")
    shop.stage.delivers = False
    shop.go(HOUR)
    assert Mandate.objects.get().status == "confirmed"
    return shop


def refuse(monkeypatch: pytest.MonkeyPatch, words: str) -> list[str]:
    """What Razorpay says of every token; of whose it was asked."""
    asked: list[str] = []

    def token(_client: Razorpay, customer_id: str, _token_id: str) -> Any:
        asked.append(customer_id)
        raise errors.Refused(words)

    monkeypatch.setattr(Razorpay, "token", token)
    return asked


@pytest.mark.parametrize(
    "words",
    [
        "The requested URL was not found on the server.",
        "no Route matched with those values",
        "Access Denied",
        "Recurring payments are not enabled",
    ],
)
def test_it_stands_and_is_named(given: Shop, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    refuse(monkeypatch, words)
    run = given.reconcile()
    assert Mandate.objects.get().status == "confirmed"
    assert run.state == "done"
    assert str(run.outcome).endswith(f"Could not be compared: {given.stage.token}.")


def test_one_that_razorpay_no_longer_knows_is_over(
    given: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, "The id provided does not exist")
    given.reconcile()
    assert Mandate.objects.get().status == "cancelled"


def test_one_whose_customer_nothing_names_is_not_asked_about(
    given: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    Mandate.objects.update(razorpay_customer_id="")
    Subscription.objects.update(razorpay_customer_id="")
    asked = refuse(monkeypatch, "The requested URL was not found on the server.")
    run = given.reconcile()
    assert asked == []
    assert str(run.outcome).startswith("The books are equal to Razorpay's.")


def test_a_person_may_name_one_whose_customer_only_the_subscription_knows(given: Shop) -> None:
    Mandate.objects.update(razorpay_customer_id="")
    Payment.objects.update(razorpay_customer_id="")
    customer, token = Subscription.objects.get().razorpay_customer_id, given.stage.token
    assert objects.questions(given.gateway, token) == [["token", customer, token]]
