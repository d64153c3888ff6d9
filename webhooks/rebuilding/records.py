"""What is our own record, and what is derived: the one list, table by table and column by column.

A rebuild takes own records over as they are and makes everything else anew, from the events. A
test holds that every column of every table of the rooms is named here.
"""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from gateways.models import (
    Gateway,
    LookUp,
    Problem,
    Reconciliation,
    Refusal,
    Sighting,
    WebhookSecret,
)
from orders.models import (
    AccessDecision,
    BuyerLink,
    Customer,
    CustomerAlias,
    Dispute,
    FormField,
    Grant,
    GrantChange,
    Mail,
    Order,
    OrderForm,
    Payment,
    Price,
    Product,
    Reattempt,
    Refund,
    RefundInstruction,
    Resource,
)
from subscriptions.models import (
    Bill,
    Charge,
    Cycle,
    Debit,
    Doubt,
    Invoice,
    Mandate,
    Plan,
    Subscription,
    SubscriptionInstruction,
)
from webhooks.models import Assignment, Event, Mention, Rebuild
from webhooks.rebuilding import ours
from webhooks.rebuilding.books import Books
from webhooks.rebuilding.scope import Row, Scope

# Everything in these is our own record. Most are only read when something is derived: they are read
# where they stand. With the ways to the account and to the order: what merging locks or may write,
# and is taken over.
READ: set[type[Model]] = {
    Assignment, CustomerAlias, FormField, OrderForm, Plan, Price, Product,
    Product.resources.through, RefundInstruction.ends.through, Resource, SubscriptionInstruction,
}  # fmt: skip
OWN: dict[type[Model], tuple[str, str]] = {
    Customer: ("account", "orders"),
    AccessDecision: ("order__gateway__account", "order"),
    RefundInstruction: ("payment__gateway__account", "payment__order"),
    Doubt: ("subscription__gateway__account", "subscription__order"),
    Debit: ("bill__subscription__gateway__account", "bill__subscription__order"),
}

# Neither: how something went, and what is still to be asked. Empty in the shadow, not compared.
ASIDE: set[type[Model]] = {GrantChange, LookUp, Mention}
# And what nothing that is derived reads or writes.
APART: set[type[Model]] = {
    BuyerLink, Rebuild, Reconciliation, Refusal, Sighting, WebhookSecret,
}  # fmt: skip

# Of mails that tell of something that people or our own clock did. The others tell of events.
OWN_MAILS = (
    Mail.Kind.REMINDER, Mail.Kind.UNPAID, Mail.Kind.UNPAID_SELLER, Mail.Kind.CANCELLED,
    Mail.Kind.CANCELLED_SELLER, Mail.Kind.EMAIL_CHANGED, Mail.Kind.EMAIL_FORMER,
)  # fmt: skip
# Questions that are asked while the books say so, and taken back when they no longer do. Those
# about single events pass with time.
DERIVED_PROBLEMS = (
    Problem.Kind.DISPUTE, Problem.Kind.ODD_MONEY, Problem.Kind.PARTIAL_REFUND,
    Problem.Kind.UNKNOWN_PLAN,
)  # fmt: skip

FINISHED = Q(status__in=[Event.Status.PROCESSED, Event.Status.UNMATCHED, Event.Status.FOREIGN])
# Open and parked events are in neither of the two books, but for those with an order: they had been
# applied before they were opened again.
REOPENED = Q(status__in=[Event.Status.RECEIVED, Event.Status.PARKED], order__isnull=False)


MERGED = ("mark", "marks", "conflicts")

