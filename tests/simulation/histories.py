"""Fold what happened at Razorpay into the histories that the model judges."""

from __future__ import annotations

from typing import Any

from tests.simulation import model
from tests.simulation.cases import Purchase
from tests.simulation.knowing import of_a_debit
from tests.simulation.model import Bill, History, Money, Period

# Refused for the moment, or because there is nothing left to pay: no try was made.
NO_TRY = {
    "payment_in_progress", "payment_retry_too_soon", "order_already_paid",
    "order_reuse_not_allowed", "input_validation_failed",
}  # fmt: skip


def of(purchase: Purchase) -> History:
    """Worked out anew when something happened since."""
    seen = (
        len(purchase.facts), len(purchase.debits), purchase.ended, purchase.mandate_ended_at,
        len(purchase.resumed), len(purchase.reasons),
    )  # fmt: skip
    if purchase.folded is None or purchase.folded[0] != seen:
        fold = followed if purchase.case.kind == "follow" else billed
        purchase.folded = (seen, fold(purchase))
    history: History = purchase.folded[1]
    return history


def moments(purchase: Purchase, name: str) -> list[int]:
    return [fact["at"] for fact in purchase.facts if fact["name"] == name]


def followed(purchase: Purchase) -> History:
    """Of a subscription that Razorpay charges."""
    history = History("created")
    paid: dict[int, Period] = {}
    for fact in purchase.facts:
        subscription, invoice = fact.get("subscription"), fact.get("invoice")
        if subscription:
            history.status = subscription["status"]
            take_note(history, fact, subscription)
        if invoice and invoice["billing_start"]:
            start = invoice["billing_start"]
            paid[start] = Period(start, invoice["billing_end"], fact["at"])
    history.periods = [paid[start] for start in sorted(paid)]
    return history


def take_note(history: History, fact: dict[str, Any], subscription: dict[str, Any]) -> None:
    if fact["name"] == "subscription.halted":
        history.halts.append(fact["at"])
    elif fact["name"] == "subscription.resumed":
        history.resumed.append(fact["at"])


def billed(purchase: Purchase) -> History:
    """Of one that Raseed charges."""
    bills, status = begun(purchase).values(), purchase.ended or "active"
    history = model.billed(
        bills, purchase.period, purchase.interval, status, list(purchase.resumed)
    )
    history.mandate_ended_at = purchase.mandate_ended_at
    return history


def begun(purchase: Purchase) -> dict[str, Bill]:
    """Those whose period has begun: what would allow debits begins with its payment."""
    bills = bills_of(purchase)
    return {
        order_id: bill
        for order_id, bill in bills.items()
        if bill.paid_at is not None or not bill.authorises
    }


def bills_of(purchase: Purchase) -> dict[str, Bill]:
    """By Razorpay's order, oldest first."""
    tries: dict[str, dict[str, Money]] = {}
    for fact in purchase.facts:
        payment = fact.get("payment")
        if payment and fact["name"].startswith(("payment.", "refund.")) and payment["order_id"]:
            of_order = tries.setdefault(payment["order_id"], {})
            reason = fact.get("reason") or purchase.reasons.get(payment["id"], "")
            of_order[payment["id"]] = told(of_order.get(payment["id"]), fact, payment, reason)
    for call in purchase.debits:
        tries.setdefault(call["order_id"], {})
    firsts = {order_id: first_seen(purchase, order_id) for order_id in tries}
    bills = {}
    for order_id in sorted(tries, key=lambda one: firsts[one]):
        made = sorted(tries[order_id].values(), key=lambda money: money.made_at)
        token_ids = [call["token"] for call in purchase.debits if call["order_id"] == order_id]
        bills[order_id] = Bill(
            firsts[order_id], order_id in purchase.authorising, made,
            refusals_of(purchase, order_id),
            purchase.ended_mandates.get(token_ids[-1]) if token_ids else None,
            is_in_flight(purchase, order_id, made),
        )  # fmt: skip
    return bills


def is_in_flight(purchase: Purchase, order_id: str, made: list[Money]) -> bool:
    """Whether a debit that Razorpay took has no end yet."""
    taken = [c for c in purchase.debits if c["order_id"] == order_id and c["status"] == 200]
    return len(taken) > sum(1 for money in made if money.is_debit and money.ended_at is not None)


def told(before: Money | None, fact: dict[str, Any], payment: dict[str, Any], reason: str) -> Money:
    """One more event about a payment: captured wins, then failed. What is given back uncaptured has
    failed."""
    name, at = fact["name"], fact["at"]
    said = name == "payment.authorized" or (
        name.startswith("refund.") and before and before.ended_at
    )
    if before is not None and (before.captured or said):
        return before
    made_at, is_debit = payment["created_at"], of_a_debit(fact)
    if name == "payment.captured":
        reason, failed_at = (before.reason, before.failed_at) if before else ("", None)
        return Money(made_at, at, True, is_debit, reason, failed_at)
    failed_at = at if name != "payment.authorized" else None
    return Money(made_at, failed_at, False, is_debit, reason, failed_at)


def first_seen(purchase: Purchase, order_id: str) -> int:
    moments = [call["at"] for call in purchase.debits if call["order_id"] == order_id]
    moments += [
        fact["payment"]["created_at"]
        for fact in purchase.facts
        if (fact.get("payment") or {}).get("order_id") == order_id
    ]
    return min(map(int, moments))


def refusals_of(purchase: Purchase, order_id: str) -> list[tuple[int, str]]:
    """What we heard: a refusal whose answer was lost is asked for again."""
    return [
        (call["at"], call["reason"])
        for call in purchase.debits
        if call["order_id"] == order_id and call["heard"] and call["reason"] not in NO_TRY
        and call["reason"]
    ]  # fmt: skip
