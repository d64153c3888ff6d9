"""Amounts as people type them. Rows hold integers in the currency's smallest unit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import serializers

from accounts import money
from orders.api.pricing import LARGEST_AMOUNT, check_least

# 499 or 1,234 or 1,23,456, then decimals. "499,50" would be 49950 to some and 499.50 to others:
# a comma stands only where it groups.
TYPED = re.compile(
    r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3})(?:\.(?P<decimals>\d*))?"
)


def in_smallest_unit(text: str, currency: str) -> int:
    """`in_smallest_unit("1,23,456.00", "INR")` is 12345600. Raises ValidationError."""
    found = TYPED.fullmatch(text.strip())
    if found is None:
        example = as_typed(49950, currency)
        said = _("Write the amount in figures, such as %(example)s.") % {"example": example}
        raise ValidationError(said, "not_figures")
    decimals, places = found["decimals"] or "", money.exponent(currency)
    if len(decimals) > places:
        raise ValidationError(too_many_decimals(currency, places), "too_many_decimals")
    amount = int(found["whole"].replace(",", "") + decimals.ljust(places, "0"))
    if amount > LARGEST_AMOUNT:
        largest = money.show(LARGEST_AMOUNT, currency)
        said = _("The largest amount is %(largest)s.") % {"largest": largest}
        raise ValidationError(said, "too_large")
    return amount


def as_typed(amount: int, currency: str) -> str:
    """The inverse, to fill a field: `as_typed(12345600, "INR")` is "123456.00"."""
    return f"{Decimal(amount).scaleb(-money.exponent(currency)):f}"


def too_many_decimals(currency: str, places: int) -> str:
    if places == 0:
        return _("%(currency)s has no decimals.") % {"currency": currency}
    said = ngettext(
        "%(currency)s has at most %(n)s decimal.",
        "%(currency)s has at most %(n)s decimals.",
        places,
    )
    return said % {"currency": currency, "n": places}


def refuse_less_than_least(amount: int, currency: str) -> None:
    """Razorpay's least, by the rule of the API. Raises ValidationError."""
    try:
        check_least("amount", amount, currency)
    except serializers.ValidationError as error:
        raise ValidationError(said_by(error), "too_small") from error


def said_by(error: serializers.ValidationError) -> str:
    """The one sentence of a rule of the API."""
    told: Any = error.detail
    while not isinstance(told, str):
        told = next(iter(told.values())) if isinstance(told, dict) else told[0]
    return str(told)
