"""Match by hand: "this payment belongs to that order", and what follows from it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Membership
from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Customer, Mail, Order, Payment, Product
from tests.conftest import Razorpay, make_order, make_subscription
from tests.samples import sample
from tests.webhooks.strays import STRAY, assign, books, paid_elsewhere
from webhooks import assigning, replay, work
from webhooks.models import Assignment, Event


@pytest.fixture
def meera(seller: Seller) -> Client:
    client = Client()
    client.force_login(seller.user)
    return client


@pytest.fixture
def stray(razorpay: Razorpay, order: Order) -> Event:
    """A payment that the buyer made elsewhere, by a link that the seller sent."""
    told = paid_elsewhere(razorpay, "payment.authorized")
    assert set(Event.objects.values_list("status", flat=True)) == {"unmatched"}
    return told


def test_the_order_is_paid_by_it_and_all_events_of_the_payment_follow(
    seller: Seller, stray: Event, order: Order, razorpay: Razorpay
) -> None:
    assign(seller, stray, order)
    assert set(Event.objects.values_list("status", flat=True)) == {"processed"}
    assert (order.status, order.amount_paid, order.grants.count()) == ("paid", 49900, 2)
    refund = {"payment_id": STRAY["id"], "id": "rfnd_Stray0000001"}
    razorpay.tell(sample("refund.processed", refund=refund, payment=STRAY))
    order.refresh_from_db()
    assert (Event.objects.last().order, order.amount_refunded > 0) == (order, True)  # type: ignore[union-attr]


def test_another_try_to_pay_the_same_belongs_to_the_order_too(
    seller: Seller, stray: Event, order: Order, razorpay: Razorpay
) -> None:
    assign(seller, stray, order)
    razorpay.tell(sample("payment.failed", payment={**STRAY, "id": "pay_Stray00000002"}))
    assert order.payments.count() == 2


def test_the_events_facts_are_not_changed(seller: Seller, stray: Event, order: Order) -> None:
    before = bytes(stray.body), bytes(stray.body_sha256), stray.received_at
    assign(seller, stray, order)
    assert (bytes(stray.body), bytes(stray.body_sha256), stray.received_at) == before


def test_books_that_are_made_anew_agree(seller: Seller, stray: Event, order: Order) -> None:
    assign(seller, stray, order)
    before = books(order)
    order.grants.all().delete()
    Mail.objects.all().delete()
    Payment.objects.all().delete()
    Order.objects.update(status="created", amount_paid=0, as_of=0)
    replay.replay(Event.objects.order_by("-pk"))
    work.work()
    assert books(order) == before


@pytest.mark.parametrize(
    ("how", "mailed"),
    [
        ({"replayed": True}, "waiting"),
        ({"replayed": True, "imported": True}, "replayed"),
    ],
    ids=["replayed before", "imported"],
)
def test_it_is_news_unless_it_was_imported(
    seller: Seller, razorpay: Razorpay, order: Order, how: dict[str, bool], mailed: str
) -> None:
    """A replay that found no order for it has told nobody of it."""
    now = int(time.time())
    stray = paid_elsewhere(razorpay, at=now, created_at=now)
    Event.objects.update(**how)
    assign(seller, stray, order)
    assert Mail.objects.get(kind="receipt").state == mailed


def test_what_belongs_to_an_order_by_now_is_not_assigned(
    seller: Seller, stray: Event, order: Order, product: Product, customer: Customer
) -> None:
    assign(seller, stray, order)
    stray.status = Event.Status.UNMATCHED
    other = make_order(stray.gateway, product, customer, None)
    with pytest.raises(assigning.NotAssignable):
        assigning.assign(stray, other, seller.user)


def test_money_of_another_currency_is_not_assigned(
    seller: Seller, stray: Event, order: Order
) -> None:
    Order.objects.update(currency="USD")
    with pytest.raises(assigning.NotAssignable):
        assigning.assign(stray, order, seller.user)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        sample("payment.failed", payment=STRAY),
        sample("payment.captured", payment={**STRAY, "invoice_id": "inv_RsdInv00000001"}),
    ],
    ids=["a try that failed", "a subscription's charge"],
)
def test_only_money_that_nobody_has_missed_is_open_to_it(
    razorpay: Razorpay, gateway: Gateway, told: dict[str, Any]
) -> None:
    razorpay.tell(told)
    assert not assigning.is_open_to(Event.objects.get())


# The pages.


def page(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_by_what_a_seller_recognises_a_payment(meera: Client, stray: Event) -> None:
    shown = page(meera, "/events/", status="not_ours")
    assert "₹499.00" in shown
    assert "ananya.iyer@example.com" in shown
    assert shown.count("Assign…") == 1, "two events, one payment"
    assert "2 events" in shown
    found = page(meera, "/events/", status="not_ours", q=STRAY["id"])
    assert "2 events" in found, "an event that matched nothing is found by the ids in it"
    assert "No event matches." in page(meera, "/events/", status="not_ours", q="pay_Nobody00000001")


def test_from_the_event_to_the_order_with_a_look_at_both(
    meera: Client, seller: Seller, stray: Event, order: Order
) -> None:
    url = stray.get_absolute_url()
    assert "Assign to an order…" in page(meera, url)
    row = f'href="/orders/{order.uid}/"'
    assert row in page(meera, f"{url}assign/"), "found by the e-mail that was given"
    assert row in page(meera, f"{url}assign/", q=order.uid)
    assert "No order matches." in page(meera, f"{url}assign/", q="ord_nobodys")
    asked = page(meera, f"{url}assign/{order.uid}/")
    assert asked.count("₹499.00") == 2
    assert "if Razorpay told of the payment within two days" in asked
    assert not Assignment.objects.exists(), "looking changes nothing"
    said = meera.post(f"{url}assign/{order.uid}/", follow=True).content.decode()
    assert "Assigned. The order follows within seconds." in said
    work.work()
    order.refresh_from_db()
    assert order.status == "paid"
    story = page(meera, order.get_absolute_url())
    assert f"Payment {STRAY['id']} assigned to this order by hand" in story
    assert f"By {seller.user}" in story
    assert "Take back…" in page(meera, url)
    assert "the reminders that this payment ended go on" in page(meera, f"{url}unassign/")
    meera.post(f"{url}unassign/")
    work.work()
    order.refresh_from_db()
    assert order.status == "created"
    assert "is no longer assigned to this order" in page(meera, order.get_absolute_url())
    log = [str(entry.what) for entry in AuditEntry.objects.filter(user=seller.user)]
    assert len([line for line in log if STRAY["id"] in line]) == 2


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"amount": 9900}, "The amounts differ."),
        ({"amount_paid": 49900}, "Money came in for this order already"),
        ({"status": "expired"}, "The order has expired."),
        ({"currency": "USD"}, "The order is in another currency"),
    ],
)
def test_what_does_not_fit_is_said(
    meera: Client, stray: Event, order: Order, change: dict[str, Any], doubt: str
) -> None:
    url = f"{stray.get_absolute_url()}assign/{order.uid}/"
    assert doubt not in page(meera, url)
    Order.objects.update(**change)
    assert doubt in page(meera, url)


@pytest.mark.parametrize(
    ("kept", "too_much"), [(40_000, False), (40_001, True), (0, False), (49_900, True)]
)
def test_what_came_in_already_is_counted(
    meera: Client, stray: Event, order: Order, kept: int, too_much: bool
) -> None:
    """An order of 899 rupees, and a payment of 499."""
    Order.objects.update(amount=89_900, amount_paid=kept + 5, amount_refunded=5)
    said = page(meera, f"{stray.get_absolute_url()}assign/{order.uid}/")
    assert ("this would be more than was asked" in said) is too_much


def test_only_orders_of_the_same_gateway_that_are_paid_once_are_offered(
    meera: Client, stray: Event, their_gateway: Gateway, product: Product, customer: Customer
) -> None:
    theirs = make_order(their_gateway, product, customer, None)
    recurring = make_subscription(stray.gateway, customer).order
    for other in (theirs, recurring):
        url = f"{stray.get_absolute_url()}assign/{other.uid}/"
        assert meera.get(url).status_code == meera.post(url).status_code == 404
        found = page(meera, f"{stray.get_absolute_url()}assign/", q=other.uid)
        assert f'href="/orders/{other.uid}/"' not in found
    assert not Assignment.objects.exists()


def test_a_stranger_and_a_bookkeeper_assign_nothing(
    seller: Seller, stranger: Seller, meera: Client, stray: Event, order: Order
) -> None:
    client = Client()
    client.force_login(stranger.user)
    urls = [f"{stray.get_absolute_url()}{end}" for end in (f"assign/{order.uid}/", "unassign/")]
    assert {client.post(url).status_code for url in urls} == {404}
    Membership.objects.filter(user=seller.user).update(role=Membership.Role.READ_ONLY)
    assert {meera.post(url).status_code for url in urls} == {403}
    assert "Assign" not in page(meera, stray.get_absolute_url())
    assert not Assignment.objects.exists()
