"""The buyer pays the bill that could not be debited: the seller sees it on the strip."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.sellers import Seller
from subscriptions.models import Subscription
from tests.orders.sales.test_order_page import in_order, text_of
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage
from tests.subscriptions.mending.conftest import owed

BY_HAND = "It was paid by hand, not by one of the three re-attempts"


def page(client: Client, seller: Seller, subscription: Subscription) -> str:
    client.force_login(seller.user)
    return text_of(client.get(f"/subscriptions/{subscription.uid}/").content.decode())


@pytest.fixture
def tried_twice(stage: Stage, failing: Subscription) -> Subscription:
    stage.wait(DAY + HOUR)
    return failing


def pays(stage: Stage, subscription: Subscription) -> None:
    stage.desk.press(f"orders/{owed(subscription).razorpay_order_id}/pay", method="card")
    stage.hear()


def test_it_is_a_stop_between_what_failed_and_what_was_not_needed(
    client: Client, seller: Seller, stage: Stage, tried_twice: Subscription
) -> None:
    assert "Paid by the buyer" not in page(client, seller, tried_twice)
    pays(stage, tried_twice)
    shown = page(client, seller, tried_twice)
    in_order(
        shown, "1 of 3 used", "First try failed", "Re-attempt 1 of 3 failed", "Paid by the buyer",
        "The open bill, by hand", "Not one of the three", "Re-attempt 2 of 3",
        "Not needed: it was paid", "Re-attempt 3 of 3", "Not needed: it was paid",
    )  # fmt: skip
    in_order(shown, "Story", BY_HAND)
    assert shown.count("Paid by the buyer") == shown.count(BY_HAND) == 1


def test_after_the_halt_it_is_the_last_stop(
    client: Client, seller: Seller, stage: Stage, halted: Subscription
) -> None:
    pays(stage, halted)
    shown = page(client, seller, halted)
    in_order(shown, "Re-attempt 3 of 3 failed", "Paid by the buyer", "Not one of the three")


def test_a_debit_of_ours_is_not_the_buyers(
    client: Client, seller: Seller, stage: Stage, failing: Subscription
) -> None:
    stage.fails(0)
    stage.wait(DAY + HOUR)
    shown = page(client, seller, failing)
    assert "Re-attempt 1 of 3 succeeded" in shown
    assert "Paid by the buyer" not in shown
    assert BY_HAND not in shown
