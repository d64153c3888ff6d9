"""Placing an order: refused, unreachable or lost, nothing is half kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import responses
from django.conf import settings
from django.utils import timezone
from requests import ConnectTimeout, ReadTimeout

from accounts.models import Account
from gateways.choosing import NoGateway
from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from orders import checkout, expiring, once
from orders.checkout import NotPlaceable, NotYet
from orders.models import Order, Product
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import sample

URL = f"{settings.RAZORPAY_API_URL}/v1/orders"


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def place(product: Product, email: str = "Ananya.Iyer@example.com ", mode: Any = None) -> Order:
    return checkout.place(product.account, product, email, "Ananya", mode)


def refuse(wire: responses.RequestsMock, status: int, description: str = "no") -> None:
    wire.post(URL, status=status, json={"error": {"description": description}})


def test_it_is_placed_with_our_id_as_receipt_and_note(
    gateway: Gateway, product: Product, wire: responses.RequestsMock
) -> None:
    wire.post(URL, json={"id": "order_RsdMade0000001"})
    order = place(product)
    assert order.razorpay_order_id == "order_RsdMade0000001"
    assert order.customer.email == "ananya.iyer@example.com"
    sent = wire.calls[0].request.body
    assert str(sent).count(order.uid) == 2


@pytest.mark.parametrize(
    "email", ["", "  ", "nobody", "a@b", "void@razorpay.com", "VOID@razorpay.com"]
)
def test_without_an_address_razorpay_is_not_called(
    gateway: Gateway, product: Product, wire: responses.RequestsMock, email: str
) -> None:
    with pytest.raises(NotPlaceable) as caught:
        place(product, email)
    assert caught.value.code == "email_required"
    assert not wire.calls
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, errors.Refused), (401, errors.KeysRefused), (429, errors.TooManyRequests)],
)
def test_after_a_definite_refusal_nothing_is_kept(
    gateway: Gateway,
    product: Product,
    wire: responses.RequestsMock,
    status: int,
    error: type[Exception],
) -> None:
    refuse(wire, status)
    with pytest.raises(error):
        place(product)
    assert not Order.objects.exists()
    told = {400: ["refused_sale"], 401: ["keys_refused"], 429: []}[status]
    assert list(Problem.objects.values_list("kind", flat=True)) == told


def test_refused_keys_are_a_problem_until_a_call_goes_through(
    gateway: Gateway, product: Product, wire: responses.RequestsMock
) -> None:
    refuse(wire, 401)
    with pytest.raises(errors.KeysRefused):
        place(product)
    assert Problem.objects.standing().get().kind == "keys_refused"
    wire.replace(responses.POST, URL, json={"id": "order_RsdMade0000001"})
    place(product)
    assert not Problem.objects.standing().exists()


def test_a_request_that_was_never_sent_keeps_nothing(
    gateway: Gateway, product: Product, wire: responses.RequestsMock
) -> None:
    wire.post(URL, body=ConnectTimeout())
    with pytest.raises(errors.Unreachable):
        place(product)
    assert not Order.objects.exists()


LOST: list[dict[str, Any]] = [
    {"body": ReadTimeout()},
    {"status": 502, "body": "<html>"},
    {"status": 200, "body": "<html>"},
    {"status": 200, "json": {"entity": "order"}},
]


@pytest.mark.parametrize("answer", LOST, ids=["timeout", "502", "no JSON", "no id"])
@pytest.mark.parametrize("first", ["order.paid", "payment.captured"])
def test_after_a_lost_answer_the_order_is_found_by_our_note(
    gateway: Gateway,
    product: Product,
    wire: responses.RequestsMock,
    razorpay: Razorpay,
    answer: dict[str, Any],
    first: str,
) -> None:
    wire.post(URL, **answer)
    with pytest.raises(errors.OutcomeUnknown):
        place(product)
    kept = Order.objects.get()
    assert (kept.status, kept.razorpay_order_id) == ("created", None)

    lost = "order_RsdLost0000001"
    order = {"id": lost, "receipt": kept.uid, "notes": {"raseed_order": kept.uid}}
    told = [
        sample("order.paid", created_at=T, order=order, payment={"order_id": lost}),
        sample("payment.captured", created_at=T, payment={"order_id": lost}),
    ]
    razorpay.tell(*(told if first == "order.paid" else reversed(told)))
    kept.refresh_from_db()
    assert (kept.status, kept.razorpay_order_id, kept.amount_paid) == ("paid", lost, 49900)


def receipts(wire: responses.RequestsMock) -> list[str]:
    return [json.loads(call.request.body or "")["receipt"] for call in wire.calls]


class TestADraft:
    @pytest.fixture
    def draft(self, gateway: Gateway, product: Product) -> Order:
        return checkout.draft(product.account, product, "ananya@example.com", "", None)

    def test_is_completed_once_and_then_left_alone(
        self, draft: Order, wire: responses.RequestsMock
    ) -> None:
        wire.post(URL, json={"id": "order_RsdMade0000001"})
        for _turn in range(2):
            checkout.complete(Order.objects.get(pk=draft.pk))
        assert receipts(wire) == [draft.uid]

    @pytest.mark.parametrize("answer", LOST, ids=["timeout", "502", "no JSON", "no id"])
    def test_is_completed_with_the_same_receipt_after_a_lost_answer(
        self, draft: Order, wire: responses.RequestsMock, answer: dict[str, Any]
    ) -> None:
        wire.post(URL, **answer)
        with pytest.raises(errors.OutcomeUnknown):
            checkout.complete(draft, fresh=True)
        wire.replace(responses.POST, URL, json={"id": "order_RsdMade0000001"})
        checkout.complete(Order.objects.get(pk=draft.pk))
        assert receipts(wire) == [draft.uid, draft.uid]
        assert Order.objects.get().razorpay_order_id == "order_RsdMade0000001"

    @pytest.mark.parametrize("status", [400, 401, 429])
    def test_that_others_may_have_completed_is_not_taken_back(
        self, draft: Order, wire: responses.RequestsMock, status: int
    ) -> None:
        refuse(wire, status)
        with pytest.raises(errors.RazorpayError):
            checkout.complete(draft)
        assert Order.objects.get() == draft

    def test_is_at_one_process_at_a_time(self, draft: Order, wire: responses.RequestsMock) -> None:
        with once.turn(draft), pytest.raises(NotYet) as caught:
            checkout.complete(Order.objects.get(pk=draft.pk))
        assert caught.value.code == "being_placed"
        assert not wire.calls

    def test_is_left_by_a_process_that_died(
        self, draft: Order, wire: responses.RequestsMock, clock: Any
    ) -> None:
        wire.post(URL, json={"id": "order_RsdMade0000001"})
        dead = once.turn(draft)
        dead.__enter__()
        clock.shift(19)
        with pytest.raises(NotYet):
            checkout.complete(draft)
        clock.shift(2)
        checkout.complete(draft)
        assert draft.razorpay_order_id == "order_RsdMade0000001"

    def test_that_was_taken_back_meanwhile_is_not_placed(
        self, draft: Order, wire: responses.RequestsMock
    ) -> None:
        other = Order.objects.get(pk=draft.pk)
        checkout.take_back(draft)
        with pytest.raises(NotPlaceable) as caught:
            checkout.complete(other)
        assert (caught.value.code, isinstance(caught.value, NotYet)) == ("being_placed", False)
        assert not wire.calls

    def test_of_a_gateway_that_is_gone_is_not_placed(
        self, draft: Order, wire: responses.RequestsMock
    ) -> None:
        Gateway.objects.update(disconnected_at=timezone.now())
        with pytest.raises(NotPlaceable):
            checkout.complete(Order.objects.get(pk=draft.pk))
        assert not wire.calls


def test_what_nobody_was_told_of_expires_at_once_and_what_is_placed_lives_a_month(
    gateway: Gateway, product: Product, wire: responses.RequestsMock, clock: Any
) -> None:
    wire.post(URL, body=ReadTimeout())
    with pytest.raises(errors.OutcomeUnknown):
        place(product)
    wire.replace(responses.POST, URL, json={"id": "order_RsdMade0000001"})
    placed = place(product)
    assert placed.expires_at - placed.created_at == timedelta(days=30)
    clock.shift(61)
    expiring.expire()
    statuses = Order.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["expired", "created"]


def test_an_answer_that_comes_very_late_brings_the_order_back(
    gateway: Gateway, product: Product, wire: responses.RequestsMock, clock: Any
) -> None:
    def answer(_request: Any) -> tuple[int, dict[str, str], str]:
        clock.shift(120)
        expiring.expire()
        return 200, {}, '{"id": "order_RsdMade0000001"}'

    wire.add_callback(responses.POST, URL, answer, content_type="application/json")
    placed = place(product)
    placed.refresh_from_db()
    assert (placed.status, placed.expires_at > timezone.now()) == ("created", True)


def test_what_cannot_be_bought_is_refused_before_anything_is_made(
    gateway: Gateway, product: Product, account: Account, wire: responses.RequestsMock
) -> None:
    product.archived_at = timezone.now()
    with pytest.raises(NotPlaceable) as caught:
        place(product)
    assert caught.value.code == "not_for_sale"
    with pytest.raises(NoGateway):
        place(product, mode="live")
    product.prices.update(kind="subscription", period="monthly", total_count=12)
    with pytest.raises(NotPlaceable) as caught:
        place(product)
    assert caught.value.code == "subscription_product"
    assert not Order.objects.exists()
    assert not wire.calls
