"""Customers: found by name or e-mail, what they bought and what they may open, in each mode."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Customer, CustomerAlias, Order, Product
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay, make_gateway, make_order, make_subscription
from tests.lives import T
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of
from tests.samples import sample

CUSTOMERS = "/customers/"


@pytest.fixture
def ananya(razorpay: Razorpay, order: Order, account: Account) -> Customer:
    razorpay.tell(sample("payment.captured", created_at=T))
    CustomerAlias.objects.create(
        account=account, customer=order.customer, email="former@example.com"
    )
    return order.customer


def url_of(customer: Customer) -> str:
    return f"/customers/{customer.uid}/"


def test_a_row_says_who_has_what(see: See, ananya: Customer) -> None:
    in_order(
        text_of(see(CUSTOMERS)), "Ananya Iyer", "ananya.iyer@example.com", "Has access", "Test",
        "1 order", "₹499.00", "Test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ananya.iyer@example.com", 1),
        ("FORMER@example.com", 1),
        ("former@example.co", 0),
        ("iyer", 1),
        ("nobody", 0),
        ("%", 0),
        ("\0", 1),
    ],
)
def test_the_search_finds_by_name_and_by_every_email(
    see: See, ananya: Customer, search: str, found: int
) -> None:
    shown = see(CUSTOMERS, q=search)
    assert shown.count(f'href="{url_of(ananya)}"') == found
    assert ("No customer matches." in shown) is not found


def test_nobody_yet(see: See, account: Account) -> None:
    assert "No customers yet." in see(CUSTOMERS)


def test_test_money_never_adds_to_live_money(
    see: See, account: Account, product: Product, ananya: Customer
) -> None:
    live = make_order(make_gateway(account, "live"), product, ananya, "order_RsdLive0000001")
    Order.objects.filter(pk=live.pk).update(amount_paid=10000, amount_refunded=2500)
    text = text_of(see(CUSTOMERS))
    in_order(text, "2 orders", "₹75.00", "₹499.00", "Test")
    assert "₹574.00" not in text


def test_a_list_costs_the_same_whatever_it_holds(
    see: See, gateway: Gateway, product: Product, account: Account, ananya: Customer,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for n in range(60):
        person = Customer.objects.create(account=account, email=f"buyer{n}@example.com")
        make_order(gateway, product, person, f"order_RsdOther{n:06}")
    with django_assert_max_num_queries(7):
        shown = see(CUSTOMERS)
    assert shown.count('class="who"') == 50
    assert "Never had access" in shown


def test_the_download_names_former_addresses(meera: Client, ananya: Customer) -> None:
    response: Any = meera.get(CUSTOMERS, {"csv": "1", "q": "iyer"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["email"], row["former_emails"]) == (ananya.email, "former@example.com")
    assert (row["orders"], row["created_at"]) == ("1", ananya.created_at.isoformat())


def test_a_customer_has_orders_former_addresses_and_an_answer(see: See, ananya: Customer) -> None:
    in_order(
        text_of(see(url_of(ananya))), "Ananya Iyer", "Why does Ananya Iyer have access?",
        "It is paid. Access has no end.", "Videos", "Has access", "Order of", "no end",
        "Orders and subscriptions", "Natural Dyeing Masterclass", "Paid", "₹499.00", "About",
        "ananya.iyer@example.com", "Former e-mail", "former@example.com",
    )  # fmt: skip


def test_a_subscription_stands_beside_its_order(
    see: See, gateway: Gateway, razorpay: Razorpay, customer: Customer
) -> None:
    subscription = make_subscription(gateway, customer)
    razorpay.tell(*lives.halted_after_four_failures()[:1])
    shown = see(url_of(customer))
    assert f"/subscriptions/{subscription.uid}/" in shown
    in_order(text_of(shown), "It is paid. It ends on", "Circle", "Has access", "Weavers' Circle")


def test_a_stopped_subscription_suspends(
    see: See, razorpay: Razorpay, subscription: Subscription, clock: Any
) -> None:
    razorpay.tell(*lives.halted_after_four_failures())
    customer = subscription.order.customer
    text = text_of(see(url_of(customer)))
    in_order(text, "not have access?", "A charge stayed unpaid", "It ended on", "Suspended")
    assert "Suspended" in text_of(see(CUSTOMERS))


def test_somebody_who_bought_nothing_has_a_page(see: See, customer: Customer) -> None:
    text = text_of(see(url_of(customer)))
    assert "No orders." in text
    assert "Why does" not in text


def test_a_page_costs_the_same_whatever_they_bought(
    see: See, gateway: Gateway, product: Product, ananya: Customer,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for number in range(60):
        make_order(gateway, product, ananya, f"order_RsdMore{number:07}")
    with django_assert_max_num_queries(17):
        shown = see(url_of(ananya))
    assert shown.count('class="when"') == 50
    assert "before=" in shown


def test_a_refunded_order_does_not_hide_one_that_is_paid(
    see: See, gateway: Gateway, product: Product, razorpay: Razorpay, ananya: Customer
) -> None:
    other = make_order(gateway, product, ananya, "order_RsdOther000001")
    ids = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther000001"}
    razorpay.tell(
        sample("payment.captured", created_at=T + 1, payment=ids),
        sample(
            "refund.processed", created_at=T + 2, payment=ids,
            refund={"id": "rfnd_RsdOther00001", "payment_id": ids["id"]},
        ),
    )  # fmt: skip
    other.refresh_from_db()
    assert other.status == "refunded"
    for url in (url_of(ananya), CUSTOMERS):
        text = text_of(see(url))
        assert "Has access" in text
        assert "Refunded" not in text.partition("Orders and subscriptions")[0]


def test_a_test_purchase_opens_no_live_door(
    see: See, account: Account, product: Product, ananya: Customer
) -> None:
    live = make_order(make_gateway(account, "live"), product, ananya, "order_RsdLive0000001")
    text = text_of(see(f"/orders/{live.uid}/"))
    assert "Why does Ananya Iyer not have access?" in text
    in_order(
        text_of(see(url_of(ananya))), "Videos", "Not paid", "Recipes", "Not paid", "Videos",
        "Has access", "Test", "Recipes", "Has access", "Test", "Orders and subscriptions",
    )  # fmt: skip
