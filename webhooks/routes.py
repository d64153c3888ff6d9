"""Which handler continues the story. Reads like urls.py; held complete by a test."""

from __future__ import annotations

from collections.abc import Callable

from accounts.sentences import Sentence
from webhooks.handlers import disputes, invoices, orders, payments, refunds, subscriptions, tokens
from webhooks.story import Story

Handler = Callable[[Story], Sentence]

ROUTES: dict[str, Handler] = {
    "payment.authorized": payments.authorized,
    "payment.captured": payments.captured,
    "payment.failed": payments.failed,
    "order.paid": orders.paid,
    "invoice.paid": invoices.paid,
    "subscription.authenticated": subscriptions.authenticated,
    "subscription.activated": subscriptions.activated,
    "subscription.charged": subscriptions.charged,
    "subscription.pending": subscriptions.pending,
    "subscription.halted": subscriptions.halted,
    "subscription.paused": subscriptions.paused,
    "subscription.resumed": subscriptions.resumed,
    "subscription.updated": subscriptions.updated,
    "subscription.cancelled": subscriptions.cancelled,
    "subscription.completed": subscriptions.completed,
    "refund.created": refunds.created,
    "refund.processed": refunds.processed,
    # Accepted when ticked.
    "refund.failed": refunds.failed,
    "invoice.expired": invoices.expired,
    "token.confirmed": tokens.changed,
    "token.rejected": tokens.changed,
    "token.paused": tokens.changed,
    "token.cancelled": tokens.changed,
    "payment.dispute.created": disputes.changed,
    "payment.dispute.under_review": disputes.changed,
    "payment.dispute.action_required": disputes.changed,
    "payment.dispute.won": disputes.changed,
    "payment.dispute.lost": disputes.changed,
    "payment.dispute.closed": disputes.changed,
}
# What Razorpay's API answered: the same merge as for a webhook.
ANSWERS: dict[str, Handler] = {
    "invoice.fetched": invoices.fetched,
    "payment.fetched": payments.fetched,
    "refund.fetched": refunds.fetched,
    "refund.resolved": refunds.resolved,
    "subscription.fetched": subscriptions.fetched,
    "token.fetched": tokens.changed,
    "dispute.fetched": disputes.changed,
}


def handler_for(name: str) -> Handler:
    """The handler of an event that Raseed acts on, or of an answer."""
    return ROUTES.get(name) or ANSWERS[name]
