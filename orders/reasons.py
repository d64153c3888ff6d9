"""What can be done about a payment that failed, by Razorpay's `error_reason`.

Decide on the reason, never on the code, which is only a coarse class. A reason that is not listed
is one that trying again may help: Razorpay's list grows.
Sources: https://razorpay.com/docs/errors/payments/cards/ and, for debits of a mandate,
https://razorpay.com/docs/api/payments/recurring-payments/upi/create-subsequent-payments/
"""

from __future__ import annotations

from enum import StrEnum


class Remedy(StrEnum):
    """What helps: and so who has to do something."""

    WAIT = "wait"  # the bank or the network had trouble
    FUND = "fund"  # the buyer adds money
    OTHER_MEANS = "other_means"  # the buyer pays another way
    TYPE_AGAIN = "type_again"  # the buyer gives the right code
    BUYER_STOPPED = "buyer_stopped"  # the buyer did not finish
    LIMIT = "limit"  # more than the bank, the card or the mandate allows
    NEXT_CYCLE = "next_cycle"  # the mandate allows no more debits in this period
    RESUME = "resume"  # the buyer paused the mandate, and only they can resume it
    NEW_MANDATE = "new_mandate"  # nothing but a new mandate helps


REMEDIES: dict[Remedy, set[str]] = {
    Remedy.FUND: {
        "insufficient_funds", "insufficient_fund", "adequate_funds_not_available_blocked",
    },
    Remedy.OTHER_MEANS: {
        "card_declined", "card_expired", "card_not_enrolled", "card_disabled_for_online_payments",
        "card_number_invalid", "debit_instrument_inactive", "payment_risk_check_failed",
    },
    Remedy.TYPE_AGAIN: {
        "authentication_failed", "incorrect_cvv", "incorrect_otp", "incorrect_pin",
    },
    Remedy.BUYER_STOPPED: {"payment_cancelled"},
    Remedy.LIMIT: {
        "transaction_limit_exceeded", "amount_exceeds_limit", "per_transaction_limit_exceeded",
        "amount_does_not_match_mandate_amount", "mandate_debit_beyond_psp_amount_cap",
    },
    Remedy.NEXT_CYCLE: {"mandate_current_cycle_allowed_debit_exceeds"},
    Remedy.RESUME: {"mandate_paused"},
    Remedy.NEW_MANDATE: {
        "bank_account_invalid", "debit_declined", "debit_instrument_blocked", "invalid_token",
        "mandate_cancelled", "mandate_expired", "mandate_not_active", "remitter_account_dormant",
        "transaction_not_allowed", "umn_does_not_exist_payer", "payer_account_has_changed",
    },
}  # fmt: skip
BY_REASON = {reason: remedy for remedy, reasons in REMEDIES.items() for reason in reasons}
# A debit of the same mandate cannot succeed any more in this period, however often it is tried.
HOPELESS = {Remedy.LIMIT, Remedy.NEXT_CYCLE, Remedy.NEW_MANDATE}


def remedy(reason: str | None) -> Remedy:
    """What helps against this; for one that is not known, to try again."""
    return BY_REASON.get((reason or "").lower(), Remedy.WAIT)


def ends_debits(reason: str | None) -> bool:
    """Whether no re-attempt from the same mandate can help (razorpay's documented next step)."""
    return remedy(reason) in HOPELESS
