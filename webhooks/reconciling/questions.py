"""What can be asked about one object: each is one call, or none where the books know enough.

A question may lead to others. Whether it does is read off the books as they are afterwards, so that
a run that died between an answer and the next question asks the same again.
"""

from __future__ import annotations

from collections.abc import Callable

from gateways.razorpay.client import PAGE, Json
from orders.models import Payment
from subscriptions.debiting import allowing
from subscriptions.models import Cycle, Invoice, Mandate, Subscription
from webhooks.reconciling import disputed, money, news
from webhooks.reconciling.asker import Asker, asked_after
from webhooks.reconciling.ours import Payments

# Failed charges are told by invoices and payments, too.
UNPAID = {Subscription.Status.PENDING, Subscription.Status.HALTED}


def subscription(asker: Asker, razorpay_id: str) -> None:
    """First its invoices, where some are missing: then what its state says finds them."""
    row = known(asker, razorpay_id)
    found = look(asker, row, razorpay_id)
    if row is not None and lacks_invoices(row, found[1]):
        asker.place.then(["invoices", razorpay_id, 0], ["state", razorpay_id])
    else:
        merge_state(asker, row, found)


def state(asker: Asker, razorpay_id: str) -> None:
    """Its state alone."""
    row = known(asker, razorpay_id)
    merge_state(asker, row, look(asker, row, razorpay_id))


def known(asker: Asker, razorpay_id: str) -> Subscription | None:
    rows = Subscription.objects.select_related("order__price")
    return rows.filter(gateway=asker.gateway, razorpay_subscription_id=razorpay_id).first()


def look(asker: Asker, row: Subscription | None, razorpay_id: str) -> tuple[int, Json]:
    """How it is now, and when that was asked."""
    asked_at = asked_after(row)
    found = asker.razorpay.subscription(razorpay_id)
    asker.looked(1)
    return asked_at, found


def merge_state(asker: Asker, row: Subscription | None, found: tuple[int, Json]) -> None:
    asked_at, item = found
    if row is None:
        asker.place.not_ours += 1
    elif news.of_subscription(row, item):
        changed = news.changes(row, item).intersection(news.TOLD_OF_SUBSCRIPTIONS)
        missed = bool(changed) and news.is_told("subscription", item)
        asker.tell("subscription", item, missed=missed, asked_at=asked_at)


def lacks_invoices(row: Subscription, item: Json) -> bool:
    """Whether more periods are paid than we know of, or money is owed, or was paid at the start."""
    given = news.said("subscription", item)
    if given.get("status") in UNPAID or lacks_periods(row, given.get("paid_count") or 0):
        return True
    is_trial = given.get("status") == Subscription.Status.AUTHENTICATED
    return is_trial and row.order.price.upfront_amount > 0 and not row.invoices.exists()


def lacks_periods(row: Subscription, paid: int) -> bool:
    """Whether more were paid than are known to be."""
    known_paid = Cycle.objects.filter(subscription=row, charges__isnull=False).distinct()
    return paid > known_paid.count()


def invoices(asker: Asker, razorpay_id: str, skip: int) -> None:
    """Those of a subscription, newest first, and what paid them."""
    row = known(asker, razorpay_id)
    if row is None:
        return
    items = asker.razorpay.invoices_of(razorpay_id, skip)
    asker.looked(len(items))
    for item in items:
        merge_invoice(asker, {"subscription_id": razorpay_id, **item})
    if len(items) == PAGE and lacks_periods(row, row.paid_count):
        asker.place.then(["invoices", razorpay_id, skip + PAGE])


def invoice(asker: Asker, razorpay_id: str) -> None:
    """One invoice of a subscription of ours, and what the subscription is since."""
    item = asker.razorpay.invoice(razorpay_id)
    asker.looked(1)
    subscription_id = item.get("subscription_id")
    if not isinstance(subscription_id, str) or known(asker, subscription_id) is None:
        asker.place.not_ours += 1
        return
    asker.place.then(["state", subscription_id])
    merge_invoice(asker, item)


def merge_invoice(asker: Asker, item: Json) -> None:
    rows = Invoice.objects.filter(gateway=asker.gateway)
    row = rows.filter(razorpay_invoice_id=item.get("id")).first()
    if news.of_invoice(row, item):
        asker.tell("invoice", item, missed=news.is_told("invoice", item))
    ask_who_paid(asker, news.said("invoice", item))


def ask_who_paid(asker: Asker, given: Json) -> None:
    """The payment of a paid invoice; of one that is owed the tries, if none is known."""
    payments = Payment.objects.filter(gateway=asker.gateway)
    payment_id, order_id = given.get("payment_id"), given.get("order_id")
    if given.get("status") == Invoice.Status.PAID and payment_id:
        if not payments.filter(razorpay_payment_id=payment_id, captured=True).exists():
            asker.place.then(["payment", payment_id])
    elif order_id and not payments.filter(razorpay_order_id=order_id).exists():
        asker.place.then(["order", order_id])


def payment(asker: Asker, razorpay_id: str) -> None:
    """One that a person names may be known by its invoice alone."""
    item = asker.razorpay.payment(razorpay_id)
    invoice_id = item.get("invoice_id")
    if asker.run.subject and invoice_id and not Payments.of(asker.gateway, [item]).has(item):
        asker.place.then(["invoice", invoice_id])
    else:
        money.look_at_payments(asker, [item])


def order(asker: Asker, razorpay_id: str) -> None:
    """Every try to pay a Razorpay order. One that nobody tried to pay was looked at, too."""
    items = asker.razorpay.order_payments(razorpay_id)
    asker.looked(int(not items))
    money.look_at_payments(asker, items)


def refunds(asker: Asker, payment_id: str) -> None:
    money.look_at_refunds(asker, asker.razorpay.refunds(payment_id))


def refund(asker: Asker, razorpay_id: str) -> None:
    """One that a person names, of a payment that is not known: the payment first."""
    item = asker.razorpay.refund_made(razorpay_id)
    payment_id = item.get("payment_id")
    known = Payment.objects.filter(gateway=asker.gateway, razorpay_payment_id=payment_id)
    if asker.run.subject and payment_id and not known.exists():
        asker.place.then(["payment", payment_id], ["refunds", payment_id])
    else:
        money.look_at_refunds(asker, [item])


def token(asker: Asker, customer_id: str, token_id: str) -> None:
    """A mandate as it stands now."""
    row = Mandate.objects.filter(gateway=asker.gateway, razorpay_token_id=token_id).first()
    asked_at = asked_after(row)
    item = allowing.token(customer_id, token_id, asker.razorpay)
    asker.looked(1)
    if news.of_mandate(row, item):
        asker.tell("token", item, asked_at=asked_at)


ASKED: dict[str, Callable[..., None]] = {
    "subscription": subscription,
    "state": state,
    "invoices": invoices,
    "invoice": invoice,
    "payment": payment,
    "order": order,
    "refunds": refunds,
    "refund": refund,
    "disputes": disputed.listed,
    "dispute": disputed.one,
    "token": token,
}
