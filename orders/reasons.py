"""Why a payment failed, in words, and what can be done about it, by Razorpay's `error_reason`.

Decide on the reason, never on the code, which is only a coarse class. A reason that is not listed
is one that trying again may help: Razorpay's list grows.
Sources: https://razorpay.com/docs/errors/payments/cards/ and, for debits of a mandate,
https://razorpay.com/docs/api/payments/recurring-payments/upi/create-subsequent-payments/
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


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

# What Razorpay documents, said shortly. A word that is not here is shown as it is.
LABELS = {
    "account_refused": gettext_lazy("Razorpay charges no mandates for this account"),
    "adequate_funds_not_available_blocked": gettext_lazy("too little money in the account"),
    "amount_does_not_match_mandate_amount": gettext_lazy("amount differs from the mandate's"),
    "amount_exceeds_limit": gettext_lazy("amount above a limit"),
    "authentication_failed": gettext_lazy("OTP or PIN not confirmed"),
    "bank_account_invalid": gettext_lazy("bank account not valid"),
    "bank_not_available": gettext_lazy("bank not reachable"),
    "bank_technical_error": gettext_lazy("technical trouble at the bank"),
    "card_declined": gettext_lazy("card declined by the bank"),
    "card_disabled_for_online_payments": gettext_lazy("card not enabled for online payments"),
    "card_expired": gettext_lazy("card expired"),
    "card_not_enrolled": gettext_lazy("card not enrolled for online payments"),
    "card_number_invalid": gettext_lazy("wrong card number"),
    "credit_to_beneficiary_failed": gettext_lazy("money did not reach the seller's bank"),
    "debit_declined": gettext_lazy("debit declined by the bank"),
    "debit_instrument_blocked": gettext_lazy("card or account blocked"),
    "debit_instrument_inactive": gettext_lazy("card or account not active"),
    "gateway_technical_error": gettext_lazy("technical trouble on the way to the bank"),
    "incorrect_cvv": gettext_lazy("wrong CVV"),
    "incorrect_otp": gettext_lazy("wrong OTP"),
    "incorrect_pin": gettext_lazy("wrong PIN"),
    "insufficient_fund": gettext_lazy("too little money in the account"),
    "insufficient_funds": gettext_lazy("too little money in the account"),
    "invalid_response_from_gateway": gettext_lazy("unclear answer from the bank"),
    "invalid_token": gettext_lazy("mandate not valid any more"),
    "issuer_dispatch_failed": gettext_lazy("bank not reachable"),
    "keys_refused": gettext_lazy("Razorpay refuses the API keys"),
    "mandate_cancelled": gettext_lazy("mandate was cancelled"),
    "mandate_current_cycle_allowed_debit_exceeds": gettext_lazy(
        "mandate allows no further debit in this period"
    ),
    "mandate_debit_beyond_psp_amount_cap": gettext_lazy("amount above the UPI app's limit"),
    "mandate_expired": gettext_lazy("mandate expired"),
    "mandate_not_active": gettext_lazy("mandate not active"),
    "mandate_paused": gettext_lazy("mandate is paused"),
    "new_mandate_needed": gettext_lazy("a new mandate is needed"),
    "not_captured": gettext_lazy("allowed by the bank, and given back"),
    "order_refused": gettext_lazy("Razorpay takes no further debit of this bill"),
    "payer_account_has_changed": gettext_lazy("the account behind the mandate has changed"),
    "payment_cancelled": gettext_lazy("payment cancelled before it was finished"),
    "payment_failed": gettext_lazy("failed at the bank"),
    "payment_mandate_not_active": gettext_lazy("mandate not confirmed by the bank yet"),
    "payment_pending": gettext_lazy("no answer from the bank yet"),
    "payment_risk_check_failed": gettext_lazy("stopped by a security check"),
    "payment_timed_out": gettext_lazy("not finished in time"),
    "per_transaction_limit_exceeded": gettext_lazy("amount above the limit for one payment"),
    "psp_not_available": gettext_lazy("UPI app not reachable"),
    "psp_timeout": gettext_lazy("no answer from the UPI app"),
    "remitter_account_dormant": gettext_lazy("account not in use any more"),
    "remitter_dispatch_failed": gettext_lazy("bank not reachable"),
    "request_timed_out": gettext_lazy("no answer in time"),
    "slow_down": gettext_lazy("Razorpay asked to slow down"),
    "too_soon": gettext_lazy("too soon after the one before"),
    "transaction_limit_exceeded": gettext_lazy("amount above the limit of the card or the bank"),
    "transaction_not_allowed": gettext_lazy("not allowed by the bank"),
    "umn_does_not_exist_payer": gettext_lazy("mandate not known at the bank"),
    "unreachable": gettext_lazy("Razorpay not reachable"),
    "vpa_resolution_failed": gettext_lazy("UPI address not found"),
}
# What the buyer does where they pay themselves.
TO_PAY = {
    Remedy.WAIT: gettext_lazy("Trying again often helps."),
    Remedy.FUND: gettext_lazy("Add money, or pay another way."),
    Remedy.OTHER_MEANS: gettext_lazy("Pay with another card, or with UPI."),
    Remedy.TYPE_AGAIN: gettext_lazy("Please try again, and check the password, PIN or code."),
    Remedy.BUYER_STOPPED: gettext_lazy("If that was not meant, simply pay again."),
    Remedy.LIMIT: gettext_lazy("Raise the limit at your bank, or pay another way."),
}
# What the buyer does where a mandate is charged by itself, beside paying now.
TO_BE_CHARGED = {
    Remedy.WAIT: gettext_lazy("You need to do nothing."),
    Remedy.FUND: gettext_lazy("Please keep enough money in the account, or pay now."),
    Remedy.OTHER_MEANS: gettext_lazy("Please choose another way to pay."),
    Remedy.TYPE_AGAIN: gettext_lazy("Please pay now, and confirm it when your bank asks."),
    Remedy.BUYER_STOPPED: gettext_lazy("Please allow it next time, or pay now."),
    Remedy.LIMIT: gettext_lazy("Please pay this one yourself."),
    Remedy.NEXT_CYCLE: gettext_lazy("Please pay this one yourself."),
    Remedy.RESUME: gettext_lazy("Please resume the mandate in your UPI app, or pay now."),
    Remedy.NEW_MANDATE: gettext_lazy("Please set up a new mandate."),
}
# Where nobody said why: most often it is this.
CHECK_YOURSELF = gettext_lazy("Please see that there is enough money in the account, or pay now.")


def remedy(reason: str | None) -> Remedy:
    """What helps against this; for one that is not known, to try again."""
    return BY_REASON.get((reason or "").lower(), Remedy.WAIT)


def ends_debits(reason: str | None) -> bool:
    """Whether no re-attempt from the same mandate can help (razorpay's documented next step)."""
    return remedy(reason) in HOPELESS


def label(reason: str | None) -> str:
    """A few words for pages and mails."""
    word = reason or ""
    return str(LABELS.get(word.lower(), "")) or word.replace("_", " ") or _("no reason given")


def said(reason: str | None) -> str:
    """What happened, as a sentence."""
    if not reason:
        return _("The bank gave no reason.")
    return _("Reason: %(reason)s.") % {"reason": label(reason)}


def advice(reason: str | None, *, debited: bool = False) -> str:
    """What the buyer can do, in one sentence. `debited`: nobody was there to pay."""
    found = remedy(reason)
    if debited:
        return str(TO_BE_CHARGED[found] if reason else CHECK_YOURSELF)
    # What a mandate lacks is no hindrance to a payment by hand.
    return str(TO_PAY.get(found, TO_PAY[Remedy.OTHER_MEANS]))


def explain(reason: str | None, *, debited: bool = False) -> str:
    """What happened and what to do."""
    return f"{said(reason)} {advice(reason, debited=debited)}"
