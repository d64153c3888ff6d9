"""Money that did not come, in three ways, as rows: for mails that tell of it."""

from __future__ import annotations

from typing import Any

from gateways.models import Gateway
from orders.causes import at
from orders.models import Customer, Order, Payment, Reattempt
from subscriptions.models import Bill, Cycle, Invoice, Subscription
from tests.conftest import make_order, make_subscription
from tests.lives import DAY, MONTH, T

RENEWAL = T + MONTH
State = Reattempt.State


def fail(order: Order, reason: str, when: int, razorpay_order_id: str) -> Payment:
    return Payment.objects.create(
        gateway=order.gateway,
        order=order,
        razorpay_payment_id=f"pay_RsdFail{when}",
        razorpay_order_id=razorpay_order_id,
        status="failed",
        failed_at=when,
        error_reason=reason,
        amount=order.amount,
        currency=order.currency,
    )


def ledger(order: Order, cycle: int, start: int, made: int, reason: str = "") -> None:
    """Three re-attempts: so many were made and failed, the others wait or were ended."""
    rest = State.CANCELLED if reason else State.SCHEDULED
    for n in (1, 2, 3):
        Reattempt.objects.create(
            order=order,
            cycle=cycle,
            n=n,
            due_at=at(start + n * DAY),
            state=State.FAILED if n <= made else rest,
            reason="" if n <= made else reason,
            made_by="raseed",
        )


def once(gateway: Gateway, product: Any, customer: Customer, reason: str, made: int = 0) -> Order:
    """An order that is paid once."""
    order = make_order(
        gateway, product, customer, "order_RsdOnce0000001", uid="ord_once", status="attempted",
        created_at=at(T - 60), expires_at=at(T - 60 + 30 * DAY),
    )  # fmt: skip
    fail(order, reason, T, "order_RsdOnce0000001")
    ledger(order, 0, T, made)
    return order


def followed(
    gateway: Gateway, customer: Customer, reason: str, made: int = 0, status: str = "pending"
) -> Order:
    """A subscription that Razorpay charges, of which a renewal failed."""
    known_as = "order_RsdCycle0001"
    found = renewal(make_subscription(gateway, customer), known_as, status)
    found.razorpay_subscription_id = "sub_RsdSubscr00001"
    found.short_url = "https://rzp.io/i/subscription"
    found.save()
    Invoice.objects.create(
        gateway=gateway, subscription=found, razorpay_invoice_id="inv_RsdCycle0001",
        status="issued", billing_start=RENEWAL, amount=found.order.amount, currency="INR",
        short_url="https://rzp.io/i/invoice",
    )  # fmt: skip
    fail(found.order, reason, RENEWAL + made * DAY, known_as)
    ledger(found.order, RENEWAL, RENEWAL, made, "halted" if status == "halted" else "")
    return found.order


def debited(
    gateway: Gateway, customer: Customer, reason: str, made: int = 0, status: str = "pending"
) -> Order:
    """A subscription whose mandate Raseed charges, of which a renewal failed."""
    known_as, ended = "order_RsdBill000001", ""
    found = renewal(make_subscription(gateway, customer, "", charged_by="raseed"), known_as, status)
    found.razorpay_subscription_id = None
    found.save()
    Bill.objects.create(
        uid="bil_renewal", subscription=found, number=1, start=RENEWAL, end=RENEWAL + MONTH,
        amount=found.order.amount, currency="INR", razorpay_order_id=known_as,
    )  # fmt: skip
    fail(found.order, reason, RENEWAL + made * DAY, known_as)
    if status == "halted":
        ended = "new_mandate_needed" if made < 3 else "halted"
    ledger(found.order, RENEWAL, RENEWAL, made, ended)
    return found.order


def renewal(subscription: Subscription, known_as: str, status: str) -> Subscription:
    """Its second period, unpaid."""
    subscription.status, subscription.uid = status, "sub_circle"
    subscription.paid_until = at(RENEWAL)
    subscription.access_until = at(RENEWAL + (7 * DAY if status == "pending" else 0))
    order = subscription.order
    order.uid, order.status = "ord_circle", "paid"
    order.save()
    Cycle.objects.create(
        subscription=subscription, start=RENEWAL, end=RENEWAL + MONTH, razorpay_order_id=known_as
    )
    return subscription
