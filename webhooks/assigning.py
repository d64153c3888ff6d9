"""Match by hand: a person says to which order a payment belongs that matched nothing.

What they said is a record of its own (`Assignment`), asked by `matching`. The events are not
changed, only looked at again: so whatever comes later of the payment follows, and books that are
made anew agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.sentences import say
from gateways import lookups, problems
from gateways.models import LookUp
from gateways.razorpay.deliveries import Delivery, Unreadable
from gateways.razorpay.entities import Entity
from orders import auditing, customers, folding, linking, odd_money, reminding, settling
from orders.causes import Cause
from orders.models import Customer, Order, Payment, Price
from webhooks import bodies, doorbell, matching, replay
from webhooks.models import Assignment, Event, Mention

ASSIGNED = gettext_noop("Payment %(payment)s assigned to order %(order)s by hand.")
UNDONE = gettext_noop("Payment %(payment)s is no longer assigned to order %(order)s.")
MONEY_CAME = {Payment.Status.AUTHORIZED, Payment.Status.CAPTURED, Payment.Status.REFUNDED}
MOST_SHOWN = 20  # orders of one buyer, the newest


class NotAssignable(Exception):
    """Nothing was changed; the message is for people."""


def payment_of(event: Event) -> Entity | None:
    """The payment an event tells of; None if it tells of none, or cannot be read."""
    try:
        return bodies.read(event)["payment"]
    except Unreadable:
        return None


def is_open_to(event: Event) -> bool:
    """Whether a person may say where this belongs: money came in that nobody has missed.

    A charge of a subscription is matched with its subscription, and by nobody's hand: without the
    period that it pays for it would open nothing.
    """
    payment = payment_of(event)
    if event.status != Event.Status.UNMATCHED or payment is None or payment.get("invoice_id"):
        return False
    return payment.get("status") in MONEY_CAME


def of_event(event: Event) -> Assignment | None:
    """What a person said of its payment, while it stands."""
    payment = payment_of(event)
    if payment is None:
        return None
    rows = Assignment.objects.filter(gateway=event.gateway_id, undone_at=None)
    return rows.select_related("order", "user").filter(razorpay_payment_id=payment.id).first()


def orders_of(event: Event) -> QuerySet[Order]:
    """What it may belong to: orders of its gateway that are paid once."""
    rows = Order.objects.filter(gateway=event.gateway_id, price__kind=Price.Kind.ONE_TIME)
    return rows.select_related("gateway", "customer", "product", "price")


def search(event: Event, text: str) -> list[Order]:
    """By an order's id, ours or Razorpay's, or by a buyer's e-mail; the newest first."""
    rows = orders_of(event)
    if "@" in text:
        customer: Customer | None = customers.find(event.gateway.account, text)
        rows = rows.filter(customer=customer) if customer else rows.none()
    else:
        rows = rows.filter(Q(uid=text) | Q(razorpay_order_id=text))
    return list(rows.order_by("-pk")[:MOST_SHOWN])


def doubts(payment: Entity, order: Order) -> Iterator[str]:
    """What does not fit, for whoever decides."""
    if payment.get("amount") != order.amount:
        yield _("The amounts differ.")
    email = payment.get("email")
    if email and email != order.customer.email:
        yield _("The buyer gave another e-mail address at payment.")
    kept = order.amount_paid - order.amount_refunded
    if kept > 0 and kept + (payment.get("amount") or 0) > order.amount:
        yield _("Money came in for this order already: this would be more than was asked.")
    if order.status == Order.Status.EXPIRED:
        yield _("The order has expired. The payment counts all the same.")


@transaction.atomic
def assign(event: Event, order: Order, user: User) -> Assignment:
    """Keep what a person said, and look at the payment's events again. Raises NotAssignable."""
    order = settling.locked(order.pk)
    delivery = bodies.read(event)
    linking.hold(event.gateway_id, delivery.ids())
    payment = delivery["payment"]
    if payment is None or matching.find(event.gateway, delivery) is not None:
        raise NotAssignable(_("This payment belongs to an order by now."))
    if payment.get("currency") != order.currency:
        raise NotAssignable(_("The order is in another currency: the payment would not count."))
    made = Assignment.objects.create(
        gateway=event.gateway,
        order=order,
        razorpay_payment_id=payment.id,
        razorpay_order_id=payment.get("order_id") or "",
        user=user,
    )
    note(made, user, ASSIGNED)
    linking.announce(event.gateway_id, ids_of(made))
    be_told(made)
    transaction.on_commit(doorbell.ring)
    return made


