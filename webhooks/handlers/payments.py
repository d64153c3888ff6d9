"""payment.*: one try to pay."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import lookups
from gateways.models import LookUp
from orders.models import Order, Payment
from webhooks.story import Story

Why = LookUp.Why
UNPAID = {Order.Status.CREATED, Order.Status.ATTEMPTED, Order.Status.EXPIRED}


def authorized(story: Story) -> Sentence:
    """Money was taken from the buyer and is not the seller's yet."""
    payment = merge(story)
    if payment is None:
        return nothing()
    if payment.status == Payment.Status.AUTHORIZED and not story.cause.replayed:
        # Our orders ask for automatic capture; a straggler is asked about.
        lookups.ask(
            payment.gateway_id,
            LookUp.Kind.PAYMENT,
            payment.razorpay_payment_id,
            Why.STILL_AUTHORIZED,
            wait=lookups.PATIENCE,
        )
    text = gettext_noop("%(amount)s authorized; %(order)s.")
    return say(text, amount=(payment.amount, payment.currency or "INR"), order=story.order_now())


def captured(story: Story) -> Sentence:
    """Money came in."""
    payment = merge(story)
    if payment is None:
        return nothing()
    answered = [payment.razorpay_payment_id, *no_longer_open(story)]
    lookups.settled(payment.gateway_id, answered, Why.STILL_AUTHORIZED, Why.OPEN_ORDER)
    text = gettext_noop("%(amount)s captured; %(order)s.")
    return say(text, amount=(payment.amount, payment.currency or "INR"), order=story.order_now())


def no_longer_open(story: Story) -> list[str]:
    """What Razorpay calls the order, once it was paid: nobody needs to ask about it any more."""
    if story.order.status in UNPAID:
        return []
    subscription = story.subscription
    named = subscription.razorpay_subscription_id if subscription is not None else None
    return [name for name in (named, story.order.razorpay_order_id) if name]


def failed(story: Story) -> Sentence:
    """A try failed; the order stays open."""
    payment = merge(story)
    if payment is None:
        return nothing()
    text = gettext_noop("%(amount)s failed (%(reason)s); %(order)s.")
    return say(
        text,
        amount=(payment.amount, payment.currency or "INR"),
        reason=payment.error_reason or payment.error_description or "–",
        order=story.order_now(),
    )


def fetched(story: Story) -> Sentence:
    """As the API has it now: what its status says."""
    payment = story.delivery["payment"]
    said = str(payment.get("status")) if payment is not None else ""
    return FETCHED.get(said, noted)(story)


def noted(story: Story) -> Sentence:
    """A try that has neither succeeded nor failed yet."""
    payment = merge(story)
    if payment is None:
        return nothing()
    text = gettext_noop("%(amount)s is being paid; %(order)s.")
    return say(text, amount=(payment.amount, payment.currency or "INR"), order=story.order_now())


def merge(story: Story) -> Payment | None:
    """Merge what came and settle."""
    story.merge_order()
    payment = story.merge_payment()
    story.settle()
    return payment


def nothing() -> Sentence:
    return say(gettext_noop("Nothing to note: the entity it is about is missing."))


FETCHED = {
    "authorized": authorized,
    "captured": captured,
    "refunded": captured,
    "failed": failed,
}
