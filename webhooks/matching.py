"""Which of our orders does a delivery speak of? Every look-up starts at the gateway."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from gateways.models import Gateway
from gateways.razorpay.deliveries import Delivery
from orders.models import Order, Payment
from subscriptions.models import Bill, Cycle, Invoice, Mandate, Subscription
from webhooks.models import Assignment

OUR_NOTE = "raseed_order"


def find(gateway: Gateway, delivery: Delivery) -> int | None:
    """The order's key, not locked yet. What names it most directly is asked first."""
    known = by_subscription(gateway.pk, delivery)
    if known is not None or twin_of(gateway.pk, delivery) is not None:
        return known
    for look in (by_payment, by_hand, by_order, by_invoice, by_token, by_note):
        found = look(gateway.pk, delivery)
        if found is not None:
            return found
    return None


def links(delivery: Delivery, own: str, link: str) -> set[str]:
    """Ids of one kind: the entity of that name, and what other entities say of it."""
    entity = delivery[own]
    found = {other.get(link) or "" for other in delivery.entities.values()}
    return (found | {entity.id if entity else ""}) - {""}


def by_subscription(gateway_id: int, delivery: Delivery) -> int | None:
    ids = links(delivery, "subscription", "subscription_id")
    rows = Subscription.objects.filter(gateway=gateway_id, razorpay_subscription_id__in=ids)
    return rows.values_list("order_id", flat=True).first() if ids else None


def by_payment(gateway_id: int, delivery: Delivery) -> int | None:
    ids = links(delivery, "payment", "payment_id")
    rows = Payment.objects.filter(gateway=gateway_id, razorpay_payment_id__in=ids)
    return rows.values_list("order_id", flat=True).first() if ids else None


def by_hand(gateway_id: int, delivery: Delivery) -> int | None:
    """What a person said of this payment, or of another try to pay the same.

    Asked before everything but a payment that we have: so books that are made anew agree.
    """
    payments = links(delivery, "payment", "payment_id")
    orders = links(delivery, "order", "order_id")
    if not payments and not orders:
        return None
    rows = Assignment.objects.filter(gateway=gateway_id, undone_at=None)
    said = rows.filter(Q(razorpay_payment_id__in=payments) | Q(razorpay_order_id__in=orders))
    return said.order_by("pk").values_list("order_id", flat=True).first()


def was_undone(order_pk: int, delivery: Delivery) -> bool:
    """Whether a person took this payment out of the order's books, perhaps while we waited for the
    order's lock."""
    taken_back = Assignment.objects.filter(order=order_pk, undone_at__isnull=False)
    payments = links(delivery, "payment", "payment_id")
    orders = links(delivery, "order", "order_id")
    told = Q(razorpay_payment_id__in=payments) | Q(razorpay_order_id__in=orders)
    return taken_back.filter(told).exists()


def by_order(gateway_id: int, delivery: Delivery) -> int | None:
    ids = links(delivery, "order", "order_id")
    if not ids:
        return None
    orders = Order.objects.filter(gateway=gateway_id, razorpay_order_id__in=ids)
    found = orders.values_list("pk", flat=True).first()
    if found is not None:
        return found
    bills = Bill.objects.filter(subscription__gateway=gateway_id, razorpay_order_id__in=ids)
    billed = bills.order_by("pk").values_list("subscription__order_id", flat=True).first()
    if billed is not None:
        return billed
    cycles = Cycle.objects.filter(
        subscription__gateway=gateway_id, razorpay_order_id__in=ids
    ).order_by("pk")
    return cycles.values_list("subscription__order_id", flat=True).first()


def by_invoice(gateway_id: int, delivery: Delivery) -> int | None:
    ids = links(delivery, "invoice", "invoice_id")
    rows = Invoice.objects.filter(gateway=gateway_id, razorpay_invoice_id__in=ids)
    return rows.values_list("subscription__order_id", flat=True).first() if ids else None


def by_token(gateway_id: int, delivery: Delivery) -> int | None:
    token = delivery["token"]
    if token is None:
        return None
    mandates = Mandate.objects.filter(gateway=gateway_id, razorpay_token_id=token.id)
    payments = Payment.objects.filter(gateway=gateway_id, razorpay_token_id=token.id)
    known = mandates.values_list("order_id", flat=True).first()
    return known or payments.order_by("pk").values_list("order_id", flat=True).first()


def by_note(gateway_id: int, delivery: Delivery) -> int | None:
    """Our own id, where Razorpay's was never stored (the answer that named it was lost)."""
    uids = set(named(delivery))
    if not uids:
        return None
    nameless = Q(razorpay_order_id=None) & (
        Q(subscription=None) | Q(subscription__razorpay_subscription_id=None)
    )
    rows = Order.objects.filter(nameless, gateway=gateway_id, uid__in=uids)
    return rows.values_list("pk", flat=True).first()


def twin_of(gateway_id: int, delivery: Delivery) -> Subscription | None:
    """The subscription that this one doubles: it bears the order's note, and is not the order's.

    Razorpay was asked twice, because its first answer was lost. Nothing in it concerns the order.
    """
    entity = delivery["subscription"]
    uid = (entity.get("notes") or {}).get(OUR_NOTE) if entity else None
    if entity is None or not uid:
        return None
    rows = Subscription.objects.filter(gateway=gateway_id, order__uid=uid)
    others = rows.exclude(razorpay_subscription_id=None).exclude(razorpay_subscription_id=entity.id)
    return others.select_related("order", "gateway").first()


def named(delivery: Delivery) -> Iterator[str]:
    """Our order ids in notes and receipts."""
    for kind in ("order", "payment", "subscription", "refund", "invoice"):
        entity = delivery[kind]
        if entity is not None:
            notes = entity.get("notes") or {}
            if notes.get(OUR_NOTE):
                yield notes[OUR_NOTE]
            if kind == "order" and entity.get("receipt"):
                yield entity.get("receipt")


def has_trace(gateway_id: int, delivery: Delivery) -> bool:
    """Whether an unmatched delivery bears a sign of ours: it names an order of this gateway (two
    shops may share a Razorpay account), or the customer id of a buyer."""
    if Order.objects.filter(gateway=gateway_id, uid__in=set(named(delivery))).exists():
        return True
    customers = {e.get("customer_id") or "" for e in delivery.entities.values()} - {""}
    ours = Subscription.objects.filter(gateway=gateway_id, razorpay_customer_id__in=customers)
    return bool(customers) and ours.exists()
