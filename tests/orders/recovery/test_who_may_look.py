"""Whose eyes the list of recoveries is for, and what it does with what buyers type."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Membership, User
from accounts.sellers import Seller
from orders.models import Customer, Order, Product
from tests.orders.recovery.conftest import Fail
from tests.orders.recovery.test_list import LIST
from tests.orders.sales.conftest import See


def test_a_stranger_sees_nothing(charlie: Client, order: Order, fail: Fail) -> None:
    fail(order)
    queries: list[dict[str, str]] = [{}, {"q": order.uid}, {"state": "all"}, {"csv": "1"}]
    for query in queries:
        response: Any = charlie.get(LIST, query)
        body = b"".join(response) if response.streaming else response.content
        assert b"Ananya" not in body
        assert "₹499.00".encode() not in body


def test_every_member_may_look_and_nobody_may_post(meera: Client, seller: Seller) -> None:
    person = User.objects.create_user("bookkeeper@example.com", "pw")
    role = Membership.Role.READ_ONLY
    Membership.objects.create(account=seller.account, user=person, role=role)
    bookkeeper = Client()
    bookkeeper.force_login(person)
    assert bookkeeper.get(LIST).status_code == 200
    assert meera.post(LIST).status_code == 405
    assert Client().get(LIST).status_code == 302


def test_what_buyers_type_is_shown_as_text(see: See, order: Order, fail: Fail) -> None:
    attack = "<script>alert(1)</script>"
    Customer.objects.update(name=attack)
    Product.objects.update(name=attack)
    fail(order, reason=attack)
    shown = see(LIST)
    assert attack not in shown
    assert "&lt;script&gt;" in shown
