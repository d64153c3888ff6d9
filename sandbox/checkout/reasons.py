"""Why a payment may fail at the checkout, in words, the likeliest first."""

from sandbox.entities import mishaps

WORDS = {
    "insufficient_funds": "Insufficient funds",
    "authentication_failed": "Wrong OTP",
    "bank_technical_error": "Bank down",
    "card_declined": "Card declined",
    "card_expired": "Card expired",
    "incorrect_cvv": "Wrong CVV",
    "payment_cancelled": "Cancelled by the buyer",
    "payment_timed_out": "Not finished in time",
    "gateway_technical_error": "Gateway down",
    "debit_instrument_blocked": "Card or account blocked",
    "transaction_limit_exceeded": "Over the limit",
    "payment_failed": "Failed, without a better reason",
}
FOR_MANDATES = {name: name.replace("_", " ").capitalize() for name in mishaps.REASONS}


def choices(kind: str) -> dict[str, str]:
    """First payments know no mandates, which can be cancelled or not active."""
    return (
        WORDS
        if kind in ("order", "mandate")
        else WORDS
        | {name: word for name, word in FOR_MANDATES.items() if name.startswith("mandate_")}
    )
