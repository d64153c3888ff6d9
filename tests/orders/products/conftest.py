"""Browsers of the people who look at products, and what they send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, User
from accounts.sellers import Seller
from orders.models import Product
from tests.gateways.people import Who

Fields = dict[str, Any]
ADD = "/products/add/"


@pytest.fixture
def browser_of(seller: Seller, stranger: Seller) -> Who:
    """A browser of the owner, of a member with a role, or of a stranger."""

    def sign_in(who: str) -> Client:
        client = Client()
        if who in {"owner", "stranger"}:
            client.force_login({"owner": seller, "stranger": stranger}[who].user)
            return client
        person = User.objects.create_user(f"{who}@example.com", "pw")
        Membership.objects.create(account=seller.account, user=person, role=who)
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def meera(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("owner")


def rows(*resources: Fields) -> Fields:
    """What a page with these rows sends."""
    sent: Fields = {
        "resources-TOTAL_FORMS": len(resources),
        "resources-INITIAL_FORMS": 0,
    }
    for place, resource in enumerate(resources):
        for name in ("uid", "title", "url", "text"):
            sent[f"resources-{place}-{name}"] = resource.get(name, "")
    return sent


VIDEOS = {"title": "Videos", "url": "https://example.com/videos"}
RECIPES = {"title": "Recipes", "text": "Indigo, madder, रसीद"}
ONCE = {"kind": "one_time", "amount": "499", "currency": "INR"}
MONTHLY = {
    "kind": "subscription", "amount": "499.50", "currency": "INR", "interval": "1",
    "period": "monthly", "total_count": "12", "trial_days": "", "upfront_amount": "",
}  # fmt: skip


def sheet(*resources: Fields, name: str = "Masterclass", **price: Any) -> Fields:
    """What the page that adds a product sends."""
    return {"name": name, **(price or ONCE), **rows(*(resources or (VIDEOS,)))}


def text(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def page_of(product: Product, verb: str = "") -> str:
    return f"/products/{product.uid}/" + (f"{verb}/" if verb else "")
