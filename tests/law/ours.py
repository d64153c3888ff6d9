"""Our database in the shape of the reference model's books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q
from django.utils import timezone

from gateways.models import Gateway
from orders import totals
from orders.mails import place_of
from orders.models import Grant, Mail, Order, Payment, Price, Reattempt, Refund, Resource
from orders.payments import LINKS
from subscriptions import periods
from subscriptions.models import Plan, Subscription
from subscriptions.periods import Period
from tests.law import shapes
from tests.law.money import SET_ONCE
from tests.law.shapes import Books, OurOrder
from webhooks.models import Event

# To the buyer, of one try each.
OF_FAILURES = (Mail.Kind.FAILURE, Mail.Kind.CYCLE_FAILURE, Mail.Kind.HALTED)


def orders_of(gateway: Gateway) -> list[OurOrder]:
    """Our own records of one gateway. What Raseed charges itself is not of this model."""
    plans = Plan.objects.filter(gateway=gateway, razorpay_plan_id__gt="")
    sold = {
        plan.razorpay_plan_id or "": titles(plan.price.product.resources.all())
        for plan in plans.prefetch_related("price__product__resources")
    }
    return [our_order(order, sold) for order in rows_of(gateway)]


def titles(resources: Iterable[Resource]) -> tuple[str, ...]:
    return tuple(sorted({resource.title for resource in resources}))


def our_order(order: Order, sold: Mapping[str, tuple[str, ...]]) -> OurOrder:
    """What one order asked for, and what each plan opens."""
    price, subscription = order.price, getattr(order, "subscription", None)
    return OurOrder(
        name=order.uid,
        amount=order.amount,
        currency=order.currency,
        made_at=int(order.created_at.timestamp()),
        order_id=order.razorpay_order_id or "",
        subscription_id=(subscription and subscription.razorpay_subscription_id) or "",
        plan=(subscription and subscription.plan.razorpay_plan_id) or "",
        trial=bool(price.trial_days),
        instalments=price.kind == Price.Kind.INSTALMENTS,
        total_count=price.total_count or 0,
        same=f"{order.customer_id} {order.product_id}",
        opens=sold,
    )


def rows_of(gateway: Gateway) -> list[Order]:
    """The orders of one gateway that this model is about."""
    rows = Order.objects.filter(gateway=gateway, price__charged_by=Price.ChargedBy.RAZORPAY)
    return list(rows.select_related("price", "subscription__plan").order_by("pk"))


def books_of(gateway: Gateway) -> Books:
    """One gateway's books as they stand."""
    books, rows = Books(), rows_of(gateway)
    for order in rows:
        books.orders[order.uid] = shapes.Order(
            order.status,
            order.amount_paid,
            order.amount_refunded,
            not order.price.recurs and bool(opened(order)),
        )
    for payment in Payment.objects.filter(order__in=rows).select_related("order__subscription"):
        books.payments[payment.razorpay_payment_id] = payment_of(payment)
    for refund in Refund.objects.filter(payment__order__in=rows).select_related("payment"):
        books.refunds[refund.razorpay_refund_id] = shapes.Refund(
            refund.status, refund.amount or 0, refund.payment.razorpay_payment_id
        )
    for subscription in Subscription.objects.filter(order__in=rows):
        add_subscription(books, subscription)
    books.slots, books.further = dict(slots_of(rows)), dict(further_of(rows))
    books.events = dict(events_of(gateway))
    receipts = Mail.objects.filter(order__in=rows, kind=Mail.Kind.RECEIPT)
    books.receipts = dict(Counter(receipts.values_list("fact", flat=True)))
    told = Mail.objects.filter(order__in=rows, kind__in=OF_FAILURES)
    names: dict[int | None, str] = {order.pk: order.uid for order in rows}
    books.failure_mails = dict(Counter((names[mail.order_id], place_of(mail)[0]) for mail in told))
    return books


