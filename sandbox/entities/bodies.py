"""New objects as the API first answers them."""

from typing import Any

from sandbox import ids
from sandbox.books import Doc
from sandbox.entities import instruments, mishaps


def order(
    amount: int, currency: str, *, at: int, receipt: str | None = None, notes: Any = None
) -> Doc:
    return {
        "id": ids.fresh("order_"),
        "entity": "order",
        "amount": amount,
        "amount_paid": 0,
        "amount_due": amount,
        "currency": currency,
        "receipt": receipt,
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": notes or [],
        "created_at": at,
        "_capture": "automatic",
        "_hold_minutes": None,
    }


def payment(
    amount: int, currency: str, method: str, *, at: int, international: bool = False
) -> Doc:
    return {
        "id": ids.fresh("pay_"),
        "entity": "payment",
        "amount": amount,
        "currency": currency,
        "base_amount": amount,
        "status": "created",
        "order_id": None,
        "invoice_id": None,
        "international": international,
        "method": method,
        "amount_refunded": 0,
        "amount_transferred": 0,
        "refund_status": None,
        "captured": False,
        "description": None,
        **instruments.details(method, international=international),
        "email": None,
        "contact": None,
        "notes": [],
        "fee": None,
        "tax": None,
        **mishaps.NO_ERROR,
        "acquirer_data": instruments.bank_reference(method, approved=False),
        "created_at": at,
    }


def refund(payment: Doc, amount: int, *, at: int, speed: str) -> Doc:
    return {
        "id": ids.fresh("rfnd_"),
        "entity": "refund",
        "amount": amount,
        "currency": payment["currency"],
        "payment_id": payment["id"],
        "notes": [],
        "receipt": None,
        "acquirer_data": {"arn": None},
        "created_at": at,
        "batch_id": None,
        "status": "pending",
        "speed_processed": "normal",
        "speed_requested": speed,
    }


def dispute(payment: Doc, amount: int, phase: str, *, at: int) -> Doc:
    return {
        "id": ids.fresh("disp_"),
        "entity": "dispute",
        "payment_id": payment["id"],
        "amount": amount,
        "currency": payment["currency"],
        "amount_deducted": 0,
        **dict.fromkeys(["reason_code", "reason_description", "respond_by"]),
        "status": "open",
        "phase": phase,
        "created_at": at,
        "evidence": {"amount": amount, **dict.fromkeys(EVIDENCE)},
    }


# What a seller may send in, all of it missing at first.
EVIDENCE = [
    *("summary", "shipping_proof", "billing_proof", "cancellation_proof"),
    *("customer_communication", "proof_of_service", "explanation_letter", "refund_confirmation"),
    *("access_activity_log", "refund_cancellation_policy", "term_and_conditions", "others"),
    "submitted_at",
]


def customer(name: str | None, email: str | None, contact: str | None, *, at: int) -> Doc:
    return {
        "id": ids.fresh("cust_"),
        "entity": "customer",
        "name": name,
        "email": email,
        "contact": contact,
        "gstin": None,
        "notes": [],
        "created_at": at,
    }
