"""payment.*: one try to pay."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import lookups
from gateways.models import LookUp
from orders.models import Payment
from webhooks.story import Story

# Our orders ask for automatic capture; a straggler is asked about.
CAPTURE_PATIENCE = timedelta(minutes=15)


def authorized(story: Story) -> Sentence:
    """Money was taken from the buyer and is not the seller's yet."""
    payment = merge(story)
    if payment is None:
        return nothing()
    if payment.status == Payment.Status.AUTHORIZED:
        lookups.ask(
            payment.gateway_id,
            LookUp.Kind.PAYMENT,
            payment.razorpay_payment_id,
            LookUp.Why.STILL_AUTHORIZED,
            wait=CAPTURE_PATIENCE,
        )
    text = gettext_noop("%(amount)s authorized; %(order)s.")
    return say(text, amount=(payment.amount, payment.currency or "INR"), order=story.order_now())


def captured(story: Story) -> Sentence:
    """Money came in."""
    payment = merge(story)
    if payment is None:
        return nothing()
    lookups.settled(payment.gateway_id, payment.razorpay_payment_id, LookUp.Why.STILL_AUTHORIZED)
    text = gettext_noop("%(amount)s captured; %(order)s.")
    return say(text, amount=(payment.amount, payment.currency or "INR"), order=story.order_now())


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
