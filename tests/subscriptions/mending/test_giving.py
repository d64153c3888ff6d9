"""After a halt of a mandate nothing is charged by itself: the seller can give access meanwhile."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from accounts.sellers import Seller
from accounts.sentences import say
from subscriptions.models import Subscription
from subscriptions.pages import giving
from tests.orders.sales.test_order_page import in_order, text_of
from tests.subscriptions.debiting.stage import DAY, Stage


@pytest.fixture
def meera(seller: Seller) -> Client:
    client = Client()
    client.force_login(seller.user)
    return client


def see(client: Client, subscription: Subscription, more: str = "") -> str:
    shown = client.get(f"/subscriptions/{subscription.uid}/{more}")
    return text_of(shown.content.decode())


def test_access_is_given_until_the_next_charge_would_have_come(
    halted: Subscription, meera: Client
) -> None:
    assert halted.charge_at is None
    in_order(see(meera, halted), "not have access?", "Give access until 31 Mar 2027", "Suspended")
    in_order(
        see(meera, halted, "give-access/"),
        "Give Ananya Iyer access until 31 Mar 2027?", "Circle is open until 31 Mar 2027, 10:00.",
        "None comes by itself until the buyer pays what is open.",
    )  # fmt: skip
    given = meera.post(f"/subscriptions/{halted.uid}/give-access/", follow=True)
    shown = text_of(given.content.decode())
    assert "Access was given until 31 Mar 2027, 10:00." in shown
    assert "Give access until" not in shown, "it is open now"
    decision = halted.order.decisions.get()
    assert decision.until == datetime.fromisoformat("2027-03-31T10:00:00+05:30")
    why = halted.order.grant_changes.order_by("-pk")[0].why
    assert why.values["reason"] == say(giving.STOPPED), "read in any language"


def test_a_month_later_until_the_end_of_the_month_that_runs_then(
    stage: Stage, halted: Subscription, meera: Client
) -> None:
    stage.until(stage.now + 40 * DAY)
    meera.logout()
    meera.force_login(halted.gateway.account.memberships.get().user)
    assert "Give access until 30 Apr 2027" in see(meera, halted)


def test_not_while_it_is_tried_again(failing: Subscription, meera: Client) -> None:
    assert "Give access until" not in see(meera, failing)