def be_told(assignment: Assignment) -> None:
    """Mails follow, even if the events were told again quietly meanwhile: nobody has heard of them.
    What was imported stays quiet. What a worker holds is left alone: it may be waiting for us."""
    mentions = Mention.objects.filter(
        gateway=assignment.gateway_id, razorpay_id__in=ids_of(assignment)
    )
    events = Event.objects.filter(pk__in=mentions.values("event_id"), processed_at=None)
    events.filter(claimed_by="").update(replayed=False)


def ids_of(assignment: Assignment) -> list[str]:
    return sorted({assignment.razorpay_payment_id, assignment.razorpay_order_id} - {""})


def note(assignment: Assignment, user: User, text: str) -> None:
    """In the account's log."""
    account = assignment.order.gateway.account
    values = {"payment": assignment.razorpay_payment_id, "order": assignment.order.uid}
    auditing.note(account, user, text, **values)


def payments_of(assignment: Assignment) -> QuerySet[Payment]:
    """What stands in the order's books because of it."""
    same = Q(razorpay_payment_id=assignment.razorpay_payment_id)
    if assignment.razorpay_order_id:
        same |= Q(razorpay_order_id=assignment.razorpay_order_id)
    return assignment.order.payments.filter(same)


def may_undo(assignment: Assignment) -> bool:
    """Until money went back, was asked back, or is disputed: that is told of the order."""
    gone = Q(refunds__isnull=False) | Q(disputes__isnull=False)
    asked = Q(refund_instructions__isnull=False)
    return not payments_of(assignment).filter(gone | asked).exists()


@transaction.atomic
def undo(assignment: Assignment, user: User) -> None:
    """As if it had never been said: the payment leaves the order's books, and matches nothing
    again. What was mailed stays mailed. Raises NotAssignable."""
    order = settling.locked(assignment.order_id)
    standing = Assignment.objects.select_for_update().filter(pk=assignment.pk, undone_at=None)
    held = standing.first()
    if held is None:
        return
    held.order = order
    if not may_undo(held):
        raise NotAssignable(_("Money of this payment went back, or is disputed: it stays here."))
    held.undone_by, held.undone_at = user, timezone.now()
    held.save(update_fields=["undone_by", "undone_at"])
    note(held, user, UNDONE)
    take_out(held)
    transaction.on_commit(doorbell.ring)


def take_out(assignment: Assignment) -> None:
    """Take the payment out of the locked order's books, and look at all its events again.

    What is known of the order is then known from the others alone, its `as_of` too.
    """
    order, ids = assignment.order, set(ids_of(assignment))
    events = Event.objects.filter(order=order).exclude(processed_at=None)
    told = [event.pk for event in events if ids & set(ids_told(event))]
    taken = payments_of(assignment)
    names = list(taken.values_list("razorpay_payment_id", flat=True))
    # What becomes of them is not this order's any more.
    lookups.settled(order.gateway_id, names, LookUp.Why.STILL_AUTHORIZED, LookUp.Why.MORE_REFUNDED)
    taken.delete()
    order.as_of = 0
    order.save(update_fields=["as_of"])
    values = {"payment": assignment.razorpay_payment_id, "order": order.uid}
    settle_without(order, Cause(say(UNDONE, **values), timezone.now()))
    events.exclude(pk__in=told).update(**replay.AFRESH, replayed=True)
    Event.objects.filter(pk__in=told).update(**replay.AFRESH, replayed=False, order=None)


def settle_without(order: Order, cause: Cause) -> None:
    """Derive everything from what is left, and take back what settling leaves alone where nothing
    is: odd money where no money came in, a series where no try failed.

    The series of the buyer's other orders for the same, which the payment had ended, go on.
    """
    left = list(order.payments.all())
    if not any(payment.captured for payment in left):
        problems.clear(order.gateway, odd_money.KIND, order.uid)
    if not reminding.failures_of(left):
        order.reattempts.filter(cycle=0).delete()
    settling.settle(order, cause)
    # As in `reminding.plan`: neither may overlook what the other is about to commit.
    Customer.objects.select_for_update(no_key=True).get(pk=order.customer_id)
    folding.ask_no_more(order.customer)


def ids_told(event: Event) -> list[str]:
    try:
        delivery: Delivery = bodies.read(event)
    except Unreadable:
        return []
    return delivery.ids()
