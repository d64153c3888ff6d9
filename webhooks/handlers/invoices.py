"""invoice.*: the bill of one cycle of a subscription."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import lookups
from gateways.models import LookUp
from subscriptions.models import Invoice
from webhooks.handlers import payments
from webhooks.story import Story


def paid(story: Story) -> Sentence:
    """Ties the invoice, its payment and its cycle together."""
    invoice = merge(story)
    if invoice is None:
        return payments.captured(story)
    text = gettext_noop("Invoice %(invoice)s paid; %(order)s.")
    return say(text, invoice=str(invoice), order=story.order_now())


def fetched(story: Story) -> Sentence:
    """As the API has it now, perhaps with the payment that was asked about."""
    invoice = merge(story)
    if invoice is None:
        return payments.fetched(story)
    text = gettext_noop("Invoice %(invoice)s is %(status)s; %(order)s.")
    return say(text, invoice=str(invoice), status=invoice.status, order=story.order_now())


def expired(story: Story) -> Sentence:
    """Nobody paid it in time; its cycle stays unpaid."""
    invoice = merge(story)
    if invoice is None:
        return payments.nothing()
    return say(gettext_noop("Invoice %(invoice)s expired."), invoice=str(invoice))


def merge(story: Story) -> Invoice | None:
    """Merge what came and settle; None for an invoice that no subscription of ours issued."""
    story.merge_payment()
    invoice = story.merge_invoice()
    if invoice is not None:
        story.settle()
        # After it: whoever finds nothing of ours holds the ids first and asks then.
        name, why = invoice.razorpay_invoice_id, LookUp.Why.UNKNOWN_INVOICE
        lookups.settled(invoice.gateway_id, [name], why)
    return invoice
