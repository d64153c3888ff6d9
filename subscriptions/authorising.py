"""Have a buyer give a mandate: a bill, and its order at Razorpay, whose payment is also the leave
to debit again.

The rows are committed first. Razorpay answers the same receipt with the same order, and the same
address with the same customer, so both may be asked for again at any time.
Source: https://razorpay.com/docs/api/payments/recurring-payments/upi/create-authorization-transaction/
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gateways import problems
from gateways.razorpay.client import Razorpay
from orders import by_mandate, linking, refused_sales
from orders.causes import at
from orders.models import Order, Payment
from orders.refused_sales import Asked
from subscriptions import settling
from subscriptions.debiting import bills, dates
from subscriptions.models import Bill, Subscription

# An order of Razorpay's for a mandate names its method, so each method has a bill of its own.
UPI, CARD = METHODS = ("upi", "card")
NAMES = {UPI: "UPI", CARD: _("card")}
# Razorpay's default for UPI; a longer plan needs a new mandate then.
MOST_MONTHS = 120
# A halt, and months that were paid late, move the last charge.
MARGIN_MONTHS = 12


def first(subscription: Subscription) -> Bill:
    """The bill that an order begins with. Another method can be chosen on its pay page."""
    order = subscription.order
    terms = {"amount": first_payment(order), "currency": order.currency}
    bill, _made = Bill.objects.get_or_create(
        subscription=subscription,
        number=0,
        defaults={"authorises": True, "method": UPI, **terms},
    )
    bill.subscription = subscription
    return bill


def first_payment(order: Order) -> int:
    return order.amount + order.price.upfront_amount


@transaction.atomic
def by(subscription: Subscription, method: str) -> Bill:
    """The bill that a mandate of this method is given with: the one that waits, or a new one."""
    linking.hold_row(subscription.order)
    known = list(subscription.bills.order_by("-number"))
    paid = paid_orders(subscription)
    for bill in known:
        if bill.authorises and bill.method == method and is_wanted(bill, known, paid):
            return bill
    order = subscription.order
    return Bill.objects.create(
        subscription=subscription,
        number=known[0].number + 1 if known else 0,
        authorises=True,
        method=method,
        amount=order.amount if paid else first_payment(order),
        currency=order.currency,
    )


def is_wanted(bill: Bill, known: list[Bill], paid: set[str]) -> bool:
    """Whether its money is still missing, and no other bill took its place.

    An order begins with one of its authorising bills. Later such a bill stands in for the newest
    that could not be charged. What was not charged stays open for good.
    """
    if bill.razorpay_order_id in paid:
        return False
    if not bill.authorises:
        return True
    newest_paid = max((o.number for o in known if o.razorpay_order_id in paid), default=None)
    if newest_paid is None:
        return True
    charged = [other.number for other in known if not other.authorises]
    stands_for = max((number for number in charged if number < bill.number), default=None)
    return stands_for is not None and newest_paid < stands_for


def paid_orders(subscription: Subscription) -> set[str]:
    """Razorpay's orders of this subscription for which money came in."""
    payments = Payment.objects.filter(order=subscription.order_id, captured=True)
    return set(payments.exclude(razorpay_order_id="").values_list("razorpay_order_id", flat=True))


def make(bill: Bill) -> None:
    """See that Razorpay knows its order. Raises gateways.razorpay.errors, and Order.DoesNotExist if
    the order was taken back meanwhile."""
    if bill.razorpay_order_id:
        return
    subscription = bill.subscription
    order = subscription.order
    agreed = refused_sales.watching(order.gateway, order.price, Asked.ORDER)
    with problems.watching_keys(order.gateway), agreed:
        razorpay = Razorpay.of(order.gateway)
        made = razorpay.create_mandate_order(
            amount=bill.amount,
            currency=bill.currency,
            receipt=bill.uid,
            notes=linking.notes_for(order),
            mandate=leave(bill, customer_of(subscription, razorpay)),
        )
    link(bill, str(made["id"]))


def customer_of(subscription: Subscription, razorpay: Razorpay) -> str:
    """Razorpay's customer, whose mandate it will be."""
    if not subscription.razorpay_customer_id:
        customer = subscription.order.customer
        notes = {"raseed_customer": customer.uid}
        found = razorpay.customer(name=customer.name, email=customer.email, notes=notes)
        nameless = Subscription.objects.filter(pk=subscription.pk, razorpay_customer_id="")
        nameless.update(razorpay_customer_id=str(found["id"]))
        subscription.refresh_from_db(fields=["razorpay_customer_id"])
    return subscription.razorpay_customer_id


def leave(bill: Bill, customer_id: str) -> dict[str, Any]:
    """What the buyer allows: no more at once than is ever charged, and no longer than need be."""
    order = bill.subscription.order
    token = {
        "max_amount": by_mandate.most_at_once(order.price),
        "expire_at": expires_at(bill),
        "frequency": "as_presented",
    }
    return {"customer_id": customer_id, "method": bill.method, "token": token}


def expires_at(bill: Bill) -> int:
    """The end of the whole plan and a year, in unix seconds: the same however often it is asked."""
    price, begins = bill.subscription.order.price, bill.created_at
    plan_ends = at(dates.moment(int(begins.timestamp()), price.total_count or 1, price))
    whole = dates.later(plan_ends, MARGIN_MONTHS)
    return int(min(whole, dates.later(begins, MOST_MONTHS)).timestamp())


@transaction.atomic
def link(bill: Bill, razorpay_order_id: str) -> None:
    """From now on its events find the bill. The first bill's order is the order's own."""
    order = bill.subscription.order
    bills.link(bill, order, razorpay_order_id)
    if bill.number == 0:
        linking.link_order(order, bill.razorpay_order_id or "")
        if order.access_on_form:
            settling.begin(bill.subscription)
