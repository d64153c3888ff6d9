"""refund.*: money on its way back, or back."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from orders import refunds
from orders.models import Refund
from webhooks.handlers import payments
from webhooks.story import Story

WORDS = {
    Refund.Status.PENDING: gettext_noop("Refund of %(amount)s on its way; %(order)s."),
    Refund.Status.PROCESSED: gettext_noop("Refund of %(amount)s processed; %(order)s."),
    Refund.Status.FAILED: gettext_noop("Refund of %(amount)s failed; %(order)s."),
}
OF_NO_CAPTURE = gettext_noop(
    "Razorpay gave back %(amount)s that was never captured; nothing is taken away."
)


def merge(story: Story) -> Sentence:
    """The refund's own status counts, whichever event brings it."""
    payment = story.merge_payment()
    refund, entity = story.merge_refund(payment), story.delivery["refund"]
    if refund is not None and entity is not None and not story.cause.replayed:
        refunds.doubt(refund, entity, story.delivery)
    story.settle()
    if refund is None:
        return payments.nothing()
    text = WORDS[Refund.Status(refund.status)] if refund.payment.captured else OF_NO_CAPTURE
    amount = (refund.amount, refund.currency or refund.payment.currency or "INR")
    return say(text, amount=amount, order=story.order_now())


created = processed = failed = fetched = resolved = merge
