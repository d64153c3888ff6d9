"""Which mandate pays a subscription, and whether it allows a debit: looked at before each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders.causes import at
from orders.models import Payment
from orders.recovering import refusals
from subscriptions.mandates import CONFIRMED, OVER
from subscriptions.models import Bill, Mandate, Subscription

CANCELLED = gettext_noop("The buyer's mandate is cancelled.")
EXPIRED = gettext_noop("The buyer's mandate has expired.")
REJECTED = gettext_noop("The bank rejected the buyer's mandate.")
PAUSED = gettext_noop("The buyer paused the mandate, and only they can resume it.")
TOO_MUCH = gettext_noop("The mandate allows at most %(most)s, and %(amount)s is due.")
# What Razorpay says of an id that it does not know. Else a refusal says nothing of what was asked
# about: a part of the API is switched off, an address is not allowed, keys are refused.
UNKNOWN = "does not exist"
# Of a mandate that is over, by its status.
SAID = {"cancelled": CANCELLED, "expired": EXPIRED, "rejected": REJECTED}


def authorising_payments(subscription: Subscription) -> QuerySet[Payment]:
    """What was paid to give a mandate, newest first."""
    asked = subscription.bills.filter(authorises=True).exclude(razorpay_order_id=None)
    paid = subscription.order.payments.filter(
        captured=True, razorpay_order_id__in=asked.values("razorpay_order_id")
    )
    return paid.order_by("-captured_at", "-razorpay_payment_id")


def token_ids(subscription: Subscription) -> list[str]:
    """What the buyer allowed, newest first: by the payments of bills that ask for it."""
    named = authorising_payments(subscription).exclude(razorpay_token_id="")
    return list(dict.fromkeys(named.values_list("razorpay_token_id", flat=True)))


def tokens_of(bill: Bill) -> list[str]:
    """The mandates that were given with one bill."""
    paid = authorising_payments(bill.subscription).filter(razorpay_order_id=bill.razorpay_order_id)
    named = paid.exclude(razorpay_token_id="").values_list("razorpay_token_id", flat=True)
    return list(dict.fromkeys(named))


def asked_of(subscription: Subscription, token_id: str, razorpay: Razorpay) -> dict[str, Any]:
    """A mandate of this subscription as it stands at Razorpay. Raises errors.Refused as `token`."""
    return token(subscription.razorpay_customer_id, token_id, razorpay)


def token(customer_id: str, token_id: str, razorpay: Razorpay) -> dict[str, Any]:
    """A mandate as it stands at Razorpay. One that it no longer knows is over.

    Raises errors.Refused where the account may not ask at all: that says nothing of the mandate.
    """
    try:
        return razorpay.token(customer_id, token_id)
    except errors.Refused as error:
        if not is_unknown(error):
            raise
        return {"id": token_id, "recurring_details": {"status": "cancelled"}}


def is_unknown(error: errors.Refused) -> bool:
    """Whether Razorpay does not know what was asked about."""
    return UNKNOWN in error.description.lower()


def contact_of(subscription: Subscription) -> str:
    """The phone number that was given with the mandate."""
    given = authorising_payments(subscription).exclude(contact="")
    return given.values_list("contact", flat=True).first() or ""


def mandate_of(subscription: Subscription) -> Mandate | None:
    """The newest that stands; else the newest that is known, for what it says."""
    ids = token_ids(subscription)
    rows = {
        mandate.razorpay_token_id: mandate
        for mandate in Mandate.objects.filter(
            gateway=subscription.gateway_id, order=subscription.order_id, razorpay_token_id__in=ids
        )
    }
    known = [rows[name] for name in ids if name in rows]
    standing = [mandate for mandate in known if mandate.status == CONFIRMED]
    return next(iter([*standing, *known]), None)


def objection(mandate: Mandate, bill: Bill, now: datetime) -> tuple[str, str] | None:
    """Why this debit must not be made: a reason as Razorpay names it, and words as
    `orders.recovering.refusals` keeps them; None if it may."""
    if mandate.status in OVER:
        return "mandate_cancelled", SAID[mandate.status]
    if mandate.expired_at and at(mandate.expired_at) <= now:
        return "mandate_expired", EXPIRED
    if mandate.status == "paused":
        return "mandate_paused", PAUSED
    if mandate.max_amount is not None and bill.amount > mandate.max_amount:
        most, asked = (mandate.max_amount, bill.currency), (bill.amount, bill.currency)
        return "amount_exceeds_limit", refusals.keep(say(TOO_MUCH, most=most, amount=asked))
    return None
