"""Payments and refunds as Razorpay has them: keep what is news, and see what that leads to."""

from __future__ import annotations

from gateways.models import LookUp
from gateways.razorpay.client import Json
from orders import payments, refunds
from orders.models import Payment, Refund
from subscriptions.models import Invoice
from webhooks.reconciling import news, ours
from webhooks.reconciling.asker import Asker
from webhooks.reconciling.ours import Payments
from webhooks.reconciling.places import Question


def look_at_payments(asker: Asker, items: list[Json]) -> None:
    """Any number of them; those that are not ours are only counted. Of one that a buyer of ours has
    paid its bill tells whose it is."""
    asker.looked(len(items))
    known = Payments.of(asker.gateway, items)
    for item in items:
        if not known.has(item):
            if known.may_have(item):
                asker.place.then(["invoice", item["invoice_id"]])
            else:
                asker.place.not_ours += 1
            continue
        # Before it is told: should this process die in between, it is asked about again.
        asker.place.then(*follow_ups(known, item))
        if news.of_payment(known.rows.get(str(item.get("id"))), item):
            asker.tell("payment", item, missed=news.is_told("payment", item))


def follow_ups(known: Payments, item: Json) -> list[Question]:
    """What the books lack beside the payment itself."""
    given, payment_id = news.said("payment", item), str(item.get("id"))
    row = known.rows.get(payment_id)
    found: list[Question] = []
    if (given.get("amount_refunded") or 0) > refunded(row):
        found.append(["refunds", payment_id])
    invoice_id, token_id = given.get("invoice_id"), given.get("token_id")
    is_paid = known.invoices.get(str(invoice_id)) == Invoice.Status.PAID
    if invoice_id and payments.says_captured(given) and not is_paid:
        found.append(["invoice", invoice_id])
    gives_mandate = given.get("order_id") in known.bills and given.get("customer_id")
    if gives_mandate and token_id and token_id not in known.mandates:
        found.append(["token", given["customer_id"], token_id])
    return found


def refunded(row: Payment | None) -> int:
    """How much of it the known refunds come to, in the smallest unit."""
    rows = row.refunds.all() if row is not None else []
    return sum(refund.amount or 0 for refund in rows if refund.status != Refund.Status.FAILED)


def look_at_refunds(asker: Asker, items: list[Json]) -> None:
    """A refund belongs to whom its payment belongs to."""
    asker.looked(len(items))
    paid = ours.payments(asker.gateway, ours.values(items, "payment_id"))
    rows = ours.refunds(asker.gateway, ours.values(items, "id"))
    for item in items:
        payment_id = str(item.get("payment_id"))
        if payment_id not in paid:
            asker.place.not_ours += 1
            continue
        row = rows.get(str(item.get("id")))
        if news.of_refund(row, item):
            tell_of_refund(asker, row, item)
        if lags(paid[payment_id], item):
            asker.place.then(["payment", payment_id])


def tell_of_refund(asker: Asker, row: Refund | None, item: Json) -> None:
    """Where both ends were told, a list that lags settles nothing: it is asked about by its id."""
    missed = news.is_told("refund", item)
    if row is not None and refunds.has_both_ends(row):
        refunds.ask(row, LookUp.Why.BOTH_ENDS)
        missed = False
    asker.tell("refund", item, missed=missed)


def lags(payment: Payment, item: Json) -> bool:
    """Whether the payment's row has not heard of money that went back."""
    given = news.said("refund", item)
    if given.get("status") != Refund.Status.PROCESSED:
        return False
    others = [r for r in payment.refunds.all() if r.razorpay_refund_id != item.get("id")]
    back = sum(r.amount or 0 for r in others if r.status == Refund.Status.PROCESSED)
    return back + (given.get("amount") or 0) > payment.amount_refunded
