"""The list of subscriptions: by status, by what the seller has in hand, as a download."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Membership, User
from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Customer, CustomerAlias, Price
from subscriptions.models import Plan, Subscription
from subscriptions.pages.wording import terms
from tests import lives
from tests.conftest import Razorpay, make_subscription
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of

LIST = "/subscriptions/"
ROW = 'class="who"'


@pytest.fixture
def charged(razorpay: Razorpay, subscription: Subscription) -> Subscription:
    razorpay.tell(lives.charged(0, lives.T + 8))
    subscription.refresh_from_db()
    return subscription


def test_a_row_says_who_what_and_until_when(see: See, charged: Subscription) -> None:
    in_order(
        text_of(see(LIST)), "Ananya Iyer", "ananya.iyer@example.com", "Weavers' Circle",
        "₹499.00 a month", "Active", "Test", "24 Dec, 11:30", "24 Dec, 11:30", "31 Dec, 11:30",
    )  # fmt: skip


@pytest.mark.parametrize(("tab", "found"), [("", 1), ("active", 1), ("halted", 0), ("x", 1)])
def test_the_tabs_are_the_statuses(see: See, charged: Subscription, tab: str, found: int) -> None:
    assert see(LIST, status=tab).count(ROW) == found


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ananya.iyer@example.com", 1),
        ("FORMER@example.com", 1),
        ("sub_RsdSubscr00001", 1),
        ("sub_RsdSubscr0000", 0),
        ("ord_nothing", 0),
        ("Ananya", 0),
        ("\0", 1),
    ],
)
def test_the_search_finds_by_email_and_by_id(
    see: See, charged: Subscription, account: Account, search: str, found: int
) -> None:
    CustomerAlias.objects.create(
        account=account, customer=charged.order.customer, email="former@example.com"
    )
    shown = see(LIST, q=search)
    assert shown.count(ROW) == found
    assert ("No subscription matches." in shown) is not found


def test_our_own_ids_find_it(see: See, charged: Subscription) -> None:
    for known in (charged.uid, charged.order.uid):
        assert see(LIST, q=known).count(ROW) == 1


def test_no_next_charge_is_promised_where_charging_stopped(
    see: See, razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(*lives.halted_after_four_failures())
    assert Subscription.objects.get().charge_at
    in_order(text_of(see(LIST)), "Halted", "Test", "– 24 Dec, 11:30")


def test_nobody_yet(see: See, gateway: Gateway) -> None:
    assert "Nobody has subscribed yet." in see(LIST)


def test_a_list_costs_the_same_whatever_it_holds(
    see: See, gateway: Gateway, account: Account, charged: Subscription,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for n in range(55):
        person = Customer.objects.create(account=account, email=f"buyer{n}@example.com")
        Plan.objects.update(razorpay_plan_id=None)  # each makes the plan of the samples
        make_subscription(gateway, person, f"sub_RsdMore{n:07}")
    with django_assert_max_num_queries(8):
        shown = see(LIST)
    assert shown.count(ROW) == 50
    assert "before=" in shown


def test_the_download_holds_integers_and_iso_times(meera: Client, charged: Subscription) -> None:
    response: Any = meera.get(LIST, {"csv": "1"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["subscription"], row["order"]) == (charged.uid, charged.order.uid)
    assert (row["amount"], row["amount_readable"]) == ("49900", "₹499.00")
    assert row["next_charge_at"] == "2026-12-24T06:00:00+00:00"
    assert charged.paid_until
    assert row["paid_until"] == charged.paid_until.isoformat()


def test_a_download_of_one_tab_holds_no_other(meera: Client, charged: Subscription) -> None:
    response: Any = meera.get(LIST, {"csv": "1", "status": "halted"})
    assert len(b"".join(response.streaming_content).splitlines()) == 1


def test_a_stranger_sees_nothing(charlie: Client, charged: Subscription) -> None:
    for query in ({}, {"q": charged.uid}, {"csv": "1"}):
        response = charlie.get(LIST, query)
        body = b"".join(response) if response.streaming else response.content
        assert b"Ananya" not in body
    assert charlie.get(f"{LIST}{charged.uid}/").status_code == 404


def test_every_member_may_look_and_nobody_may_post(
    meera: Client, seller: Seller, charged: Subscription
) -> None:
    person = User.objects.create_user("bookkeeper@example.com", "pw")
    role = Membership.Role.READ_ONLY
    Membership.objects.create(account=seller.account, user=person, role=role)
    bookkeeper = Client()
    bookkeeper.force_login(person)
    for url in (LIST, f"{LIST}{charged.uid}/"):
        assert bookkeeper.get(url).status_code == 200
        assert meera.post(url).status_code == 405
        assert Client().get(url).status_code == 302


@pytest.mark.parametrize("period", Price.Period.values)
def test_every_period_has_its_words(period: str) -> None:
    one = terms(Price(amount=100, currency="INR", period=period, interval=1))
    few = terms(Price(amount=100, currency="INR", period=period, interval=3))
    assert one.startswith("₹1.00 a ")
    assert few.startswith("₹1.00 every 3 ")
    assert few.endswith("s")
