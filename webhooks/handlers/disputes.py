"""payment.dispute.*: a buyer's bank asks for the money back."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from webhooks.handlers import payments
from webhooks.story import Story


def changed(story: Story) -> Sentence:
    """A lost dispute takes its money away, as a processed refund does."""
    payment = story.merge_payment()
    dispute = story.merge_dispute(payment)
    story.settle()
    if dispute is None:
        return payments.nothing()
    text = gettext_noop("Dispute %(dispute)s: %(status)s; %(order)s.")
    return say(text, dispute=str(dispute), status=dispute.status, order=story.order_now())
