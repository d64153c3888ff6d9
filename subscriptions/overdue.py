"""Subscriptions of which something should have been heard: asked about, in a look-up.

One that Razorpay charges names the time of its next charge. When that has passed for an hour and
nothing came, the webhook was lost, or there was none. What has failed already is followed by its
re-attempts (`subscriptions.following`), what Raseed charges itself by its bills.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gateways import lookups
from gateways.models import LookUp
from gateways.razorpay.client import Json, Razorpay
from orders import asking
from orders.models import Reattempt
from subscriptions.models import Invoice, Subscription

Kind, Why = LookUp.Kind, LookUp.Why
Status = Subscription.Status

BATCH = 200
PATIENCE = timedelta(hours=1)
# A question is given up after so long; then a charge that never came is no news any more.
MOST = timedelta(days=30)
CHARGED = (Status.AUTHENTICATED, Status.ACTIVE, Status.PENDING)
# Of a subscription that is asked about: the newest are asked for, each with its payments.
INVOICES = 4


def ask_about(now: datetime | None = None) -> int:
    """Write down the charges that are overdue at `now`, longest first; how many."""
    now = now or timezone.now()
    found = overdue(now).order_by("charge_at", "pk")
    rows = list(found.values_list("gateway_id", "razorpay_subscription_id")[:BATCH])
    for gateway_id, razorpay_id in rows:
        lookups.ask(gateway_id, Kind.SUBSCRIPTION, str(razorpay_id), Why.OVERDUE_CHARGE)
    return len(rows)


def overdue(now: datetime) -> QuerySet[Subscription]:
    """Those that nobody asks about yet. Reads the index of what is to be charged."""
    followed = Reattempt.objects.filter(order=OuterRef("order")).exclude(work_at=None)
    asked = LookUp.objects.filter(
        gateway=OuterRef("gateway"),
        kind=Kind.SUBSCRIPTION,
        razorpay_id=OuterRef("razorpay_subscription_id"),
        why=Why.OVERDUE_CHARGE,
        done_at=None,
    )
    return Subscription.objects.filter(
        ~Exists(followed),
        ~Exists(asked),
        status__in=CHARGED,
        charge_at__gt=int((now - MOST).timestamp()),
        charge_at__lte=int((now - PATIENCE).timestamp()),
        razorpay_subscription_id__isnull=False,
        gateway__disconnected_at=None,
    )


class Overdue:
    """A charge whose time has passed (orders.looking_up.questions.Question)."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        subscription = known(row)
        if subscription is None or subscription.status not in CHARGED:
            return True
        charge_at = subscription.charge_at
        return charge_at is None or charge_at > (now - PATIENCE).timestamp()

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        ask(row, razorpay, now)
        return False


class Unheard:
    """One that was made at Razorpay, and nothing was heard of its buyer since."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        subscription = known(row)
        if subscription is None or subscription.order.amount_paid:
            return True
        is_over = now >= subscription.order.expires_at or subscription.status in Subscription.FINAL
        return is_over or subscription.status == Status.AUTHENTICATED

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        ask(row, razorpay, now)
        return False


def known(row: LookUp) -> Subscription | None:
    rows = Subscription.objects.select_related("order")
    return rows.filter(gateway=row.gateway_id, razorpay_subscription_id=row.razorpay_id).first()


def ask(row: LookUp, razorpay: Razorpay, now: datetime) -> None:
    """The subscription, and what was billed of late with every try to pay it, into the books."""
    found = razorpay.subscription(row.razorpay_id)
    told: list[asking.Answer] = []
    if found.get("status") != Status.CREATED:
        for invoice in unpaid(row, razorpay):
            told += of_invoice(row, invoice, razorpay)
    told.append(("subscription.fetched", {"subscription": found}))
    for name, entities in told:
        asking.pass_on(row.gateway_id, name, entities, int(now.timestamp()))


def unpaid(row: LookUp, razorpay: Razorpay) -> list[Json]:
    """The newest that the books do not know to be paid."""
    listed = razorpay.invoices_of(row.razorpay_id)
    names = [str(invoice.get("id")) for invoice in listed]
    paid = Invoice.objects.filter(
        gateway=row.gateway_id, razorpay_invoice_id__in=names, status=Invoice.Status.PAID
    )
    known_paid = set(paid.values_list("razorpay_invoice_id", flat=True))
    return [i for i in listed if i.get("id") not in known_paid][:INVOICES]


def of_invoice(row: LookUp, invoice: Json, razorpay: Razorpay) -> Iterator[asking.Answer]:
    yield "invoice.fetched", {"invoice": {"subscription_id": row.razorpay_id, **invoice}}
    if isinstance(invoice.get("order_id"), str):
        for payment in razorpay.order_payments(invoice["order_id"]):
            yield "payment.fetched", {"payment": payment}
