"""How an unpaid cycle can be paid, and what Razorpay's own button does: by what is charged."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Payment, Price, Reattempt
from subscriptions.models import Bill, Cycle, Invoice, Subscription
from subscriptions.pages import recovering
from tests import lives
from tests.lives import DAY, MONTH, T
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of
from tests.samples import sample


@pytest.fixture
def page(see: See, subscription: Subscription, meera: Client, seller: Seller) -> Any:
    def shown() -> str:
        meera.force_login(seller.user)  # the session of a month ago is over
        return see(f"/subscriptions/{subscription.uid}/")

    return shown


@pytest.fixture
def failing(subscription: Subscription, tell: Any) -> Subscription:
    """Its second period has failed twice."""
    tell(lives.charged(0, T + 8), lives.pending(1, 1), lives.pending(1, 2))
    return Subscription.objects.get()


def invoice_of(subscription: Subscription, start: int, status: str = "issued") -> Invoice:
    return Invoice.objects.create(
        gateway=subscription.gateway, subscription=subscription, status=status, amount=49900,
        currency="INR", razorpay_invoice_id=f"inv_Rsd{start}", billing_start=start,
        billing_end=start + MONTH, short_url=f"https://rzp.example/i/{start}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "international", "said"),
    [
        ("card", True, "works for this card, which is of another country, in live mode."),
        ("card", False, "has no “Attempt Charge” for Indian cards"),
        ("card", None, "has no “Attempt Charge” for Indian cards"),
        ("upi", None, "has no “Attempt Charge” for UPI"),
        ("emandate", None, "tries again once the bank has answered"),
        ("", None, "for cards of other countries only"),
    ],
)
def test_razorpays_button_is_explained_by_what_is_charged(
    failing: Subscription, method: str, international: bool | None, said: str
) -> None:
    card = [Payment(method="card", international=international)] if method == "card" else []
    failing.payment_method = method
    failing.gateway.mode = "live"
    assert said in recovering.button(failing, card)
    assert "test mode" not in recovering.button(failing, card)


def test_the_button_of_test_mode_is_another(failing: Subscription) -> None:
    assert "In test mode it shows “Charge this now”" in recovering.button(failing, [])


def test_the_two_ways_that_work_can_be_copied(page: Any, failing: Subscription) -> None:
    invoice_of(failing, T)
    open_one = invoice_of(failing, T + MONTH)
    shown = page()
    in_order(
        text_of(shown), "Recovering cycle 2", "What works without waiting",
        "The buyer pays the open invoice", open_one.short_url, "Copy",
        "The buyer changes the card or UPI", f"/pay/{failing.order.uid}/method/", "Copy",
        "Razorpay's dashboard", "This cannot be changed.",
    )  # fmt: skip


def test_what_is_tried_by_hand_is_shown_and_not_counted(
    page: Any, failing: Subscription, tell: Any
) -> None:
    named = {"invoice_id": "inv_RsdCycle0001", "order_id": "order_RsdCycle0001"}
    Cycle.objects.filter(start=T + MONTH).update(
        razorpay_order_id=named["order_id"], razorpay_invoice_id=named["invoice_id"]
    )
    invoice = invoice_of(failing, T + MONTH)
    invoice.razorpay_invoice_id = named["invoice_id"]
    invoice.save()
    when = T + MONTH + DAY + 5 * 3600
    by_hand: dict[str, Any] = {"id": "pay_RsdHand0000001", "method": "upi", "created_at": when}
    tell(sample("payment.failed", created_at=when, payment=by_hand | named))
    text = text_of(page())
    in_order(text, "1 of 3 used", "Tried by the buyer", "Not counted, moves no date", "If it fails")
    in_order(text, "Story", "The buyer tried to pay by hand", "Why: A try by hand: not counted")


def test_why_a_charge_failed_is_said_as_soon_as_its_payment_is_known(
    page: Any, failing: Subscription, tell: Any
) -> None:
    in_order(text_of(page()), "First try failed", "Razorpay has not said why", "Re-attempt 1 of 3")
    invoice = invoice_of(failing, T + MONTH)
    when = T + MONTH + 50
    payment: dict[str, Any] = {
        "id": "pay_RsdFirst000001",
        "invoice_id": invoice.razorpay_invoice_id,
    }
    payment |= {"order_id": "order_RsdCycle0001", "created_at": when}
    tell(sample("payment.failed", created_at=when, payment=payment))
    in_order(text_of(page()), "First try failed", "Too little money in the account", "Re-attempt 1")


def test_after_a_halt_old_invoices_stay_open_and_are_never_charged_by_themselves(
    page: Any, subscription: Subscription, tell: Any
) -> None:
    tell(*lives.halted_after_four_failures())
    invoice_of(subscription, T, status="paid")
    old = invoice_of(subscription, T + MONTH)
    shown = page()
    in_order(
        text_of(shown), "All three failed", "How it can still be paid", old.short_url,
        "Later periods are charged again then. This one stays open", "Invoices",
        old.razorpay_invoice_id, "never charged by itself", old.short_url, "Copy", "Issued",
    )  # fmt: skip
    assert text_of(shown).count("never charged by itself") == 1
    assert "If it fails" not in text_of(shown)


def test_what_is_paid_or_cancelled_asks_for_nothing(
    page: Any, subscription: Subscription, tell: Any
) -> None:
    tell(*lives.renewed_after_two_failures())
    assert "How it can still be paid" not in text_of(page())
    when = T + MONTH + 2 * DAY
    tell(sample("subscription.cancelled", created_at=when))
    assert "How it can still be paid" not in text_of(page())


def test_an_e_mandate_waits_for_its_bank(page: Any, failing: Subscription) -> None:
    Subscription.objects.update(payment_method="emandate")
    text = text_of(page())
    in_order(text, "Next date", "when the bank answers", "Re-attempt 2 of 3", "fixes no day")
    in_order(text, "Next", "Razorpay charges once the bank has answered: this day is an estimate.")


@pytest.fixture
def ours(failing: Subscription) -> Bill:
    """The same, charged by Raseed: the bill of the period that fails."""
    Price.objects.update(charged_by="raseed")
    Reattempt.objects.update(made_by="raseed")
    first = {"subscription": failing, "amount": 49900, "currency": "INR"}
    Bill.objects.create(**first, number=1, start=T, end=T + MONTH, authorises=True)
    return Bill.objects.create(**first, number=2, start=T + MONTH, end=T + 2 * MONTH)


def test_a_mandate_of_ours_has_a_bill_with_a_page_of_its_own(page: Any, ours: Bill) -> None:
    text = text_of(page())
    in_order(
        text, "Re-attempt 2 of 3", "Raseed debits the mandate", "The buyer pays the open bill",
        f"/pay/bill/{ours.uid}/", "Raseed debits this mandate, always on the same Razorpay order",
        "Bills", "Paid", "Open",
    )  # fmt: skip
    assert "sets up a new mandate" not in text
    assert "change the card" not in text


def test_where_the_mandate_is_dead_a_new_one_is_asked_for(page: Any, ours: Bill) -> None:
    Reattempt.objects.exclude(state="failed").update(state="cancelled", reason="new_mandate_needed")
    in_order(
        text_of(page()), "Over: a new mandate is needed", "The buyer sets up a new mandate",
        f"/pay/bill/{ours.uid}/renew/", "never charged by itself", f"/pay/bill/{ours.uid}/",
    )  # fmt: skip


def test_debits_are_told_with_why(page: Any, ours: Bill) -> None:
    ours.debits.create(n=0, state="accepted", razorpay_payment_id="pay_RsdDebit000001")
    ours.debits.create(
        n=1,
        state="refused",
        reason="unreachable",
        refusal="Too many requests",
        razorpay_token_id="",
    )
    ours.debits.create(n=1, state="unknown")
    in_order(
        text_of(page()), "Raseed asked Razorpay to debit ₹499.00", "pay_RsdDebit000001",
        "Why: The billing period began.", "Re-attempt 1 of 3: Raseed asked Razorpay to debit",
        "No debit was made: not counted", "Too many requests", "Why: Razorpay not reachable",
        "The answer was lost", "charges nothing meanwhile",
    )  # fmt: skip


def test_a_stranger_gets_404(charlie: Client, stranger: Seller, failing: Subscription) -> None:
    charlie.force_login(stranger.user)
    assert charlie.get(f"/subscriptions/{failing.uid}/").status_code == 404


def test_a_gateway_that_is_gone_pauses_the_series(page: Any, failing: Subscription) -> None:
    Gateway.objects.update(disconnected_at=failing.gateway.connected_at)
    in_order(text_of(page()), "Next date", "Paused", "this Razorpay account is disconnected")
