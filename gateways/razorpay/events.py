"""The events that Raseed acts on, grouped as Razorpay's dashboard groups them.

Source: https://razorpay.com/docs/webhooks/ (payloads of payments, orders, invoices, subscriptions,
refunds).
"""

from __future__ import annotations

# What a seller ticks: 17 events.
GROUPS: dict[str, tuple[str, ...]] = {
    "payment": ("payment.authorized", "payment.captured", "payment.failed"),
    "order": ("order.paid",),
    "invoice": ("invoice.paid",),
    "subscription": (
        "subscription.authenticated",
        "subscription.activated",
        "subscription.charged",
        "subscription.pending",
        "subscription.halted",
        "subscription.paused",
        "subscription.resumed",
        "subscription.updated",
        "subscription.cancelled",
        "subscription.completed",
    ),
    "refund": ("refund.created", "refund.processed"),
}
EVENTS: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)

# Not asked for, and acted on when they come.
EXTRA: tuple[str, ...] = (
    "invoice.expired",
    "payment.dispute.action_required",
    "payment.dispute.closed",
    "payment.dispute.created",
    "payment.dispute.lost",
    "payment.dispute.under_review",
    "payment.dispute.won",
    "refund.failed",
    "token.cancelled",
    "token.confirmed",
    "token.paused",
    "token.rejected",
)
# Not Razorpay's: what its API answered when it was asked, kept in the inbox under these names.
ANSWERS: tuple[str, ...] = (
    "invoice.fetched",
    "payment.fetched",
    "refund.fetched",
    "refund.resolved",
    "subscription.fetched",
    "token.fetched",
)
ACTED_ON: frozenset[str] = frozenset(EVENTS + EXTRA)