BOOKS: dict[type[Model], Books] = {
    Gateway: Books(
        gateway="pk",
        key=("uid",),
        taken=Q(),
        own=(
            "id", "uid", "account", "mode", "key_id", "token", "witness", "connected_at",
            "connected_by", "keys_saved_at", "disconnected_at",
        ),
        derived=("razorpay_account_id",),
        # Nothing can be called from a shadow: it has no keys.
        aside=("key_secret", "slow_until", "bodies_dropped_to"),
    ),
    Order: Books(
        gateway="gateway",
        order="pk",
        key=("uid",),
        taken=Q(),
        own=(
            "id", "uid", "gateway", "customer", "product", "price", "amount", "currency",
            "razorpay_order_id", "form", "answers", "access_on_form", "decided_refunds",
            "declined_at", "created_at", "expires_at",
        ),
        derived=("status", "amount_paid", "amount_refunded", "as_of"),
        aside=(),
    ),
    Payment: Books(
        gateway="gateway",
        order="order",
        key=("razorpay_payment_id",),
        derived=(
            "gateway", "order", "razorpay_payment_id", "status", "captured", "amount", "currency",
            "razorpay_order_id", "razorpay_invoice_id", "razorpay_customer_id",
            "razorpay_token_id", "email", "contact", "notes", "created_at", "method", "card",
            "international", "bank", "wallet", "vpa", "fee", "tax", "refund_status", "error_code",
            "error_description", "error_source", "error_step", "error_reason", "amount_refunded",
            "captured_at", "failed_at", "failure_learnt_at", *MERGED,
        ),
    ),
    Refund: Books(
        gateway="gateway",
        order="payment__order",
        key=("razorpay_refund_id",),
        derived=(
            "gateway", "payment", "razorpay_refund_id", "status", "amount", "currency", "notes",
            "created_at", "speed_processed", "processed_at", "failed_at", *MERGED,
        ),
    ),
    Dispute: Books(
        gateway="gateway",
        order="payment__order",
        key=("razorpay_dispute_id",),
        derived=(
            "gateway", "payment", "razorpay_dispute_id", "status", "amount", "currency", "phase",
            "reason_code", "respond_by", "created_at", *MERGED,
        ),
    ),
    Grant: Books(
        gateway="order__gateway",
        order="order",
        key=("order__uid", "resource__uid"),
        derived=(
            "order", "customer", "resource", "starts_at", "covered_until", "ends_at", "because",
            "ended_because",
        ),
        aside=("id",),
    ),
    Reattempt: Books(
        gateway="order__gateway",
        order="order",
        key=("order__uid", "cycle", "n", "payment__razorpay_payment_id"),
        # A reminder that went out, and that its day passed unpaid.
        taken=Q(order__price__kind=Price.Kind.ONE_TIME, n__isnull=False, started_at__isnull=False),
        own=("id", "uid", "order", "cycle", "n"),
        partly=("due_at", "started_at", "state", "made_by"),
        derived=(
            "payment", "due_at", "started_at", "done_at", "state", "reason", "made_by", "counted",
        ),
        aside=("work_at", "looks"),
        strip=ours.reminders,
    ),
    Mail: Books(
        gateway="order__gateway",
        order="order",
        key=("order__uid", "kind", "fact"),
        taken=Q(kind__in=OWN_MAILS),
        # What was mailed of a payment that was taken out of an order by hand stays mailed.
        compared=~Q(kind__in=OWN_MAILS) & ~Q(order__assignments__undone_at__isnull=False),
        own=("id", "order", "customer", "kind", "fact", "created_at"),
        # That it is owed is derived; what became of it is not.
        derived=(),
        aside=("due_at", "state", "sent_at", "sent_to"),
    ),
    Problem: Books(
        gateway="gateway",
        key=("kind", "subject"),
        compared=Q(kind__in=DERIVED_PROBLEMS, cleared_at=None),
        derived=("account", "gateway", "kind", "subject", "what", "mend"),
        aside=("id", "uid", "since", "last_seen_at", "count", "cleared_at"),
    ),
    Subscription: Books(
        gateway="gateway",
        order="order",
        key=("uid",),
        taken=Q(),
        own=("id", "uid", "gateway", "order", "plan", "razorpay_subscription_id"),
        partly=(*ours.LATEST, *ours.FIRST, *MERGED),
        derived=(
            *ours.LATEST, *ours.FIRST, "paid_count", "authenticated_at", "resumptions",
            "paid_until", "access_until", *MERGED,
        ),
        aside=(),
        strip=ours.subscriptions,
    ),
    Cycle: Books(
        gateway="subscription__gateway",
        order="subscription__order",
        key=("subscription__uid", "start"),
        derived=(
            "subscription", "start", "end", "razorpay_plan_id", "razorpay_order_id",
            "razorpay_invoice_id", "attempts", "halted_at", "failure_learnt_at", *MERGED,
        ),
        aside=("id",),
    ),
    Charge: Books(
        gateway="payment__gateway",
        order="cycle__subscription__order",
        key=("cycle__subscription__uid", "cycle__start", "payment__razorpay_payment_id", "source"),
        derived=("cycle", "payment", "source"),
        aside=("id",),
    ),
    Invoice: Books(
        gateway="gateway",
        order="subscription__order",
        key=("razorpay_invoice_id",),
        derived=(
            "gateway", "subscription", "razorpay_invoice_id", "status", "razorpay_order_id",
            "razorpay_payment_id", "amount", "currency", "billing_start", "billing_end",
            "short_url", "created_at", "paid_at", "expired_at", *MERGED,
        ),
    ),
    Mandate: Books(
        gateway="gateway",
        order="order",
        key=("razorpay_token_id",),
        derived=(
            "gateway", "order", "razorpay_token_id", "status", "method", "max_amount",
            "razorpay_customer_id", "international", "failure_reason", "created_at", "expired_at",
            "ended_at", *MERGED,
        ),
        aside=("id",),
    ),
    Bill: Books(
        gateway="subscription__gateway",
        order="subscription__order",
        key=("uid",),
        taken=Q(),
        own=(
            "id", "uid", "subscription", "number", "authorises", "method", "given_back_at",
            "amount", "currency", "razorpay_order_id", "created_at", "work_at",
        ),
        # Of a bill that asks for a mandate they follow from its payment; else they are its own.
        partly=("anchor", "step", "start", "end"),
        derived=("anchor", "step", "start", "end"),
        aside=(),
        strip=ours.bills,
    ),
    Event: Books(
        gateway="gateway",
        order="order",
        key=("type", "event_id", "pk"),
        taken=FINISHED | REOPENED,
        compared=FINISHED,
        own=(
            "id", "gateway", "kind", "event_id", "type", "account_ref", "body", "kept",
            "body_dropped_at", "body_sha256", "received_at", "imported",
        ),
        derived=("status", "order"),
        # Its outcome is the order's state of then, and that of what it waited for.
        aside=(
            "secret", "ours", "attempts", "claimed_by", "claimed_until", "not_before",
            "processed_at", "outcome", "error", "replayed", "reconciliation",
        ),
    ),
}  # fmt: skip


def rows(model: type[Row], scope: Scope) -> QuerySet[Row]:
    """A table's rows that are looked at."""
    if model in OWN:
        return scope.rows(model, *OWN[model])
    return scope.rows(model, BOOKS[model].account, BOOKS[model].order)


def hidden() -> list[type[Model]]:
    """The tables that are made anew: whatever merging and deriving write or lock."""
    return [*OWN, *ASIDE, *BOOKS]
