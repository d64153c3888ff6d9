"""Why Razorpay refused to make a debit, as one word that decides what follows.

Its `reason` says it where it is given; older answers have only a sentence.
Source: https://razorpay.com/docs/api/payments/recurring-payments/upi/create-subsequent-payments/
"""

from __future__ import annotations

from gateways.razorpay.errors import Refused
from orders import reasons
from subscriptions.debiting import tries

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
    return (error.reason or "refused")[:64]
