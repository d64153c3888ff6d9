"""Which of the objects that Razorpay lists are this gateway's: a page at a time, whatever it holds.

Other shops may take money through the same Razorpay account. What has no trace of ours is counted,
and neither kept nor asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateways.models import Gateway
from gateways.razorpay.client import Json, notes_of
from orders.models import Dispute, Order, Payment, Refund
from subscriptions.models import Bill, Cycle, Invoice, Mandate, Subscription
from webhooks.matching import OUR_NOTE
from webhooks.models import Assignment


@dataclass
class Payments:
    """What the books know of a page of payments."""

    rows: dict[str, Payment]
    orders: set[str] = field(default_factory=set)
    bills: set[str] = field(default_factory=set)
    invoices: dict[str, str] = field(default_factory=dict)
    mandates: set[str] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, gateway: Gateway, items: list[Json]) -> Payments:
        order_ids, invoice_ids = values(items, "order_id"), values(items, "invoice_id")
        return cls(
            rows=payments(gateway, values(items, "id")),
            orders=orders(gateway, order_ids),
            bills=bills(gateway, order_ids),
            invoices=invoices(gateway, invoice_ids),
            mandates=mandates(gateway, values(items, "token_id")),
            noted=noted(gateway, {str(notes_of(item).get(OUR_NOTE) or "") for item in items}),
            customers=customers(gateway, values(items, "customer_id")),
        )

    def has(self, item: Json) -> bool:
        """Whether there is a trace of ours."""
        order_id = item.get("order_id")
        return (
            item.get("id") in self.rows
            or order_id in self.orders
            or order_id in self.bills
            or item.get("invoice_id") in self.invoices
            or notes_of(item).get(OUR_NOTE) in self.noted
        )

    def may_have(self, item: Json) -> bool:
        """Whether its bill may be one of ours: its buyer has a subscription here, and may have
        others elsewhere."""
        return bool(item.get("invoice_id")) and item.get("customer_id") in self.customers


def values(items: Iterable[Json], name: str) -> set[str]:
    found = {item.get(name) for item in items}
    return {value for value in found if isinstance(value, str) and value}


def payments(gateway: Gateway, ids: set[str]) -> dict[str, Payment]:
    """By Razorpay's id, with their refunds."""
    rows = Payment.objects.filter(gateway=gateway, razorpay_payment_id__in=ids)
    return {row.razorpay_payment_id: row for row in rows.prefetch_related("refunds")}


def refunds(gateway: Gateway, ids: set[str]) -> dict[str, Refund]:
    rows = Refund.objects.filter(gateway=gateway, razorpay_refund_id__in=ids)
    return {row.razorpay_refund_id: row for row in rows}


def disputes(gateway: Gateway, ids: set[str]) -> dict[str, Dispute]:
    rows = Dispute.objects.filter(gateway=gateway, razorpay_dispute_id__in=ids)
    return {row.razorpay_dispute_id: row for row in rows}


def orders(gateway: Gateway, ids: set[str]) -> set[str]:
    """Those that an order of ours, or a billing period, is paid by; or a person said so."""
    sources = (
        Order.objects.filter(gateway=gateway, razorpay_order_id__in=ids),
        Cycle.objects.filter(subscription__gateway=gateway, razorpay_order_id__in=ids),
        Assignment.objects.filter(gateway=gateway, undone_at=None, razorpay_order_id__in=ids),
    )
    return {
        str(known) for rows in sources for known in rows.values_list("razorpay_order_id", flat=True)
    }


def bills(gateway: Gateway, ids: set[str]) -> set[str]:
    """Those by which Raseed charges a mandate, or a buyer gives one."""
    rows = Bill.objects.filter(subscription__gateway=gateway, razorpay_order_id__in=ids)
    return {str(known) for known in rows.values_list("razorpay_order_id", flat=True)}


def invoices(gateway: Gateway, ids: set[str]) -> dict[str, str]:
    """How each that is known stands."""
    rows = Invoice.objects.filter(gateway=gateway, razorpay_invoice_id__in=ids)
    return dict(rows.values_list("razorpay_invoice_id", "status"))


def mandates(gateway: Gateway, ids: set[str]) -> set[str]:
    rows = Mandate.objects.filter(gateway=gateway, razorpay_token_id__in=ids)
    return set(rows.values_list("razorpay_token_id", flat=True))


def noted(gateway: Gateway, uids: set[str]) -> set[str]:
    """Our own ids of orders that are this gateway's: two shops may share a Razorpay account."""
    rows = Order.objects.filter(gateway=gateway, uid__in=uids - {""})
    return set(rows.values_list("uid", flat=True))


def customers(gateway: Gateway, ids: set[str]) -> set[str]:
    """Buyers of this gateway's subscriptions, also of those that are over."""
    rows = Subscription.objects.filter(gateway=gateway, razorpay_customer_id__in=ids)
    return set(rows.values_list("razorpay_customer_id", flat=True))
