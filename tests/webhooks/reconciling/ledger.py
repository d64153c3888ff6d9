"""The sandbox's books beside ours: what each of our orders holds, object by object."""

from __future__ import annotations

from typing import Any

from gateways.models import Gateway
from orders.models import Dispute, Order, Payment, Refund
from subscriptions.models import Bill, Invoice, Mandate, Subscription
from tests.sandbox.desk import Desk

Books = dict[str, dict[str, Any]]
STATE = ("status", "plan_id", "quantity", "paid_count", "remaining_count", "total_count",
         "auth_attempts", "current_start", "current_end", "charge_at", "end_at",
         "ended_at")  # fmt: skip


def at_razorpay(desk: Desk, gateway: Gateway) -> Books:
    """What the sandbox has for the rows that are this gateway's."""
    books = desk.read("books")
    subscriptions = theirs(gateway)
    invoices = {i["id"]: i for i in books["invoices"] if i["subscription_id"] in subscriptions}
    orders = {**orders_of(gateway), **{
        i["order_id"]: subscriptions[i["subscription_id"]] for i in invoices.values()
    }}  # fmt: skip
    payments = {p["id"]: p for p in books["payments"] if p["order_id"] in orders}
    refunds = {r["id"]: r for r in books["refunds"] if r["payment_id"] in payments}
    disputes = {d["id"]: d for d in books["disputes"] if d["payment_id"] in payments}
    tokens = set(
        Mandate.objects.filter(gateway=gateway).values_list("razorpay_token_id", flat=True)
    )
    tokens |= {p["token_id"] for p in payments.values() if p.get("token_id")}
    return {
        "net": net(payments, [*back(refunds, "processed"), *back(disputes, "lost")], orders),
        "payments": {name: (p["status"], p["amount"]) for name, p in payments.items()},
        "refunds": {name: (r["status"], r["amount"]) for name, r in refunds.items()},
        "disputes": {name: (d["status"], d["amount"]) for name, d in disputes.items()},
        "invoices": {name: i["status"] for name, i in invoices.items() if i["status"] == "paid"},
        "subscriptions": {
            s["id"]: state({name: s[name] for name in STATE})
            for s in books["subscriptions"]
            if s["id"] in subscriptions
        },
        "mandates": {
            t["id"]: t["recurring_details"]["status"] for t in books["tokens"] if t["id"] in tokens
        },
    }


def state(columns: dict[str, Any]) -> list[Any]:
    """Of one that waits for its buyer no event tells, and nothing counts but that."""
    return ["created"] if columns["status"] == "created" else list(columns.values())


def theirs(gateway: Gateway) -> dict[str, str]:
    rows = Subscription.objects.filter(gateway=gateway).exclude(razorpay_subscription_id=None)
    return {str(row.razorpay_subscription_id): row.order.uid for row in rows}


def orders_of(gateway: Gateway) -> dict[str, str]:
    """Razorpay's orders, and which of ours each pays."""
    rows = Order.objects.filter(gateway=gateway).exclude(razorpay_order_id=None)
    bills = Bill.objects.filter(subscription__gateway=gateway).exclude(razorpay_order_id=None)
    found = {str(row.razorpay_order_id): row.uid for row in rows}
    return found | {str(b.razorpay_order_id): b.subscription.order.uid for b in bills}


def back(found: dict[str, Any], status: str) -> list[tuple[str, int]]:
    """Which payments money went back of, and how much. What is on its way is not back."""
    return [(one["payment_id"], one["amount"]) for one in found.values() if one["status"] == status]


def net(
    payments: dict[str, Any], given_back: list[tuple[str, int]], orders: dict[str, str]
) -> dict[str, int]:
    """Captured minus what went back of each order, in the smallest unit."""
    found: dict[str, int] = {}
    captured = {
        name: payment
        for name, payment in payments.items()
        if payment["captured"] and payment["status"] in {"captured", "refunded"}
    }
    moves = [(payment, payment["amount"]) for payment in captured.values()]
    moves += [(captured[name], -amount) for name, amount in given_back if name in captured]
    for payment, amount in moves:
        uid = orders[payment["order_id"]]
        found[uid] = found.get(uid, 0) + amount
    return found


def here(gateway: Gateway) -> Books:
    """Ours, in the same words."""
    subscriptions = Subscription.objects.filter(gateway=gateway)
    return {
        "net": {
            order.uid: order.amount_paid - order.amount_refunded
            for order in Order.objects.filter(gateway=gateway, amount_paid__gt=0)
        },
        "payments": {
            row.razorpay_payment_id: (row.status, row.amount)
            for row in Payment.objects.filter(gateway=gateway)
        },
        "refunds": {
            row.razorpay_refund_id: (row.status, row.amount)
            for row in Refund.objects.filter(gateway=gateway)
        },
        "disputes": {
            row.razorpay_dispute_id: (row.status, row.amount)
            for row in Dispute.objects.filter(gateway=gateway)
        },
        "invoices": dict(
            Invoice.objects.filter(gateway=gateway, status="paid").values_list(
                "razorpay_invoice_id", "status"
            )
        ),
        "subscriptions": {
            str(row.razorpay_subscription_id): state(
                {
                    name: getattr(row, "razorpay_plan_id" if name == "plan_id" else name)
                    for name in STATE
                }
            )
            for row in subscriptions.exclude(razorpay_subscription_id=None)
        },
        "mandates": dict(
            Mandate.objects.filter(gateway=gateway).values_list("razorpay_token_id", "status")
        ),
    }


def differences(desk: Desk, gateway: Gateway) -> list[tuple[str, str, Any, Any]]:
    """(which, whose, there, here) of all that differs."""
    there, ours = at_razorpay(desk, gateway), here(gateway)
    return [
        (kind, name, there[kind].get(name), ours[kind].get(name))
        for kind in there
        for name in sorted({*there[kind], *ours[kind]})
        if there[kind].get(name) != ours[kind].get(name)
    ]