def opened(order: Order) -> tuple[str, ...]:
    """What the order gives access to now."""
    now = timezone.now()
    live = Q(ends_at=None) | Q(ends_at__gt=now)
    grants = Grant.objects.filter(live, order=order, starts_at__lte=now)
    return titles(grant.resource for grant in grants.select_related("resource"))


def payment_of(payment: Payment) -> shapes.Payment:
    """One payment's row."""
    subscription = getattr(payment.order, "subscription", None)
    return shapes.Payment(
        status=payment.status,
        captured=payment.captured,
        amount=payment.amount or 0,
        amount_refunded=payment.amount_refunded,
        order=payment.order.uid,
        subscription=(subscription and subscription.razorpay_subscription_id) or "",
        email=payment.email,
        flagged=tuple(name for name in SET_ONCE if payment.conflicts.get(LINKS.get(name, name))),
    )


def add_subscription(books: Books, subscription: Subscription) -> None:
    """A subscription's row and its cycles."""
    key = subscription.razorpay_subscription_id or ""
    until, access = subscription.paid_until, subscription.access_until
    grants = Grant.objects.filter(order=subscription.order_id)
    resources = opened(subscription.order)
    books.subscriptions[key] = shapes.Subscription(
        status=subscription.status,
        plan=subscription.razorpay_plan_id,
        quantity=subscription.quantity,
        charge_at=subscription.charge_at,
        paid_count=subscription.paid_count,
        paid_until=int(until.timestamp()) if until else None,
        access_until=int(access.timestamp()) if access else None,
        no_end=grants.filter(ends_at=None).exists(),
        opens=bool(resources),
        resources=resources,
    )
    together = periods.of(subscription)
    for period in together:
        books.cycles[key, period.cycle.start] = cycle_of(period, together)


def cycle_of(period: Period, together: list[Period]) -> shapes.Cycle:
    """One cycle, and which kept money pays it."""
    charged = {
        charge.payment_id
        for other in together
        for charge in other.cycle.charges.all()
        if charge.source == charge.Source.CHARGED and other is not period
    }
    kept = {
        charge.payment.razorpay_payment_id
        for charge in period.cycle.charges.all()
        if charge.payment.captured
        and totals.gone_back(charge.payment) < (charge.payment.amount or 0)
        and (charge.source == charge.Source.CHARGED or charge.payment_id not in charged)
    }
    return shapes.Cycle(
        end=period.cycle.end,
        payments=tuple(sorted(kept)),
        until=periods.paid_until(period, together) if period.is_paid else None,
        auth_attempts=max((int(number) for number in period.cycle.attempts), default=0),
        halted=period.cycle.halted_at is not None,
    )


def slots_of(orders: list[Order]) -> Iterator[tuple[tuple[str, int, int], shapes.Slot]]:
    """The rows of the ledger that have a number."""
    rows = Reattempt.objects.filter(order__in=orders, n__gt=0).select_related("order")
    for row in rows:
        key = (row.order.uid, row.cycle, row.n or 0)
        yield key, slot_of(row)


def further_of(orders: list[Order]) -> Iterator[tuple[tuple[str, str], shapes.Slot]]:
    """Those that have none, of orders that are paid once."""
    rows = Reattempt.objects.filter(order__in=orders, n=None, cycle=0)
    for row in rows.select_related("order", "payment"):
        payment = row.payment.razorpay_payment_id if row.payment else ""
        yield (row.order.uid, payment), slot_of(row)


def slot_of(row: Reattempt) -> shapes.Slot:
    return shapes.Slot(row.state, int(row.due_at.timestamp()), row.made_by, row.counted, row.reason)


def events_of(gateway: Gateway) -> Iterator[tuple[str, str]]:
    """What became of each body."""
    rows = Event.objects.filter(gateway=gateway).values_list("body_sha256", "status")
    return ((bytes(digest).hex(), status) for digest, status in rows)
