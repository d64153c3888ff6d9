"""Two customers who are one person, and the people who look at them."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, Membership, User
from accounts.sellers import Seller
from orders.models import Customer, Order
from tests.conftest import make_order
from tests.gateways.people import Who
from tests.orders.sales.conftest import charlie, meera, see

__all__ = ["charlie", "meera", "see"]


@pytest.fixture
def other(account: Account) -> Customer:
    """Ananya once more, with the address that she had at work."""
    return Customer.objects.create(
        account=account, email="ananya@work.example", name="A. Iyer", phone="+91 98401 22765"
    )


@pytest.fixture
def others_order(order: Order, other: Customer) -> Order:
    return make_order(order.gateway, order.product, other, "order_RsdOther000001")


@pytest.fixture
def theirs(stranger: Seller) -> Customer:
    """A customer of another business."""
    return Customer.objects.create(account=stranger.account, email="ravi@example.com", name="Ravi")


@pytest.fixture
def browser_of(seller: Seller) -> Who:
    """A browser of a member with this role."""

    def sign_in(role: str) -> Client:
        person = User.objects.create_user(f"{role}@example.com", "pw")
        Membership.objects.create(account=seller.account, user=person, role=role)
        client = Client()
        client.force_login(person)
        return client

    return sign_in


def page_of(customer: Customer, verb: str = "") -> str:
    return f"/customers/{customer.uid}/" + (f"{verb}/" if verb else "")
