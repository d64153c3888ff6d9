"""Money as people read it. Amounts are integers in the currency's smallest unit everywhere else."""

from __future__ import annotations

from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, list_currencies
from django.utils import translation

# ISO 4217, which payments are counted by. CLDR's digits are those of price tags: it shows the
# Albanian lek without decimals, and a hundredth of it is still the smallest unit.
WITHOUT_DECIMALS = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
]  # fmt: skip
WITH_THREE = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
EXPONENTS = {**dict.fromkeys(WITHOUT_DECIMALS, 0), **dict.fromkeys(WITH_THREE, 3)}


def exponent(currency: str) -> int:
    """How many digits of the smallest unit are decimals: INR 2, JPY 0, KWD 3."""
    return EXPONENTS.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code that CLDR knows."""
    return code in list_currencies()


def show(amount: int | None, currency: str) -> str:
    """`show(12345600, "INR")` is ₹1,23,456.00, in the language of the page."""
    if amount is None:
        return "–"
    decimals, locale = exponent(currency), page_locale()
    pattern = locale.currency_formats["standard"].pattern
    return format_currency(
        Decimal(amount).scaleb(-decimals),
        currency,
        pattern.replace(".00", f".{'0' * decimals}".rstrip(".")),
        locale=locale,
        currency_digits=False,
    )


def page_locale() -> Locale:
    """India's way of writing numbers, in the language of the page."""
    language = (translation.get_language() or "en").split("-")[0]
    try:
        return Locale(language, "IN")
    except UnknownLocaleError:
        return Locale("en", "IN")
