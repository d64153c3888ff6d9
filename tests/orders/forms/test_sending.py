"""A buyer sends a form: one order, with what was answered, and on to its payment."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from django.test import Client
from django.utils import timezone

from orders import catalogue
from orders.models import Customer, FormField, Order, OrderForm
from tests import killing
from tests.killing import NEVER
from tests.orders.forms.conftest import (
    ORDERS,
    Send,
    alert,
    filled_in,
    make_form,
    ticket_in,
)

Wire = responses.RequestsMock


def test_it_becomes_an_order_with_its_answers(
    send: Send, form: OrderForm, razorpay_makes: Wire
) -> None:
    response = send()
    order = Order.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/pay/{order.uid}/")
    assert (order.form, order.amount, order.gateway.mode) == (form, 49900, "live")
    assert order.razorpay_order_id == "order_RsdMade0000000"
    assert order.answers == [
        {"label": "Where do you live?", "value": "Pune"},
        {"label": "I agree", "value": "Yes"},
    ]
    asked = json.loads(razorpay_makes.calls[0].request.body or "")
    assert asked["notes"]["raseed_order"] == order.uid


def test_the_customer_is_known_by_the_address(
    send: Send, form: OrderForm, razorpay_makes: Wire, buyer: Client
) -> None:
    buyer.defaults["HTTP_ACCEPT_LANGUAGE"] = "hi"
    send()
    customer = Customer.objects.get()
    assert customer.email == "ananya.iyer@example.com"
    assert (customer.name, customer.phone) == ("Ananya Iyer", "+91 98401 22765")
    assert customer.language == "hi"
    # What the seller reads is in the seller's language.
    assert {"label": "I agree", "value": "Yes"} in Order.objects.get().answers


def test_whoever_types_a_known_address_changes_nothing_but_is_heard(
    send: Send, buyer: Client, razorpay_makes: Wire, customer: Customer
) -> None:
    customer.phone = "+91 11111 11111"
    customer.save()
    buyer.defaults["HTTP_ACCEPT_LANGUAGE"] = "hi"
    send(name="Somebody Else")
    customer.refresh_from_db()
    assert (customer.name, customer.phone) == ("Ananya Iyer", "+91 11111 11111")
    told = Order.objects.get().answers
    assert {"label": "Name", "value": "Somebody Else"} in told
    assert {"label": "Phone", "value": "+91 98401 22765"} in told


@pytest.mark.parametrize(
    "email", ["", "  ", "nobody", "a@b", "void@razorpay.com", "VOID@Razorpay.com", "x" * 300]
)
def test_without_a_valid_address_razorpay_is_not_called(send: Send, wire: Wire, email: str) -> None:
    response = send(email=email)
    assert response.status_code == 400
    assert 'data-code="email_required"' in response.content.decode()
    assert response.context["form"].errors["email"]
    assert 'value="Ananya Iyer"' in response.content.decode()
    assert not wire.calls
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_a_form_that_lost_its_address_field_takes_nothing(
    buyer: Client, form: OrderForm, wire: Wire
) -> None:
    page = buyer.get(form.public_path)
    FormField.objects.filter(kind="email").delete()
    sent = {"ticket": ticket_in(page), **filled_in(form)}
    response = buyer.post(form.public_path, sent)
    assert response.status_code == 400
    assert 'data-code="email_required"' in response.content.decode()
    assert "cannot take payments right now" in buyer.get(form.public_path).content.decode()
    assert not wire.calls


def test_a_request_without_anything_is_refused_by_the_address(
    buyer: Client, form: OrderForm, wire: Wire
) -> None:
    response = buyer.post(form.public_path, {})
    assert response.status_code == 400
    assert 'data-code="email_required"' in response.content.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 151),
        ("phone", "abc"),
        ("phone", "+91 98401 22765<script>"),
        ("choice", "Delhi"),
        ("checkbox", ""),
        ("text", "x" * 1001),
        ("text", "a\0b"),
    ],
)
def test_every_field_says_what_is_wrong_at_the_field(
    send: Send, form: OrderForm, wire: Wire, field: str, typed: str
) -> None:
    asked = form.fields.get(kind=field)
    name = field if field in FormField.ABOUT_BUYER else f"answer-{asked.pk}"
    response = send(**{name: typed})
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {name}
    assert f'id="id_{name}_error"' in response.content.decode()
    assert not wire.calls


class TestOnce:
    def test_a_double_click_is_one_order(
        self, buyer: Client, form: OrderForm, razorpay_makes: Wire
    ) -> None:
        sent = {"ticket": ticket_in(buyer.get(form.public_path)), **filled_in(form)}
        first, second = (buyer.post(form.public_path, sent) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert len(razorpay_makes.calls) == 1

    def test_going_back_and_pressing_again_is_the_same_order(
        self, send: Send, razorpay_makes: Wire
    ) -> None:
        """The page is loaded anew, with another ticket of the same visit."""
        first, second = send(), send()
        assert first["Location"] == second["Location"]
        assert Order.objects.count() == 1

    def test_what_was_changed_is_another_order(self, send: Send, razorpay_makes: Wire) -> None:
        assert send()["Location"] != send(email="ravi@example.com")["Location"]

    def test_another_browser_is_another_order(self, send: Send, razorpay_makes: Wire) -> None:
        assert send()["Location"] != send(Client())["Location"]

    def test_hours_later_it_is_another_order(
        self, send: Send, razorpay_makes: Wire, clock: Any
    ) -> None:
        first = send()
        clock.shift(60 * 60 + 1)
        assert send()["Location"] != first["Location"]

    def test_while_one_request_is_at_it_the_other_waits_on_the_pay_page(
        self, buyer: Client, form: OrderForm, wire: Wire
    ) -> None:
        sent = {"ticket": ticket_in(buyer.get(form.public_path)), **filled_in(form)}
        seen = []

        def answer(_request: Any) -> tuple[int, dict[str, str], str]:
            seen.append(buyer.post(form.public_path, sent))
            seen.append(buyer.get(seen[0]["Location"]))
            return 200, {}, '{"id": "order_RsdMade0000001"}'

        wire.add_callback(responses.POST, ORDERS, answer, content_type="application/json")
        first = buyer.post(form.public_path, sent)
        assert seen[0]["Location"] == first["Location"]
        assert "Your order is being prepared" in seen[1].content.decode()
        assert len(wire.calls) == 1
        assert Order.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_a_process_that_died_in_the_middle_does_not_shut_the_form(
        self, buyer: Client, form: OrderForm, razorpay_makes: Wire, clock: Any
    ) -> None:
        """The order is there; once the time of the dead process is over, it is completed."""
        sent = {"ticket": ticket_in(buyer.get(form.public_path)), **filled_in(form)}
        with killing.process(NEVER) as whole:
            buyer.post(form.public_path, {**sent, "email": "somebody.else@example.com"})
        call = next(n for n, step in enumerate(whole.steps, 1) if step.startswith("after POST"))
        with killing.process(call) as run:
            buyer.post(form.public_path, sent)
        assert run.is_dead
        page = buyer.post(form.public_path, sent, follow=True).content.decode()
        assert "Your order is being prepared" in page
        clock.shift(21)
        page = buyer.post(form.public_path, sent, follow=True).content.decode()
        assert "data-order=" in page
        receipts = [json.loads(c.request.body or "")["receipt"] for c in razorpay_makes.calls]
        assert receipts[1] == receipts[2] == Order.objects.latest("pk").uid
        assert len(receipts) == 3

    @pytest.mark.parametrize("ticket", ["", "x", "a:b:c"])
    def test_without_a_ticket_of_ours_nothing_is_placed(
        self, buyer: Client, form: OrderForm, wire: Wire, ticket: str
    ) -> None:
        response = buyer.post(form.public_path, {"ticket": ticket, **filled_in(form)})
        assert response.status_code == 409
        assert "open for too long" in alert(response)
        assert 'value="Ananya Iyer"' in response.content.decode()

    def test_a_ticket_of_another_form_is_none(
        self, buyer: Client, form: OrderForm, wire: Wire
    ) -> None:
        other = make_form(form.product, "other", published_at=timezone.now())
        ticket = ticket_in(buyer.get(other.public_path))
        response = buyer.post(form.public_path, {"ticket": ticket, **filled_in(form)})
        assert response.status_code == 409


def test_a_price_that_changed_meanwhile_is_shown_first(
    buyer: Client, form: OrderForm, razorpay_makes: Wire
) -> None:
    sent = {"ticket": ticket_in(buyer.get(form.public_path)), **filled_in(form)}
    catalogue.change_price(form.product, {"amount": 59900, "currency": "INR"})
    response = buyer.post(form.public_path, sent)
    assert response.status_code == 409
    assert "Pay ₹599.00" in response.content.decode()
    assert not razorpay_makes.calls
    again = buyer.post(form.public_path, sent | {"ticket": ticket_in(response)})
    assert again.status_code == 302
    assert Order.objects.get().amount == 59900


def test_after_ten_in_a_minute_an_address_waits(
    send: Send, form: OrderForm, razorpay_makes: Wire, clock: Any
) -> None:
    for n in range(10):
        assert send(email=f"buyer{n}@example.com").status_code == 302
    response = send(email="buyer10@example.com")
    assert response.status_code == 429
    assert "wait a minute" in alert(response)
    assert 'value="buyer10@example.com"' in response.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert send(elsewhere, email="buyer11@example.com").status_code == 302
    clock.shift(60)
    assert send(email="buyer10@example.com").status_code == 302


def test_another_site_cannot_send_it(form: OrderForm, wire: Wire) -> None:
    browser = Client(enforce_csrf_checks=True)
    ticket = ticket_in(browser.get(form.public_path))
    response = browser.post(form.public_path, {"ticket": ticket, **filled_in(form)})
    assert response.status_code == 403
    assert not Order.objects.exists()
