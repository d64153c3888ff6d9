"""Each of the 17 events changes what the contract says it changes, seen through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from gateways.models import LookUp, Problem
from gateways.razorpay.events import ACTED_ON, EVENTS, EXTRA, GROUPS
from orders.models import Mail, Order
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import names, sample
from tests.scripts import Api
from webhooks.models import Event
from webhooks.routes import ROUTES

ORDER = "order_RsdOrder000001"
PAYMENT = "pay_RsdCard0000001"
SUBSCRIPTION = "sub_RsdSubscr00001"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime.fromtimestamp(T + 60, UTC), tick=False) as travelled:
        yield travelled


def mails() -> set[str]:
    return set(Mail.objects.filter(state="waiting").values_list("kind", flat=True))


def test_every_event_has_a_route_and_a_sample() -> None:
    assert len(EVENTS) == len(set(EVENTS)) == 17
    assert [len(group) for group in GROUPS.values()] == [3, 1, 1, 10, 2]
    assert set(ROUTES) == set(EVENTS) | set(EXTRA) == ACTED_ON
    sampled = {event for event in ROUTES if any(name.startswith(event) for name in names())}
    assert sampled == set(ROUTES)


@pytest.mark.parametrize("name", names())
def test_every_sample_posted_twice_changes_the_books_once(
    razorpay: Razorpay, order: Order, subscription: Subscription, api: Api, name: str
) -> None:
    razorpay.tell(sample(name))
    event = Event.objects.get()
    assert event.status in {"processed", "unmatched"}, event.error
    once = Mail.objects.count(), api.get("payments"), api.get("orders"), api.get("subscriptions")
    assert razorpay.post(sample(name)).json() == {"status": "duplicate"}
    # And told again in other words: another body, the same facts.
    razorpay.tell(sample(name) | {"again": 1})
    again = Mail.objects.count(), api.get("payments"), api.get("orders"), api.get("subscriptions")
    assert again == once


def test_payment_authorized(razorpay: Razorpay, order: Order, api: Api) -> None:
    razorpay.tell(sample("payment.authorized.card"))  # with captured: true beside it
    payment = api.one("payments", razorpay_payment_id=PAYMENT)
    assert (payment["status"], payment["captured"], payment["order"]) == (
        "authorized", False, order.uid,
    )  # fmt: skip
    assert api.one("orders", razorpay_order_id=ORDER)["status"] == "attempted"
    assert api.access(order.product)["allowed"] is False
    assert LookUp.objects.get().why == "still_authorized"
    razorpay.tell(sample("payment.captured"))
    assert LookUp.objects.get().done_at is not None


def test_payment_captured(razorpay: Razorpay, order: Order, api: Api) -> None:
    razorpay.tell(sample("payment.captured"))
    assert api.one("payments", razorpay_payment_id=PAYMENT)["method"] == "upi"
    found = api.one("orders", razorpay_order_id=ORDER)
    assert (found["status"], found["amount_paid"]) == ("paid", 49900)
    assert api.access(order.product)["because"] == "paid"
    assert mails() == {"receipt"}


@pytest.mark.parametrize("shape", ["card", "netbanking", "wallet"])
def test_payment_captured_by_any_method(
    razorpay: Razorpay, order: Order, api: Api, shape: str
) -> None:
    razorpay.tell(sample(f"payment.captured.{shape}"))
    payment = api.one("payments", razorpay_payment_id=PAYMENT)
    assert payment["method"] == shape
    assert payment["email"] in {"", "ananya.iyer@example.com"}, "never the placeholder"
    assert api.access(order.product)["allowed"] is True


def test_payment_failed(razorpay: Razorpay, order: Order, api: Api) -> None:
    razorpay.tell(sample("payment.failed.card"))  # with captured: true beside it
    payment = api.one("payments", razorpay_payment_id=PAYMENT)
    assert (payment["status"], payment["captured"]) == ("failed", False)
    assert api.one("orders", razorpay_order_id=ORDER)["status"] == "attempted"
    tries = api.get("reattempts", order=order.uid)["results"]
    assert [(r["n"], r["state"], r["made_by"]) for r in tries] == [
        (n, "scheduled", "raseed") for n in (1, 2, 3)
    ]
    mail, to_seller = Mail.objects.order_by("kind")
    assert (mail.kind, to_seller.kind) == ("failure", "failure_seller")
    assert mail.due_at == datetime.fromtimestamp(T + 60 + 1800, UTC), "after 30 minutes"


def test_order_paid(razorpay: Razorpay, order: Order, api: Api) -> None:
    razorpay.tell(sample("order.paid.created-at-inside"))
    assert api.one("orders", razorpay_order_id=ORDER)["status"] == "paid"
    assert api.one("payments", razorpay_payment_id=PAYMENT)["status"] == "captured"
    assert api.access(order.product)["allowed"] is True


def test_refund_created_takes_access_only_where_it_is_processed_already(
    razorpay: Razorpay, order: Order, api: Api
) -> None:
    razorpay.tell(
        sample("payment.captured"), sample("refund.created", refund={"status": "pending"})
    )
    refund = api.one("refunds", razorpay_refund_id="rfnd_RsdRefund0001")
    assert refund["status"] == "pending"
    assert api.one("orders", razorpay_order_id=ORDER)["status"] == "paid"
    assert api.access(order.product)["allowed"] is True
    razorpay.tell(sample("refund.created"))  # as published: processed
    assert api.one("orders", razorpay_order_id=ORDER)["status"] == "refunded"
    answer = api.access(order.product)
    assert (answer["allowed"], answer["because"]) == (False, "refunded")


def test_refund_processed_in_part_keeps_access(razorpay: Razorpay, order: Order, api: Api) -> None:
    razorpay.tell(*lives.paid_and_partly_refunded_twice())
    found = api.one("orders", razorpay_order_id=ORDER)
    assert (found["status"], found["amount_refunded"]) == ("partially_refunded", 15000)
    assert api.access(order.product)["allowed"] is True
    payment = api.one("payments", razorpay_payment_id=PAYMENT)
    assert payment["amount_refunded"] == 15000


class TestBeyondTheSeventeen:
    def test_refund_failed(self, razorpay: Razorpay, order: Order, api: Api) -> None:
        razorpay.tell(sample("payment.captured"), sample("refund.failed"))
        refund = api.one("refunds", razorpay_refund_id="rfnd_RsdRefund0001")
        assert refund["status"] == "failed"
        assert api.one("orders", razorpay_order_id=ORDER)["status"] == "paid"

    def test_both_ends_of_a_refund_are_a_reason_to_ask(
        self, razorpay: Razorpay, order: Order, api: Api
    ) -> None:
        razorpay.tell(sample("refund.processed"), sample("refund.failed"))
        refund = api.one("refunds", razorpay_refund_id="rfnd_RsdRefund0001")
        assert refund["status"] == "processed"
        assert LookUp.objects.filter(why="both_ends").exists()

    def test_an_auto_refund_of_what_was_never_captured_takes_nothing(
        self, razorpay: Razorpay, order: Order, api: Api
    ) -> None:
        razorpay.tell(*lives.late_authorisation_given_back())
        assert api.one("orders", razorpay_order_id=ORDER)["status"] == "paid"
        assert api.access(order.product)["allowed"] is True

    def test_a_lost_dispute_counts_like_a_refund(
        self, razorpay: Razorpay, order: Order, api: Api
    ) -> None:
        captured, created, _review, lost = lives.disputed_and_lost()
        razorpay.tell(captured, created)
        problem = Problem.objects.standing().get()
        assert problem.kind == "dispute"
        assert "₹499.00" in str(problem.what)
        assert api.access(order.product)["allowed"] is True
        razorpay.tell(lost)
        assert not Problem.objects.standing().exists()
        assert api.one("orders", razorpay_order_id=ORDER)["status"] == "refunded"
        assert api.access(order.product)["allowed"] is False

    def test_a_dispute_that_was_answered_is_with_the_bank(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        captured, created, review, _lost = lives.disputed_and_lost()
        razorpay.tell(captured, created)
        first = Problem.objects.standing().get()
        assert str(first.mend).startswith("Answer in the Razorpay dashboard, under Disputes")
        razorpay.tell(review)
        problem = Problem.objects.standing().get()
        assert str(problem.mend).startswith("You have answered")
        razorpay.tell(sample("payment.dispute.under_review", created_at=lives.T + 7 * lives.DAY))
        again = Problem.objects.standing().get()
        assert (again.pk, again.count) == (first.pk, problem.count), "nothing new was said"

    def test_a_dispute_is_shown_with_the_way_to_its_order(
        self, razorpay: Razorpay, order: Order, client: Client, owner: User
    ) -> None:
        captured, created, *_rest = lives.disputed_and_lost()
        razorpay.tell(captured, created)
        client.force_login(owner)
        page = client.get("/problems/").content.decode()
        assert f'href="/orders/{order.uid}/">Open the order</a>' in page

    def test_a_won_dispute_is_forgotten(self, razorpay: Razorpay, order: Order, api: Api) -> None:
        razorpay.tell(
            sample("payment.captured"),
            sample("payment.dispute.won"),
            sample("payment.dispute.created"),
        )
        assert not Problem.objects.standing().exists()
        assert api.one("orders", razorpay_order_id=ORDER)["status"] == "paid"

    def test_a_token_is_noted_with_the_order_it_was_given_for(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.authorized.card"), sample("token.confirmed"))
        mandate = order.mandates.get()
        assert mandate.status == "confirmed"
        razorpay.tell(sample("token.cancelled"))
        mandate.refresh_from_db()
        assert mandate.status == "cancelled"

    def test_an_expired_invoice_pays_for_nothing(
        self, razorpay: Razorpay, subscription: Subscription, api: Api
    ) -> None:
        razorpay.tell(sample("invoice.expired", invoice={"subscription_id": SUBSCRIPTION}))
        assert subscription.invoices.get().status == "expired"
        found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
        assert found["paid_until"] is None
