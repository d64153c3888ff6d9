"""Who may correct and merge customers."""

from __future__ import annotations

import pytest
from django.test import Client

from orders.models import Customer
from tests.gateways.people import Who
from tests.orders.people.conftest import page_of

VERBS = ("email", "merge")


def post_both(client: Client, customer: Customer, other: Customer) -> list[int]:
    sent = {"email": {"email": "right@example.com"}, "merge": {"other": other.uid}}
    return [client.post(page_of(customer, verb), sent[verb]).status_code for verb in VERBS]


def is_untouched(customer: Customer) -> bool:
    email = customer.email
    customer.refresh_from_db()
    return customer.email == email and Customer.objects.count() == 2


@pytest.mark.parametrize("role", ["owner", "staff"])
def test_owners_and_staff_may(
    browser_of: Who, customer: Customer, other: Customer, role: str
) -> None:
    client = browser_of(role)
    page = client.get(page_of(customer)).content.decode()
    assert all(f'href="{page_of(customer, verb)}"' in page for verb in VERBS)
    assert post_both(client, customer, other) == [302, 302]
    assert Customer.objects.get().email == "right@example.com"


def test_who_may_only_read_sees_no_button(
    browser_of: Who, customer: Customer, other: Customer
) -> None:
    client = browser_of("read_only")
    page = client.get(page_of(customer)).content.decode()
    assert not any(page_of(customer, verb) in page for verb in VERBS)
    assert [client.get(page_of(customer, verb)).status_code for verb in VERBS] == [403, 403]
    assert post_both(client, customer, other) == [403, 403]
    assert is_untouched(customer)


def test_a_stranger_finds_nothing(charlie: Client, customer: Customer, other: Customer) -> None:
    assert [charlie.get(page_of(customer, verb)).status_code for verb in VERBS] == [404, 404]
    assert post_both(charlie, customer, other) == [404, 404]
    assert is_untouched(customer)


def test_nobody_does_without_signing_in(
    client: Client, customer: Customer, other: Customer
) -> None:
    assert post_both(client, customer, other) == [302, 302]
    assert is_untouched(customer)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_pages_open_in_both_languages_and_are_not_kept(
    meera: Client, customer: Customer, other: Customer, language: str
) -> None:
    for verb in VERBS:
        response = meera.get(
            page_of(customer, verb), {"q": other.email}, headers={"Accept-Language": language}
        )
        assert response.status_code == 200
        assert "no-cache" in response["Cache-Control"]
        assert meera.delete(page_of(customer, verb)).status_code == 405


@pytest.mark.parametrize("uid", ["cus_nobody", "%00", "x" * 300])
def test_what_is_no_customer_is_not_found(meera: Client, customer: Customer, uid: str) -> None:
    for verb in ("", *VERBS):
        path = f"/customers/{uid}/{verb}/" if verb else f"/customers/{uid}/"
        assert meera.get(path).status_code == 404
