"""order.paid: the order and the payment that paid it, in one delivery."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from webhooks.handlers import payments
from webhooks.story import Story


def paid(story: Story) -> Sentence:
    """As payment.captured; counts what was captured and not what the order says of itself."""
    if story.delivery["payment"] is not None:
        return payments.captured(story)
    story.merge_order()
    story.settle()
    text = gettext_noop("No payment came with it; %(order)s.")
    return say(text, order=story.order_now())
