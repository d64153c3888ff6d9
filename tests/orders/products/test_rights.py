"""Who may see products, and who may change them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orders.models import Price, Product
from tests.gateways.people import Who
from tests.orders.products.conftest import ADD, ONCE, RECIPES, page_of, rows, sheet, text

VERBS = ("change", "price", "archive", "unarchive")


def post_everything(client: Client, product: Product) -> list[int]:
    """Every post that a page of a product knows; the answers."""
    sent: dict[str, dict[str, Any]] = {
        "change": {"name": "Changed", **rows(RECIPES)},
        "price": ONCE | {"amount": "5"},
        "archive": {},
        "unarchive": {},
    }
    return [client.post(page_of(product, verb), sent[verb]).status_code for verb in VERBS]


def is_untouched(product: Product) -> bool:
    name, archived = product.name, product.archived_at
    product.refresh_from_db()
    return (product.name, product.archived_at) == (name, archived) and Price.objects.count() == 1


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_owners_and_staff_may_change(browser_of: Who, product: Product, who: str) -> None:
    client = browser_of(who)
    assert 'href="/products/add/"' in text(client, "/products/")
    for verb in VERBS[:3]:
        assert f'href="{page_of(product, verb)}"' in text(client, page_of(product))
    assert post_everything(client, product) == [302] * 4
    assert client.post(ADD, sheet()).status_code == 302


def test_who_may_only_read_sees_it_without_buttons(browser_of: Who, product: Product) -> None:
    client = browser_of("read_only")
    for url in ("/products/", page_of(product)):
        shown = text(client, url)
        assert product.name in shown
        for address in (ADD, *(page_of(product, verb) for verb in VERBS)):
            assert address not in shown
    assert post_everything(client, product) == [403] * 4
    assert client.post(ADD, sheet()).status_code == 403
    assert [client.get(page_of(product, verb)).status_code for verb in VERBS] == [403] * 4
    assert client.get(ADD).status_code == 403
    assert is_untouched(product)
    assert Product.objects.count() == 1


def test_who_may_only_read_is_offered_no_button_where_there_is_nothing(browser_of: Who) -> None:
    assert "/products/add/" not in text(browser_of("read_only"), "/products/")


def test_a_stranger_finds_nothing(browser_of: Who, product: Product) -> None:
    client = browser_of("stranger")
    assert product.name not in text(client, "/products/", q="Dyeing")
    assert product.name not in text(client, "/products/", tab="archived")
    assert [client.get(page_of(product, verb)).status_code for verb in ("", *VERBS)] == [404] * 5
    assert post_everything(client, product) == [404] * 4
    assert is_untouched(product)


def test_nobody_sees_products_without_signing_in(product: Product, client: Client) -> None:
    for url in ("/products/", ADD, page_of(product)):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_page_opens_in_both_languages(
    browser_of: Who, product: Product, language: str
) -> None:
    client = browser_of("owner")
    for url in ("/products/", ADD, *(page_of(product, verb) for verb in ("", *VERBS))):
        response = client.get(url, headers={"Accept-Language": language})
        assert response.status_code == 200
        assert "no-cache" in response["Cache-Control"]
    assert client.delete(page_of(product, "archive")).status_code == 405
