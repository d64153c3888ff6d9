"""The list of orders: found by what a seller has in hand, and never a stranger's."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Membership, User
from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Customer, CustomerAlias, Order, Product
from tests.conftest import Razorpay, make_gateway, make_order
from tests.lives import T
from tests.orders.sales.conftest import See
from tests.samples import sample

ORDERS = "/orders/"
ROW = 'class="when"'


@pytest.fixture
def paid(razorpay: Razorpay, order: Order) -> Order:
    razorpay.tell(sample("payment.captured", created_at=T))
    order.refresh_from_db()
    return order


@pytest.fixture
def others(gateway: Gateway, product: Product, account: Account) -> list[Order]:
    """Sixty orders of sixty people."""
    people = [
        Customer.objects.create(account=account, email=f"buyer{n}@example.com") for n in range(60)
    ]
    return [
        make_order(gateway, product, person, f"order_RsdOther{n:06}")
        for n, person in enumerate(people)
    ]


def test_a_row_says_when_who_what_how_much_and_how_it_stands(see: See, paid: Order) -> None:
    shown = see(ORDERS)
    for words in (
        "Ananya Iyer", "ananya.iyer@example.com", "Natural Dyeing Masterclass", "₹499.00",
        'class="badge-state good"', "Test", f'href="/orders/{paid.uid}/"', "India",
    ):  # fmt: skip
        assert words in shown


@pytest.mark.parametrize(
    ("tab", "found"), [("", 1), ("paid", 1), ("created", 0), ("refunded", 0), ("nonsense", 1)]
)
def test_the_tabs_are_the_states(see: See, paid: Order, tab: str, found: int) -> None:
    assert see(ORDERS, status=tab).count(ROW) == found


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ananya.iyer@example.com", 1),
        (" Ananya.Iyer@Example.com ", 1),
        ("former@example.com", 1),
        ("order_RsdOrder000001", 1),
        ("pay_RsdCard0000001", 1),
        ("order_RsdOrder00000", 0),
        ("pay_Nobody00000001", 0),
        ("nobody@example.com", 0),
        ("%", 0),
        ("'; DROP TABLE", 0),
        ("\0", 1),
    ],
)
def test_the_search_finds_by_what_the_seller_has_in_hand(
    see: See, paid: Order, account: Account, search: str, found: int
) -> None:
    CustomerAlias.objects.create(
        account=account, customer=paid.customer, email="former@example.com"
    )
    shown = see(ORDERS, q=search)
    assert shown.count(ROW) == found
    assert ("No order matches." in shown) is not found


def test_our_own_id_finds_it(see: See, paid: Order, others: list[Order]) -> None:
    shown = see(ORDERS, q=paid.uid)
    assert shown.count(ROW) == 1
    assert "ananya.iyer@example.com" in shown


def test_a_search_stays_within_its_tab(see: See, paid: Order) -> None:
    assert see(ORDERS, q="ananya.iyer@example.com", status="created").count(ROW) == 0


def test_live_orders_have_no_mode_badge(see: See, account: Account, paid: Order) -> None:
    assert "badge-state mode" in see(ORDERS)
    live = make_gateway(account, "live")
    Order.objects.update(gateway=live)
    assert "badge-state mode" not in see(ORDERS)


def test_a_list_costs_the_same_whatever_it_holds(
    see: See, paid: Order, others: list[Order], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        shown = see(ORDERS)
    assert shown.count(ROW) == 50
    older = see(ORDERS, before=others[9].pk)
    assert older.count(ROW) == 10
    assert "ananya.iyer@example.com" in older


def test_beyond_the_oldest_the_page_says_so(see: See, paid: Order) -> None:
    assert "There are no older orders." in see(ORDERS, before=1)


def test_an_empty_list_says_what_comes(see: See, gateway: Gateway) -> None:
    shown = see(ORDERS)
    assert "Nobody has ordered yet." in shown
    assert "Export CSV" not in shown


def rows_of(response: Any) -> list[dict[str, str]]:
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_download_holds_what_is_filtered_in_integers_and_iso_times(
    meera: Client, paid: Order, others: list[Order]
) -> None:
    rows = rows_of(meera.get(ORDERS, {"csv": "1", "status": "paid"}))
    assert len(rows) == 1
    row = rows[0]
    assert (row["order"], row["razorpay_order_id"]) == (paid.uid, "order_RsdOrder000001")
    assert (row["amount"], row["amount_paid"], row["currency"]) == ("49900", "49900", "INR")
    assert row["amount_readable"] == "₹499.00"
    assert row["created_at"] == paid.created_at.isoformat()
    assert (row["mode"], row["status"]) == ("test", "paid")
    assert len(rows_of(meera.get(ORDERS, {"csv": "1"}))) == 61


def test_the_download_costs_two_queries_whatever_it_holds(
    meera: Client, others: list[Order], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        assert len(rows_of(meera.get(ORDERS, {"csv": "1"}))) == 60


def test_a_buyers_formula_is_text_in_the_download(meera: Client, paid: Order) -> None:
    Customer.objects.update(name="=1+1")
    assert rows_of(meera.get(ORDERS, {"csv": "1"}))[0]["name"] == "'=1+1"


def test_what_buyers_type_is_shown_as_text(see: See, paid: Order) -> None:
    attack = "<script>alert(1)</script>"
    Customer.objects.update(name=attack)
    Product.objects.update(name=attack)
    Order.objects.update(answers=[{"label": attack, "value": attack}])
    for url in (ORDERS, f"/orders/{paid.uid}/", f"/customers/{paid.customer.uid}/", "/customers/"):
        shown = see(url)
        assert attack not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_a_stranger_sees_nothing(charlie: Client, paid: Order) -> None:
    for url in (ORDERS, "/customers/"):
        for query in ({}, {"csv": "1"}, {"q": "ananya.iyer@example.com"}, {"q": paid.uid}):
            response = charlie.get(url, query)
            body = b"".join(response) if response.streaming else response.content
            assert b"ananya.iyer@example.com/" not in body
            assert b"Ananya" not in body
    assert charlie.get(f"/orders/{paid.uid}/").status_code == 404
    assert charlie.get(f"/customers/{paid.customer.uid}/").status_code == 404


def test_every_member_may_look_and_nobody_may_post(
    meera: Client, seller: Seller, paid: Order
) -> None:
    person = User.objects.create_user("bookkeeper@example.com", "pw")
    role = Membership.Role.READ_ONLY
    Membership.objects.create(account=seller.account, user=person, role=role)
    bookkeeper = Client()
    bookkeeper.force_login(person)
    for url in (ORDERS, f"/orders/{paid.uid}/", "/customers/", f"/customers/{paid.customer.uid}/"):
        assert bookkeeper.get(url).status_code == 200
        assert meera.post(url).status_code == 405
        assert Client().get(url).status_code == 302
