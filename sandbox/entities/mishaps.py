"""Why payments fail: Razorpay's reasons, each with who and where."""

import re

from sandbox.books import Doc
from sandbox.refusals import Refused

CUSTOMER_AT_BANK = ("customer", "payment_authorization")
BANK = ("bank", "payment_authorization")
GATEWAY = ("gateway", "payment_authorization")
CUSTOMER = ("customer", "payment_authentication")

REASONS = {
    "insufficient_funds": (CUSTOMER_AT_BANK, "The account does not hold enough money."),
    "payment_failed": (BANK, "Payment failed"),
    "card_declined": (BANK, "The bank declined the card."),
    "card_expired": (CUSTOMER_AT_BANK, "The card has expired."),
    "incorrect_cvv": (CUSTOMER_AT_BANK, "The CVV is wrong."),
    "authentication_failed": (CUSTOMER, "The one-time password was wrong."),
    "payment_cancelled": (CUSTOMER, "The payment was cancelled by the customer."),
    "payment_timed_out": (CUSTOMER, "The payment was not finished in time."),
    "bank_technical_error": (BANK, "The bank has a technical problem."),
    "gateway_technical_error": (GATEWAY, "The gateway has a technical problem."),
    "debit_instrument_blocked": (BANK, "The card or account is blocked."),
    "transaction_limit_exceeded": (BANK, "The amount is over the limit."),
    "mandate_cancelled": (CUSTOMER_AT_BANK, "The mandate was cancelled."),
    "mandate_not_active": (BANK, "The mandate is not active."),
    "mandate_paused": (CUSTOMER_AT_BANK, "The customer paused the mandate."),
    "mandate_expired": (CUSTOMER_AT_BANK, "The mandate has expired."),
    "mandate_current_cycle_allowed_debit_exceeds": (BANK, "No more debits in this period."),
    "amount_does_not_match_mandate_amount": (BANK, "The amount is not that of the mandate."),
    "bank_account_invalid": (BANK, "The bank account is not valid."),
    "debit_declined": (BANK, "The bank declined the debit."),
    "invalid_token": (BANK, "The mandate is not known."),
    "psp_not_available": (GATEWAY, "The UPI app does not answer."),
}
DEFAULT = "insufficient_funds"


def error_fields(reason: str) -> Doc:
    # Unlisted reasons are welcome: Razorpay's list grows, and receivers must bear it.
    if not re.fullmatch(r"[a-z_]{3,60}", reason):
        raise Refused("reason is a word like insufficient_funds.", field="reason")
    (source, step), description = REASONS.get(reason, (BANK, "Payment failed"))
    return {
        "error_code": "GATEWAY_ERROR" if source == "gateway" else "BAD_REQUEST_ERROR",
        "error_description": description,
        "error_source": source,
        "error_step": step,
        "error_reason": reason,
    }


NO_ERROR: Doc = dict.fromkeys(error_fields(DEFAULT))
