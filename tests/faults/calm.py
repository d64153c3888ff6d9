"""Two other ways to the same books: told calmly and in order to a second gateway, and folded by the
reference model."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any
from unittest.mock import patch

from django.db.models import Model

from gateways.models import Gateway
from orders.models import Order
from subscriptions.models import Cycle
from tests import books
from tests.conftest import Razorpay
from tests.faults.ground import open_shop, own_order, own_subscription
from tests.faults.play import Run
from tests.faults.told import STRANGER, Life
from tests.law import comparing, model, ours
from tests.law.facts import Fact
from tests.law.shapes import Books, OurOrder
from webhooks import doorbell, work

# Keys of rows, and what says when we looked or learnt and not what is so.
LEFT_OUT = {
    "gateway", "order", "payment", "subscription", "customer", "resource", "cycle", "plan", "price",
    "product", "failure_learnt_at", "work_at", "looks", "done_at", "notes",
}  # fmt: skip


def differences(run: Run) -> Iterator[str]:
    """Tell some of the lives again, each in order, to a seller of their own; compare their rows."""
    chosen = [life for life in run.lives if life.kind != STRANGER][: run.plan.calm_lives]
    shop = open_shop("calm")
    shop.sell(chosen)
    razorpay = Razorpay(shop.gateway)
    with patch.object(doorbell, "ring", lambda: None):
        for life in chosen:
            for body in life.bodies:
                answer = razorpay.post(body)
                assert answer.status_code == 200, answer.content
                work.work()
    expected, found = ledgers(shop.gateway, chosen), ledgers(run.shop.gateway, chosen)
    for life in chosen:
        for name, value in expected[life.email].items():
            for what in unlike(name, found[life.email][name], value):
                yield f"life {life.number} ({life.name}), {what}"


def unlike(name: str, found: Any, calmly: Any) -> Iterator[str]:
    """Where they differ, down to the column."""
    if isinstance(found, dict) and isinstance(calmly, dict) and found.keys() == calmly.keys():
        for key, value in found.items():
            yield from unlike(f"{name} {key}", value, calmly[key])
    elif found != calmly:
        yield f"{name}: {found}, and calmly {calmly}"


def ledgers(gateway: Gateway, lives: Iterable[Life]) -> dict[str, dict[str, Any]]:
    """All that is derived, by the buyer's address."""
    emails = [life.email for life in lives]
    rows = Order.objects.filter(gateway=gateway, customer__email__in=emails)
    return {order.customer.email: ledger(order) for order in rows.select_related("customer")}


def ledger(order: Order) -> dict[str, Any]:
    """One order's books, by Razorpay's ids and by what they are about."""
    payments = list(order.payments.all())
    subscription = getattr(order, "subscription", None)
    cycles = list(Cycle.objects.filter(subscription=subscription)) if subscription else []
    return {
        "order": (order.status, order.amount_paid, order.amount_refunded, order.as_of),
        "payments": by("razorpay_payment_id", payments),
        "refunds": by("razorpay_refund_id", (r for p in payments for r in p.refunds.all())),
        "disputes": by("razorpay_dispute_id", (d for p in payments for d in p.disputes.all())),
        "subscription": values(subscription) if subscription else {},
        "cycles": by("start", cycles),
        "charges": sorted(
            (cycle.start, charge.payment.razorpay_payment_id, charge.source)
            for cycle in cycles
            for charge in cycle.charges.all()
        ),
        "invoices": by("razorpay_invoice_id", subscription.invoices.all()) if subscription else {},
        "grants": {
            str(grant.resource): values(grant) for grant in order.grants.select_related("resource")
        },
        "re-attempts": {
            (row.cycle, row.n, row.payment and row.payment.razorpay_payment_id): values(row)
            for row in order.reattempts.select_related("payment")
        },
        "mails": sorted(order.mails.values_list("kind", "fact")),
    }


def by(key: str, rows: Iterable[Model]) -> dict[Any, Any]:
    return {getattr(row, key): values(row) for row in rows}


def values(row: Model) -> dict[str, Any]:
    return books.values(row, *LEFT_OUT)


def from_model(run: Run) -> Iterator[str]:
    """Each life by itself: no two have an id in common, and the model reads all facts at once."""
    own = {
        order.order_id or order.subscription_id: order for order in ours.orders_of(run.shop.gateway)
    }
    now, expected = int(time.time()), Books()
    for life in run.lives:
        told = [Fact(body, now) for body in life.bodies]
        folded = model.fold(told, orders_of(life, own), now)
        for part in fields(Books):
            getattr(expected, part.name).update(getattr(folded, part.name))
    yield from comparing.differences(expected, ours.books_of(run.shop.gateway))


def orders_of(life: Life, own: dict[str, OurOrder]) -> list[OurOrder]:
    if life.kind == STRANGER:
        return []
    return [own[own_order(life) or own_subscription(life)]]
