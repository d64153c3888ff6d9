"""One subscription's page: its cycles, what paid for them, and how a failing one is recovered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.sellers import Seller
from orders.models import Customer, Payment, Product
from subscriptions.models import Invoice, Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of


@pytest.fixture
def page(see: See, subscription: Subscription) -> Any:
    return lambda: text_of(see(f"/subscriptions/{subscription.uid}/"))


def test_before_the_first_charge(page: Any) -> None:
    in_order(
        page(), "₹499.00 a month", "Created", "Test mode", "Weavers' Circle for Ananya Iyer",
        "Next charge", "–", "Cycles", "Nothing was charged yet.",
        "Why does Ananya Iyer not have access?", "Nothing was paid yet.", "Circle",
    )  # fmt: skip


def test_cycles_stand_newest_first_with_what_paid_for_them(page: Any, razorpay: Razorpay) -> None:
    razorpay.tell(*lives.renewed_after_two_failures())
    text = page()
    in_order(
        text, "Charges paid", "2", "Paid and kept", "₹998.00", "Recovering cycle 2",
        "Paid", "1 of 3 used", "First try failed", "Re-attempt 1 of 3 failed",
        "Re-attempt 2 of 3", "Not needed: it was paid", "Re-attempt 3 of 3",
        "Not needed: it was paid",
        "This cannot be changed.", "Cycles",
        "2 · 24 Dec 2026 – 23 Jan 2027", "Paid", "pay_RsdCycle000001",
        "2 automatic charges failed", "₹499.00", "1 · 24 Nov 2026 – 24 Dec 2026", "Paid",
        "pay_RsdCycle000000", "₹499.00", "Why does Ananya Iyer have access?",
    )  # fmt: skip
    assert text.count("Recovering cycle") == 1


def test_a_cycle_being_tried_again_is_in_grace(
    page: Any, tell: Any, meera: Client, seller: Seller
) -> None:
    tell(lives.charged(0, lives.T + 8), lives.pending(1, 1), lives.pending(1, 2))
    meera.force_login(seller.user)  # the session of a month ago is over
    in_order(
        page(), "Pending", "Grace until", "Thu 31 Dec, 11:30", "Re-attempts used", "1 of 3",
        "Next date", "tomorrow, 11:30", "Razorpay charges", "Still to pay", "₹499.00",
        "Re-attempt 2 of 3, scheduled", "Re-attempt 1 of 3 failed",
        "Re-attempt 2 of 3", "Razorpay charges", "If it fails", "Access is suspended",
        "Unpaid", "2 automatic charges failed",
        "A charge is unpaid and being tried again: access in grace. It ends on", "In grace",
    )  # fmt: skip


def test_a_halt_is_said_where_it_happened(page: Any, razorpay: Razorpay) -> None:
    razorpay.tell(*lives.halted_after_four_failures())
    in_order(
        page(), "Halted", "Next charge", "–", "All three failed", "2 · 24 Dec 2026", "Halted",
        "4 automatic charges failed", "Halted 27 Dec, 11:31", "not have access?", "Suspended",
    )  # fmt: skip


def test_a_refunded_cycle_is_refunded(page: Any, razorpay: Razorpay) -> None:
    razorpay.tell(*lives.one_charge_refunded())
    in_order(page(), "Paid and kept", "₹499.00", "2 · 24 Dec 2026", "Refunded", "Refunded 25 Dec")


def test_a_payment_that_was_not_captured_pays_for_nothing(page: Any, razorpay: Razorpay) -> None:
    razorpay.tell(lives.charged(0, lives.T + 8))
    assert "pay_RsdCycle000000" in page()
    Payment.objects.update(captured=False)
    text = page().partition("Story Newest")[0]
    assert "pay_RsdCycle000000" not in text
    in_order(text, "Cycles", "1 · 24 Nov 2026", "Being charged")


def test_invoices_link_to_where_they_can_be_paid(
    see: See, razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(*lives.first_charge_in_five_events())
    Invoice.objects.update(short_url="https://rzp.example/i/1")
    Subscription.objects.update(short_url="https://rzp.example/s/1")
    shown = see(f"/subscriptions/{subscription.uid}/")
    in_order(text_of(shown), "Invoices", "inv_RsdCycle0000", "Paid", "₹", "At Razorpay")
    for link in ("https://rzp.example/i/1", "https://rzp.example/s/1"):
        assert f'href="{link}" target="_blank" rel="noopener noreferrer"' in shown
    assert f'href="/orders/{subscription.order.uid}/"' in shown
    assert f'href="/customers/{subscription.order.customer.uid}/"' in shown


def test_the_order_leads_to_its_subscription_and_tells_its_tries(
    see: See, razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(*lives.halted_after_four_failures())
    shown = see(f"/orders/{subscription.order.uid}/")
    assert f'href="/subscriptions/{subscription.uid}/"' in shown
    text = text_of(shown)
    in_order(text, "One charge", "₹499.00", "Paid in all", "₹499.00")
    in_order(text, "Re-attempt 1 of 3 failed", "Re-attempt 2 of 3 failed", "Re-attempt 3 of 3")
    assert "Still open" not in text


def test_a_second_charge_is_not_more_than_was_asked(
    see: See, razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(lives.charged(0, lives.T + 8), lives.charged(1, lives.T + lives.MONTH))
    text = text_of(see(f"/orders/{subscription.order.uid}/"))
    assert text.count("Payment of ₹499.00 received") == 2
    assert "this is more than was asked" not in text


def test_what_buyers_type_is_shown_as_text(see: See, subscription: Subscription) -> None:
    attack = "<script>alert(1)</script>"
    Customer.objects.update(name=attack)
    Product.objects.update(name=attack)
    for url in ("/subscriptions/", f"/subscriptions/{subscription.uid}/"):
        shown = see(url)
        assert attack not in shown
        assert "&lt;script&gt;" in shown


def test_a_page_costs_the_same_whatever_was_charged(
    see: See, razorpay: Razorpay, subscription: Subscription, django_assert_max_num_queries: Any
) -> None:
    for number in range(9):
        razorpay.tell(lives.charged(number, lives.T + number * lives.MONTH + 8))
    with django_assert_max_num_queries(34):
        shown = see(f"/subscriptions/{subscription.uid}/")
    assert text_of(shown).partition(" Story All ")[0].count("pay_RsdCycle") == 9


@pytest.mark.parametrize("life", lives.RECURRING, ids=lambda life: life.__name__)
@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_life_can_be_shown_in_both_languages(
    meera: Any, razorpay: Razorpay, subscription: Subscription, life: Any, language: str
) -> None:
    razorpay.tell(*life())
    for url in (
        f"/subscriptions/{subscription.uid}/",
        f"/orders/{subscription.order.uid}/",
        f"/customers/{subscription.order.customer.uid}/",
        "/subscriptions/",
    ):
        response = meera.get(url, headers={"Accept-Language": language})
        assert response.status_code == 200
        assert response["Content-Language"] == language
