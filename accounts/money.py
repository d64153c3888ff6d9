"""Money as people read it. Amounts are integers in the currency's smallest unit everywhere else."""

from __future__ import annotations

from decimal import Decimal

from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision, list_currencies
from django.utils import translation


def exponent(currency: str) -> int:
    """How many digits of the smallest unit are decimals: INR 2, JPY 0, KWD 3 (CLDR)."""
    return get_currency_precision(currency)


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code that CLDR knows."""
    return code in list_currencies()


def show(amount: int | None, currency: str) -> str:
    """`show(12345600, "INR")` is ₹1,23,456.00, in the language of the page."""
    if amount is None:
        return "–"
    language = (translation.get_language() or "en").split("-")[0]
    value = Decimal(amount).scaleb(-exponent(currency))
    try:
        return format_currency(value, currency, locale=f"{language}_IN")
    except UnknownLocaleError:
        return format_currency(value, currency, locale="en_IN")
