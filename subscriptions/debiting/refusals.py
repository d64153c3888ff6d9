"""Why Razorpay refused to make a debit, as one word that decides what follows.

Its `reason` says it where it is given; older answers have only a sentence.
Source: https://razorpay.com/docs/api/payments/recurring-payments/upi/create-subsequent-payments/
"""

from __future__ import annotations

import re

from gateways.razorpay.errors import Refused
from orders import reasons
from subscriptions.debiting import tries

# Of this debit, and no more is known.
REFUSED = "refused"
BY_REASON = {
    "payment_retry_too_soon": tries.TOO_SOON,
    "payment_in_progress": tries.IN_THE_WAY,
    "order_already_paid": tries.IN_THE_WAY,
    "order_reuse_not_allowed": tries.ORDER_REFUSED,
}
# Words of the sentence, and what they mean; the first that fits.
BY_WORDS = (
    (("already paid",), tries.IN_THE_WAY),
    (("in progress",), tries.IN_THE_WAY),
    (("hours after",), tries.TOO_SOON),
    (("too soon",), tries.TOO_SOON),
    (("order", "reused"), tries.ORDER_REFUSED),
    (("order", "re-used"), tries.ORDER_REFUSED),
    (("amount exceeds",), "amount_exceeds_limit"),
    (("token",), "invalid_token"),
    (("mandate",), "mandate_not_active"),
    # The order was read by its id a moment before, so it is the token's, or its customer's.
    (("id provided does not exist",), "invalid_token"),
)
# What differs from debit to debit of what Razorpay is told (`charging.terms`).
OF_ONE_DEBIT = {
    "email", "contact", "amount", "currency", "order_id", "customer_id", "token", "description",
    "notes",
}  # fmt: skip
# Reasons that give none.
NO_REASON = {"", "na", "null", "none", "input_validation_failed"}


def reason_of(error: Refused) -> str:
    """A word of ours, or Razorpay's own reason."""
    if error.reason in BY_REASON:
        return BY_REASON[error.reason]
    if error.reason in reasons.BY_REASON:
        return error.reason
    said = error.description.lower()
    for words, meaning in BY_WORDS:
        if all(word in said for word in words):
            return meaning
    if is_about_no_debit(error):
        return tries.ACCOUNT_REFUSED
    return (error.reason or REFUSED)[:64]


def is_about_no_debit(error: Refused) -> bool:
    """Whether it names neither a reason nor a field of this debit: then the next buyer's would be
    refused as well. An account that may not charge mandates at all is told "The requested URL was
    not found on the server.", with the reason "NA".

    `field` may lead through others, such as `notes.raseed_order`.
    """
    named = set(re.findall(r"[a-z_]+", error.field.lower()))
    return error.reason.lower() in NO_REASON and not named & OF_ONE_DEBIT
