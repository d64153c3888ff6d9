"""The buyer changes the card of a subscription of Razorpay's; the books say what that did."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Customer
from subscriptions import starting
from subscriptions.models import Invoice, Subscription
from tests.api.test_subscriptions import make_circle
from tests.conftest import Razorpay, sign
from tests.gateways.stand_in import TEST_KEYS, connect
from tests.sandbox.desk import Desk
from tests.subscriptions.debiting.stage import DAY
from tests.subscriptions.mending.conftest import browser_of, words

EMAIL = "ananya.iyer@example.com"


@pytest.fixture
def connected(desk: Desk, account: Account) -> Gateway:
    return connect(account)


@pytest.fixture
def theirs(desk: Desk, connected: Gateway, account: Account) -> Subscription:
    """Charged by Razorpay, and active."""
    made = starting.start(account, make_circle(connected), EMAIL, "Ananya Iyer", None)
    desk.press(f"subscriptions/{made.razorpay_subscription_id}/pay", method="card")
    hear(desk, connected)
    made.refresh_from_db()
    assert made.status == "active"
    return made


def hear(desk: Desk, gateway: Gateway) -> None:
    Razorpay(gateway).tell(*(json.loads(event["body"]) for event in desk.all_events()))


def press(desk: Desk, one: Subscription, name: str, **body: Any) -> dict[str, Any]:
    return desk.press(f"subscriptions/{one.razorpay_subscription_id}/{name}", **body)


def fail(desk: Desk, one: Subscription, clock: Any, times: int) -> None:
    for _n in range(times):
        clock.shift(DAY)  # of two things in one second nobody can say which came first
        press(desk, one, "fail")
    hear(desk, one.gateway)
    one.refresh_from_db()


def page_of(one: Subscription, name: str = "") -> str:
    return f"/pay/{one.order.uid}/method/{name}"


def test_checkout_is_opened_to_change_the_card(client: Client, theirs: Subscription) -> None:
    shown = words(client, page_of(theirs))
    assert f'data-subscription="{theirs.razorpay_subscription_id}"' in shown
    assert 'data-change="1"' in shown
    assert "Nothing is charged now" in shown
    assert "on Razorpay's own page" in shown.replace("&#x27;", "'")


def test_my_purchases_leads_there(theirs: Subscription) -> None:
    shown = words(browser_of(Customer.objects.get()))
    assert f'href="{page_of(theirs)}"' in shown


def come_back(client: Client, one: Subscription, payment_id: str, signature: str = "") -> str:
    signed = sign(f"{payment_id}|{one.razorpay_subscription_id}".encode(), TEST_KEYS[1])
    answer = {"razorpay_payment_id": payment_id, "razorpay_signature": signature or signed}
    cache.clear()
    location: str = client.post(page_of(one, "return/"), answer)["Location"]
    return location


def test_while_pending_the_last_invoice_is_charged_at_once(
    client: Client, desk: Desk, theirs: Subscription, clock: Any
) -> None:
    fail(desk, theirs, clock, 1)
    assert theirs.status == "pending"
    assert "Razorpay charges it from there." in words(client, page_of(theirs))
    clock.shift(DAY)
    done = press(desk, theirs, "pay", method="card")
    location = come_back(client, theirs, done["payment"]["id"])
    assert location.endswith("/changed/")
    assert "Your subscription goes on" in words(client, location)
    theirs.refresh_from_db()
    assert theirs.status == "active"


def test_after_the_halt_what_is_open_is_shown_with_its_link(
    client: Client, desk: Desk, theirs: Subscription, clock: Any
) -> None:
    fail(desk, theirs, clock, 4)
    assert theirs.status == "halted"
    clock.shift(DAY)  # Razorpay's lists lag
    for name in ("", "changed/"):
        shown = words(client, page_of(theirs, name))
        links = [row.short_url for row in Invoice.objects.filter(status="issued")]
        assert links
        assert all(f'href="{link}"' in shown for link in links), name
        assert "Old invoices are never charged by themselves." in shown
    # And from then on under My purchases.
    assert f'href="{links[0]}"' in words(browser_of(Customer.objects.get()))


def test_a_forged_report_leads_back(client: Client, theirs: Subscription) -> None:
    location = come_back(client, theirs, "pay_RsdForged00001", "0" * 64)
    assert location.endswith("/method/")


def test_a_link_that_is_none_is_not_shown(client: Client, theirs: Subscription) -> None:
    Subscription.objects.update(short_url="javascript:alert(1)")
    assert "javascript:" not in words(client, page_of(theirs))


@pytest.mark.parametrize("status", ["cancelled", "completed", "created", "paused"])
def test_what_is_not_charged_has_nothing_to_change(
    client: Client, theirs: Subscription, status: str
) -> None:
    Subscription.objects.update(status=status)
    shown = words(client, page_of(theirs))
    assert "there is nothing to change" in shown
    assert 'id="pay"' not in shown


def test_it_is_not_there_for_what_raseed_charges(
    client: Client, connected: Gateway, account: Account
) -> None:
    ours = starting.start(
        account, make_circle(connected, charged_by="raseed"), EMAIL, "Ananya", None
    )
    assert client.get(page_of(ours)).status_code == 404
    assert client.get("/pay/nothing/method/").status_code == 404
