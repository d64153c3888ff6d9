"""Derive what an order is from its rows, and everything that follows from that."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import access, loose_ends, mails, odd_money, reminding, totals
from orders.causes import Cause
from orders.merging import saving
from orders.models import Order, Payment
from orders.totals import Totals

FORM_SENT = gettext_noop("The order form was sent.")


@transaction.atomic
def begin(order: Order) -> None:
    """An order that was just placed: the account may give access before any money came."""
    locked = Order.objects.select_for_update().get(pk=order.pk)
    settle(locked, Cause(say(FORM_SENT), timezone.now()))


def settle(order: Order, cause: Cause) -> Totals:
    """Bring a locked one-time order, its grants, its re-attempts and its mails in step."""
    payments = totals.payments_of(order)
    sums = count(order, payments, cause)
    reminding.plan(order, payments, sums)
    access.apply(order, access.covers_of_payment(order, sums), cause)
    told = [*mails.receipts(payments), *mails.failures(payments), *reminding.good_news(payments)]
    mails.owe(order, told, cause)
    loose_ends.ask_what_it_means(order, payments)
    return sums


def count(order: Order, payments: list[Payment], cause: Cause) -> Totals:
    """Derive the order's status and amounts; ask for refunds we have not heard of, and the seller
    about money that does not fit."""
    sums = totals.of(order, payments)
    with saving(order):
        order.as_of = max(order.as_of, cause.as_of)
        order.status = status_of(order, sums)
        order.amount_paid, order.amount_refunded = sums.captured, sums.returned
    for payment in payments:
        if payment.amount_refunded:
            loose_ends.ask_for_missing(payment)
    odd_money.watch(order, payments, sums)
    return sums


def status_of(order: Order, sums: Totals) -> Order.Status:
    """The order's state, from sums alone (spec: net = captured - processed refunds)."""
    if sums.captured == 0:
        if timezone.now() >= order.expires_at:
            return Order.Status.EXPIRED
        return Order.Status.ATTEMPTED if sums.seen else Order.Status.CREATED
    if sums.net >= order.amount:
        return Order.Status.PAID
    if sums.net <= 0:
        return Order.Status.REFUNDED
    if sums.covered_at is None:
        return Order.Status.ATTEMPTED
    return Order.Status.PARTIALLY_REFUNDED
