"""One object that a person names, by Razorpay's id or by ours: what to ask Razorpay about it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from gateways.models import Gateway
from orders.models import Dispute, Order, Payment, Refund
from subscriptions.models import Bill, Invoice, Mandate, Subscription
from webhooks.reconciling import own
from webhooks.reconciling.places import Question

FORM = re.compile(r"[a-z]{3,6}_[A-Za-z0-9]{1,32}")


class NotAnObject(ValueError):
    """Nothing can be asked about this; the message is for people."""


def questions(gateway: Gateway, name: str) -> list[Question]:
    """What to ask. Raises NotAnObject."""
    prefix = name.partition("_")[0]
    if not FORM.fullmatch(name) or prefix not in KINDS:
        said = _(
            "“%(name)s” is no ID of an order, payment, refund, dispute, subscription, invoice or"
            " token."
        )
        raise NotAnObject(said % {"name": name})
    found = KINDS[prefix](gateway, name)
    if not found:
        raise NotAnObject(_("There is no “%(name)s” here.") % {"name": name})
    return found


def is_known(gateway: Gateway, name: str) -> bool:
    """Whether the books of this gateway have it."""
    return any(
        rows.filter(**{column: name}).exists()
        for rows, columns in (
            (Order.objects.filter(gateway=gateway), ("uid", "razorpay_order_id")),
            (Payment.objects.filter(gateway=gateway), ("uid", "razorpay_payment_id")),
            (Refund.objects.filter(gateway=gateway), ("uid", "razorpay_refund_id")),
            (Dispute.objects.filter(gateway=gateway), ("uid", "razorpay_dispute_id")),
            (Subscription.objects.filter(gateway=gateway), ("uid", "razorpay_subscription_id")),
            (Invoice.objects.filter(gateway=gateway), ("razorpay_invoice_id",)),
            (Mandate.objects.filter(gateway=gateway), ("razorpay_token_id",)),
            (Bill.objects.filter(subscription__gateway=gateway), ("razorpay_order_id",)),
        )
        for column in columns
    )


def payment(gateway: Gateway, name: str) -> list[Question]:
    return [["payment", name], ["refunds", name]]


def our_payment(gateway: Gateway, name: str) -> list[Question]:
    row = Payment.objects.filter(gateway=gateway, uid=name).first()
    return payment(gateway, row.razorpay_payment_id) if row else []


def refund(gateway: Gateway, name: str) -> list[Question]:
    return [["refund", name]]


def our_refund(gateway: Gateway, name: str) -> list[Question]:
    row = Refund.objects.filter(gateway=gateway, uid=name).first()
    return refund(gateway, row.razorpay_refund_id) if row else []


def dispute(gateway: Gateway, name: str) -> list[Question]:
    return [["dispute", name]]


def our_dispute(gateway: Gateway, name: str) -> list[Question]:
    row = Dispute.objects.filter(gateway=gateway, uid=name).first()
    return dispute(gateway, row.razorpay_dispute_id) if row else []


def order(gateway: Gateway, name: str) -> list[Question]:
    return [["order", name]]


def our_order(gateway: Gateway, name: str) -> list[Question]:
    """With all that pays it. Raises NotAnObject."""
    row = Order.objects.filter(gateway=gateway, uid=name).first()
    if row is None:
        return []
    found = Subscription.objects.filter(order=row).first()
    if found is not None:
        return of_subscription(found)
    return placed(order(gateway, row.razorpay_order_id) if row.razorpay_order_id else [])


def subscription(gateway: Gateway, name: str) -> list[Question]:
    """Ours begin like Razorpay's."""
    row = Subscription.objects.filter(gateway=gateway, uid=name).first()
    return of_subscription(row) if row else by_razorpay(name)


def of_subscription(row: Subscription) -> list[Question]:
    """Of one that Raseed charges itself: the orders of its bills. Raises NotAnObject."""
    if row.razorpay_subscription_id:
        return by_razorpay(row.razorpay_subscription_id)
    bills = row.bills.exclude(razorpay_order_id=None).order_by("-number")
    return placed([["order", name] for name in bills.values_list("razorpay_order_id", flat=True)])


def placed(found: list[Question]) -> list[Question]:
    """Of what is ours. Raises NotAnObject, where Razorpay was never told of it."""
    if not found:
        raise NotAnObject(_("It was never placed at Razorpay."))
    return found


def by_razorpay(name: str) -> list[Question]:
    return [["invoices", name, 0], ["state", name]]


def invoice(gateway: Gateway, name: str) -> list[Question]:
    return [["invoice", name]]


def token(gateway: Gateway, name: str) -> list[Question]:
    """Razorpay asks for its customer, too: one that nothing names cannot be asked about."""
    mandates = Mandate.objects.filter(gateway=gateway, razorpay_token_id=name)
    paid = Payment.objects.filter(gateway=gateway, razorpay_token_id=name)
    named = [
        customer
        for row in (*mandates.values_list(*own.CUSTOMER), *paid.values_list(own.CUSTOMER[0]))
        for customer in row
        if customer
    ]
    return [["token", named[0], name]] if named else []


KINDS = {
    "pay": payment, "pmt": our_payment, "rfnd": refund, "rfd": our_refund, "disp": dispute,
    "dsp": our_dispute, "order": order, "ord": our_order, "sub": subscription, "inv": invoice,
    "token": token,
}  # fmt: skip
