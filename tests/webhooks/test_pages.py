"""The seller's page of events: what came, what became of it, and "process again"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, User
from accounts.sellers import Seller
from orders.models import Order
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks.models import Event

EVENTS = "/events/"


@pytest.fixture
def meera(seller: Seller) -> Client:
    client = Client()
    client.force_login(seller.user)
    return client


@pytest.fixture
def processed(razorpay: Razorpay, order: Order) -> Event:
    razorpay.tell(sample("payment.captured"))
    return Event.objects.get()


def page(client: Client, url: str = EVENTS, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_event_is_shown_with_what_became_of_it(meera: Client, processed: Event) -> None:
    shown = page(meera)
    assert "payment.captured" in shown
    assert str(processed.outcome).rstrip(".") in shown
    detail = page(meera, processed.get_absolute_url())
    assert "ananya.iyer@example.com" in detail
    assert "Process again" in detail


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</pre><img src=x>"])
def test_html_in_a_body_is_text(razorpay: Razorpay, meera: Client, text: str) -> None:
    razorpay.tell(sample("payment.captured", payment={"description": text}) | {"event": text})
    for url in (EVENTS, Event.objects.get().get_absolute_url()):
        assert text not in page(meera, url)


def test_another_shops_events_are_a_tab_of_their_own(razorpay: Razorpay, meera: Client) -> None:
    razorpay.tell(sample("payment.captured"))
    assert "payment.captured" not in page(meera)
    assert "payment.captured" in page(meera, status="not_ours")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("payment.captured", True),
        ("order_RsdOrder000001", True),
        ("pay_RsdCard0000001", True),
        ("order.paid", False),
        ("pay_Nobody00000001", False),
        ("\0", True),
        ("'; DROP TABLE", False),
    ],
)
def test_the_search_finds_by_name_and_by_ids(
    meera: Client, processed: Event, search: str, found: bool
) -> None:
    shown = page(meera, q=search)
    assert (f'href="{processed.get_absolute_url()}"' in shown) is found
    assert ("No event matches." in shown) is not found


def test_a_list_costs_the_same_whatever_it_holds(
    razorpay: Razorpay, meera: Client, processed: Event, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        razorpay.post(sample("payment.failed", payment={"id": f"pay_Number{number:08}"}))
    with django_assert_max_num_queries(6):
        shown = page(meera)
    assert shown.count('class="row-link"') == 50
    assert "before=" in shown


def test_a_stranger_sees_nothing(stranger: Seller, processed: Event) -> None:
    client = Client()
    client.force_login(stranger.user)
    assert "payment.captured" not in page(client)
    for url in (processed.get_absolute_url(), f"{processed.get_absolute_url()}again/"):
        assert client.get(url).status_code in {404, 405}
        assert client.post(url).status_code in {404, 405}
    processed.refresh_from_db()
    assert processed.status == "processed"


def test_processing_again_opens_the_event_and_wakes_the_worker(
    meera: Client, processed: Event, rings: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    rings.clear()
    with django_capture_on_commit_callbacks(execute=True):
        response = meera.post(f"{processed.get_absolute_url()}again/", follow=True)
    assert "The event is being processed again." in response.content.decode()
    processed.refresh_from_db()
    assert (processed.status, processed.processed_at, rings) == ("received", None, [1])
    again = meera.post(f"{processed.get_absolute_url()}again/", follow=True)
    assert "This event is being processed already." in again.content.decode()


def test_a_bookkeeper_may_look_and_not_act(seller: Seller, processed: Event) -> None:
    person = User.objects.create_user("bookkeeper@example.com", "pw")
    role = Membership.Role.READ_ONLY
    Membership.objects.create(account=seller.account, user=person, role=role)
    client = Client()
    client.force_login(person)
    assert "Process again" not in page(client, processed.get_absolute_url())
    assert client.post(f"{processed.get_absolute_url()}again/").status_code == 403
