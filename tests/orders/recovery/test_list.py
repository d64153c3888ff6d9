"""The list of payments that are tried again: what a row says, and under which tab it stands."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.sellers import Seller
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem
from orders.models import Customer, Order, Product, Reattempt
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import make_gateway, make_order
from tests.lives import DAY, T
from tests.orders.recovery.conftest import Fail, Pay, Tell
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of

LIST = "/recovery/"
ROW = 'class="pips"'
HOUR = 3600


def test_a_row_says_who_what_why_how_often_when_and_by_whom(
    see: See, order: Order, fail: Fail
) -> None:
    fail(order)
    shown = see(LIST)
    in_order(
        text_of(shown), "Being tried", "Ananya Iyer", "ananya.iyer@example.com",
        "Natural Dyeing Masterclass", "Too little money in the account", "0 of 3",
        "tomorrow, 11:30", "Mail with the pay link", "₹499.00", "Test",
    )  # fmt: skip
    assert f'href="/orders/{order.uid}/"' in shown


def test_a_subscription_leads_to_its_own_page(
    see: See, subscription: Subscription, tell: Tell, meera: Client, seller: Seller
) -> None:
    tell(lives.charged(0, T + 8), lives.pending(1, 1), lives.pending(1, 2))
    meera.force_login(seller.user)
    shown = see(LIST)
    in_order(text_of(shown), "Weavers' Circle", "1 of 3", "tomorrow, 11:30", "Razorpay charges")
    assert f'href="/subscriptions/{subscription.uid}/"' in shown


def test_an_e_mandate_waits_for_its_bank(
    see: See, subscription: Subscription, tell: Tell, meera: Client, seller: Seller
) -> None:
    tell(lives.charged(0, T + 8), lives.pending(1, 1))
    Subscription.objects.update(payment_method="emandate")
    meera.force_login(seller.user)
    text = text_of(see(LIST))
    in_order(text, "Weavers' Circle", "Waiting for the bank")
    assert "tomorrow" not in text


@pytest.mark.parametrize(
    ("paid_after", "tab", "found"),
    [
        (None, "", 1), (None, "recovered", 0), (None, "given_up", 0), (None, "all", 1),
        (29 * 60, "", 0), (29 * 60, "recovered", 0), (29 * 60, "given_up", 0), (29 * 60, "all", 1),
        (31 * 60, "", 0), (31 * 60, "recovered", 1), (31 * 60, "given_up", 0), (31 * 60, "all", 1),
        (None, "nonsense", 1),
    ],
)  # fmt: skip
def test_who_mistyped_a_code_was_never_lost(
    see: See, order: Order, fail: Fail, pay: Pay, paid_after: int | None, tab: str, found: int
) -> None:
    fail(order)
    if paid_after is not None:
        pay(order, T + paid_after)
    assert see(LIST, state=tab).count(ROW) == found


def test_what_was_tried_three_times_in_vain_is_given_up_and_comes_back_with_money(
    see: See, subscription: Subscription, tell: Tell, meera: Client, seller: Seller
) -> None:
    tell(*lives.halted_after_four_failures())
    meera.force_login(seller.user)
    in_order(text_of(see(LIST, state="given_up")), "Ananya Iyer", "3 of 3", "All three failed")
    assert see(LIST, state="recovered").count(ROW) == 0
    tell(lives.charged(1, T + lives.MONTH + 10 * DAY))
    meera.force_login(seller.user)
    assert see(LIST, state="given_up").count(ROW) == 0
    assert see(LIST, state="recovered").count(ROW) == 1


def test_another_cycles_money_recovers_nothing(
    see: See, subscription: Subscription, tell: Tell, meera: Client, seller: Seller
) -> None:
    tell(*lives.halted_after_four_failures(), lives.charged(2, T + 2 * lives.MONTH + 8))
    Reattempt.objects.update(done_at=timezone.now())
    meera.force_login(seller.user)
    assert see(LIST, state="recovered").count(ROW) == 0
    assert see(LIST, state="given_up").count(ROW) == 1


def test_paid_with_another_order_is_neither_recovered_nor_given_up(
    see: See, gateway: Gateway, product: Product, order: Order, fail: Fail, pay: Pay
) -> None:
    other = make_order(gateway, product, order.customer, "order_RsdOther00001")
    fail(order)
    pay(other, T + 2 * HOUR)
    for tab, found in {"": 0, "recovered": 0, "given_up": 0, "all": 1}.items():
        assert see(LIST, state=tab).count(ROW) == found, tab


def test_what_is_over_leaves_after_thirty_days(
    see: See, order: Order, fail: Fail, pay: Pay
) -> None:
    fail(order)
    pay(order, T + HOUR)
    last = Reattempt.objects.filter(n=3)
    last.update(done_at=timezone.now() - timedelta(days=29, hours=23))
    assert see(LIST, state="recovered").count(ROW) == 1
    last.update(done_at=timezone.now() - timedelta(days=30, minutes=1))
    assert see(LIST, state="recovered").count(ROW) == 0


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ANANYA.iyer@example.com", 1),
        ("order_RsdOrder000001", 1),
        ("order_RsdOrder", 0),
        ("nobody@example.com", 0),
        ("ord_nothing", 0),
        ("sub_nothing", 0),
        ("Ananya", 0),
        ("\0", 1),
    ],
)
def test_it_is_found_by_what_the_seller_has_in_hand(
    see: See, order: Order, fail: Fail, search: str, found: int
) -> None:
    fail(order)
    shown = see(LIST, q=search)
    assert shown.count(ROW) == found
    assert ("Nothing matches." in shown) is not found


def test_our_id_its_payment_and_its_subscription_find_it(
    see: See, order: Order, subscription: Subscription, fail: Fail, tell: Tell,
    meera: Client, seller: Seller,
) -> None:  # fmt: skip
    fail(order)
    payment = order.payments.get().razorpay_payment_id
    for known in (order.uid, payment):
        assert see(LIST, q=known).count(ROW) == 1
    tell(lives.charged(0, T + 8), lives.pending(1, 1))
    meera.force_login(seller.user)
    for known in (subscription.uid, subscription.razorpay_subscription_id or ""):
        assert see(LIST, q=known).count(ROW) == 1


def test_mode_and_product_narrow_it(
    see: See, account: Account, order: Order, product: Product, fail: Fail
) -> None:
    make_gateway(account, "live")
    fail(order)
    for query, found in {
        ("mode", "test"): 1, ("mode", "live"): 0, ("product", product.uid): 1,
        ("product", "prd_nothing"): 0,
    }.items():  # fmt: skip
        name, value = query
        assert see(LIST, **{name: value}).count(ROW) == found, query


def test_keys_that_are_refused_pause_it_and_say_where_to_mend_them(
    see: See, gateway: Gateway, order: Order, fail: Fail
) -> None:
    fail(order)
    said = say("…")
    problems.report(gateway, Problem.Kind.KEYS_REFUSED, what=said, mend=said)
    for url in (LIST, f"/orders/{order.uid}/"):
        shown = see(url)
        in_order(text_of(shown), "Paused: Razorpay refuses the API keys.", "Mend the keys")
        assert f'href="{gateway.get_absolute_url()}"' in shown
    assert "Paused</span>" in see(LIST)
    Problem.objects.update(cleared_at=timezone.now())
    assert "Paused" not in see(LIST)


def test_a_disconnected_account_pauses_it(
    see: See, gateway: Gateway, order: Order, fail: Fail
) -> None:
    fail(order)
    Gateway.objects.update(disconnected_at=timezone.now())
    assert "Paused</span>" in see(LIST)
    assert "this Razorpay account is disconnected" in see(f"/orders/{order.uid}/")


def test_nothing_failed_and_the_page_says_what_will_stand_here(see: See, gateway: Gateway) -> None:
    shown = see(LIST)
    in_order(text_of(shown), "At risk now", "–", "No payment is being tried again.", "Three re-att")
    assert "Export CSV" not in shown
    assert "Nothing was recovered in the last 30 days." in see(LIST, state="recovered")
    assert "There is nothing older." in see(LIST, before=1)


@pytest.fixture
def many(gateway: Gateway, product: Product, account: Account, fail: Fail) -> list[Order]:
    """Fifty-five series."""
    orders = []
    for n in range(55):
        person = Customer.objects.create(account=account, email=f"buyer{n}@example.com")
        orders.append(make_order(gateway, product, person, f"order_RsdMany{n:06}"))
    rows = [
        Reattempt(
            order=order, n=n, made_by="raseed", state="scheduled",
            due_at=datetime.fromtimestamp(T + n * DAY, UTC),
        )
        for order in orders
        for n in (1, 2, 3)
    ]  # fmt: skip
    Reattempt.objects.bulk_create(rows)
    return orders


def test_many_rows_cost_as_many_queries_as_one(
    see: See, gateway: Gateway, order: Order, fail: Fail, request: pytest.FixtureRequest,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    fail(order)
    with django_assert_num_queries(15):
        assert see(LIST).count(ROW) == 1
    request.getfixturevalue("many")
    with django_assert_num_queries(15):
        shown = see(LIST)
    assert shown.count(ROW) == 50
    assert "before=" in shown


def rows_of(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_download_holds_integers_and_iso_times(meera: Client, order: Order, fail: Fail) -> None:
    fail(order)
    (row,) = rows_of(meera.get(LIST, {"csv": "1"}))
    assert (row["order"], row["subscription"], row["state"]) == (order.uid, "", "being_tried")
    assert (row["amount"], row["amount_readable"], row["tries"]) == ("49900", "₹499.00", "0")
    assert row["failed_at"] == "2026-11-24T06:00:00+00:00"
    assert row["next_at"] == "2026-11-25T06:00:00+00:00"
    assert (row["reason"], row["made_by"]) == ("too little money in the account", "raseed")
    assert rows_of(meera.get(LIST, {"csv": "1", "state": "given_up"})) == []


def test_a_long_download_holds_every_series_once(meera: Client, many: list[Order]) -> None:
    rows = rows_of(meera.get(LIST, {"csv": "1"}))
    assert sorted(row["order"] for row in rows) == sorted(order.uid for order in many)


def test_a_customers_page_says_what_is_being_recovered(
    see: See, gateway: Gateway, product: Product, account: Account, order: Order, fail: Fail,
    pay: Pay,
) -> None:  # fmt: skip
    fail(order)
    url = f"/customers/{order.customer.uid}/"
    in_order(
        text_of(see(url)), "Being recovered", "Natural Dyeing Masterclass",
        "Too little money in the account", "0 of 3", "tomorrow, 11:30", "₹499.00",
    )  # fmt: skip
    somebody = Customer.objects.create(account=account, email="somebody@example.com")
    assert "Being recovered" not in see(f"/customers/{somebody.uid}/")
    pay(order, T + HOUR)
    assert "Being recovered" not in see(url)


def test_the_menu_leads_here(see: See, gateway: Gateway) -> None:
    assert 'href="/recovery/" aria-current="page"' in see(LIST)
