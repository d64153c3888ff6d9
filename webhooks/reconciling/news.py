"""Does an answer say anything that the books do not say already?

One that does not is not kept: else each run would fill the inbox with what everybody knows.
"""

from __future__ import annotations

from typing import Any

from gateways.razorpay import entities
from gateways.razorpay.client import Json
from orders import disputes, payments, refunds
from orders.models import Dispute, Payment, Refund
from subscriptions import invoices, lifecycle, mandates
from subscriptions.models import Invoice, Mandate, Subscription

# A webhook's body may lack it where the API has it: no reason to keep an answer.
SELDOM_TOLD = {"payment_method", "expire_by"}
STATE = tuple(name for name in lifecycle.LATEST if name not in SELDOM_TOLD)
# What a ticked event would have told.
TOLD_OF_SUBSCRIPTIONS = ("status", "razorpay_plan_id", "quantity", "paid_count")
# Nothing is posted for these.
UNTOLD: dict[str, set[str]] = {
    "payment": {Payment.Status.CREATED},
    "refund": {Refund.Status.FAILED},
    "invoice": set(Invoice.Status.values) - {Invoice.Status.PAID},
    "subscription": {Subscription.Status.EXPIRED},
}


def said(kind: str, item: Json) -> dict[str, Any]:
    """The fields that we rely on, cleaned as those of a webhook are."""
    entity = entities.read(kind, item)
    return entity.fields if entity else {}


def of_payment(row: Payment | None, item: Json) -> bool:
    """A step up, more of it refunded, or why it failed."""
    given = said("payment", item)
    if row is None:
        return True
    rank = payments.RANK.get(str(given.get("status")), 0)
    return (
        rank > payments.RANK[row.status]
        or (payments.says_captured(given) and not row.captured)
        or (given.get("amount_refunded") or 0) > row.amount_refunded
        or bool(given.get("invoice_id") and not row.razorpay_invoice_id)
        or bool(given.get("error_reason") and not row.error_reason and is_failed(row, given))
    )


def is_failed(row: Payment, given: dict[str, Any]) -> bool:
    return row.status == given.get("status") == Payment.Status.FAILED


def of_refund(row: Refund | None, item: Json) -> bool:
    """A step up, or that it failed. Where both ends were told, the other one than counts."""
    status = str(said("refund", item).get("status"))
    if row is None:
        return True
    if refunds.has_both_ends(row):
        return status in refunds.ENDS and status != row.status
    unheard = status == Refund.Status.FAILED and row.failed_at is None
    return unheard or refunds.RANK.get(status, -1) > refunds.RANK[row.status]


def of_dispute(row: Dispute | None, item: Json) -> bool:
    """Its state, as the newest snapshot would leave it; from a decision no step leads back."""
    given = said("dispute", item)
    if row is None:
        return True
    is_back = row.status in disputes.OVER and given.get("status") not in disputes.OVER
    changed = any(name in given and given[name] != getattr(row, name) for name in disputes.LATEST)
    return changed and not is_back


def of_invoice(row: Invoice | None, item: Json) -> bool:
    given = said("invoice", item)
    rank = invoices.RANK.get(str(given.get("status")), -1)
    return row is None or rank > invoices.RANK.get(row.status, -1)


def of_subscription(row: Subscription, item: Json) -> bool:
    """Its state, as the newest snapshot would leave it. From a final state nothing leads back, and
    while it waits for its buyer there is nothing to learn."""
    changed = changes(row, item)
    is_back = row.status in Subscription.FINAL and "status" in changed
    waits = row.status == Subscription.Status.CREATED and "status" not in changed
    return bool(changed) and not is_back and not waits


def changes(row: Subscription, item: Json) -> set[str]:
    """The columns that would change."""
    given = {lifecycle.LINKS.get(k, k): v for k, v in said("subscription", item).items()}
    given = lifecycle.tidy(given, lifecycle.status_of(given, ""))
    found = {name for name in STATE if name in given and given[name] != getattr(row, name)}
    if (given.get("paid_count") or 0) > row.paid_count:
        found.add("paid_count")
    return found


def of_mandate(row: Mandate | None, item: Json) -> bool:
    """Its status; a mandate that is over stays so."""
    details = said("token", item).get("recurring_details") or {}
    status = str(details.get("status") or "")
    if row is None:
        return True
    return status not in {"", row.status} and row.status not in mandates.OVER


def is_told(kind: str, item: Json) -> bool:
    """Whether a ticked event tells of this state."""
    return said(kind, item).get("status") not in UNTOLD.get(kind, set())
