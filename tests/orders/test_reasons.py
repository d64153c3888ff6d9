"""Why a payment failed, in words that help."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from orders import lines, reasons
from orders.reasons import Remedy

# Razorpay's: cards, UPI AutoPay, e-mandates.
DOCUMENTED = [
    "payment_timed_out", "gateway_technical_error", "payment_cancelled", "card_declined",
    "insufficient_funds", "card_not_enrolled", "bank_technical_error",
    "card_disabled_for_online_payments", "authentication_failed", "payment_risk_check_failed",
    "payment_failed", "incorrect_cvv", "debit_instrument_inactive", "debit_instrument_blocked",
    "card_expired", "transaction_limit_exceeded", "bank_not_available",
    "credit_to_beneficiary_failed", "invalid_response_from_gateway", "payment_pending",
    "psp_not_available", "request_timed_out", "vpa_resolution_failed", "issuer_dispatch_failed",
    "remitter_dispatch_failed", "psp_timeout", "adequate_funds_not_available_blocked",
    "bank_account_invalid", "debit_declined", "invalid_token", "mandate_cancelled",
    "mandate_expired", "mandate_not_active", "remitter_account_dormant",
    "transaction_not_allowed", "umn_does_not_exist_payer", "payer_account_has_changed",
    "mandate_current_cycle_allowed_debit_exceeds", "mandate_paused",
    "amount_does_not_match_mandate_amount", "per_transaction_limit_exceeded",
    "mandate_debit_beyond_psp_amount_cap", "payment_mandate_not_active",
]  # fmt: skip


@pytest.mark.parametrize("reason", DOCUMENTED)
def test_every_documented_reason_has_a_label_of_its_own(reason: str) -> None:
    assert reason in reasons.LABELS
    label = reasons.label(reason)
    assert "_" not in label
    assert not label.endswith(".")


def test_every_reason_that_has_a_remedy_has_a_label() -> None:
    assert set(reasons.BY_REASON) <= set(reasons.LABELS)


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("insufficient_funds", "too little money in the account"),
        ("INSUFFICIENT_FUNDS", "too little money in the account"),
        ("mandate_cancelled", "mandate was cancelled"),
        ("something_new_at_Razorpay", "something new at Razorpay"),
        ("", "no reason given"),
        (None, "no reason given"),
    ],
)
def test_a_reason_is_said_shortly_and_a_new_one_as_it_is(reason: str | None, label: str) -> None:
    assert reasons.label(reason) == lines.reason(reason) == label


@pytest.mark.parametrize("debited", [False, True])
def test_every_remedy_says_what_to_do_in_one_sentence(debited: bool) -> None:
    for remedy in Remedy:
        reason = next(iter(reasons.REMEDIES.get(remedy, {"payment_failed"})))
        advice = reasons.advice(reason, debited=debited)
        assert advice.endswith(".")
        assert advice.count(".") == 1


def test_where_nobody_said_why_the_buyer_is_not_told_that_all_is_well() -> None:
    assert reasons.explain("", debited=True) == (
        "The bank gave no reason. Please see that there is enough money in the account, or pay now."
    )
    assert reasons.explain(None) == "The bank gave no reason. Trying again often helps."


def test_who_pays_by_hand_is_not_sent_to_a_mandate() -> None:
    assert reasons.advice("mandate_expired") == "Pay with another card, or with UPI."
    assert "new mandate" in reasons.advice("mandate_expired", debited=True)


def test_pages_say_the_same_as_mails() -> None:
    shown = render_to_string("orders/mail/reason.txt", {"reason": "card_expired"})
    assert shown == "Reason: card expired. Pay with another card, or with UPI."


def test_a_reason_from_outside_cannot_write_a_page() -> None:
    shown = render_to_string("orders/mail/reason.txt", {"reason": "<b>bad</b>"})
    assert "<b>" not in shown
