"""What a product costs: a price that is paid once, or a plan that repeats."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import money
from accounts.api.fields import Known, Whole
from orders import by_mandate
from orders.models import Price

# https://razorpay.com/docs/api/orders/create/
LEAST = {"INR": 100}
LARGEST_AMOUNT = 2**53 - 1
# https://razorpay.com/docs/payments/subscriptions/faqs/
MOST_YEARS = 100
PER_YEAR = {"daily": 365, "weekly": 52, "monthly": 12, "quarterly": 4, "yearly": 1}


def check_currency(code: str) -> None:
    if not money.is_currency(code):
        said = _("“%(code)s” is not a currency.") % {"code": code}
        raise serializers.ValidationError(said, "unknown_currency")


def check_least(field: str, amount: int, currency: str) -> None:
    least = LEAST.get(currency, 1)
    if amount < least:
        said = _("Razorpay takes at least %(least)s.") % {"least": money.show(least, currency)}
        raise serializers.ValidationError({field: said}, "too_small")


def check_step(field: str, amount: int, currency: str) -> None:
    """Where a currency has three decimals, Razorpay wants the last digit to be 0."""
    if money.exponent(currency) == 3 and amount % 10:
        step = money.show(10, currency)
        said = _("Razorpay takes this currency in steps of %(step)s.") % {"step": step}
        raise serializers.ValidationError({field: said}, "too_fine")


def check_mandate(terms: dict[str, Any]) -> None:
    """What Raseed charges itself has limits of its own."""
    objection = by_mandate.against(terms)
    if objection is not None:
        raise serializers.ValidationError({objection.field: objection.said}, objection.code)


class PriceFields(Known):
    amount = Whole(min_value=1, max_value=LARGEST_AMOUNT)
    currency = serializers.CharField(default="INR", validators=[check_currency])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_least("amount", attrs["amount"], attrs["currency"])
        check_step("amount", attrs["amount"], attrs["currency"])
        return attrs


class PlanFields(PriceFields):
    """A price that repeats: https://razorpay.com/docs/api/payments/subscriptions/create-plan/"""

    kind = serializers.ChoiceField(
        choices=[Price.Kind.SUBSCRIPTION, Price.Kind.INSTALMENTS], default=Price.Kind.SUBSCRIPTION
    )
    period = serializers.ChoiceField(choices=Price.Period.choices)
    interval = Whole(min_value=1, max_value=365, default=1)
    total_count = Whole(min_value=1, max_value=1200)
    trial_days = Whole(min_value=0, max_value=365, default=0)
    upfront_amount = Whole(min_value=0, max_value=LARGEST_AMOUNT, default=0)
    # razorpay: a subscription there. raseed: from a mandate; INR, no trial, card or UPI.
    charged_by = serializers.ChoiceField(
        choices=Price.ChargedBy.choices, default=Price.ChargedBy.RAZORPAY
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["charged_by"] == Price.ChargedBy.RASEED:
            check_mandate(attrs)
        if attrs["period"] == Price.Period.DAILY and attrs["interval"] < 7:
            said = _("Razorpay charges every 7 days at most: choose an interval of 7 or more.")
            raise serializers.ValidationError({"interval": said}, "too_often")
        if attrs["upfront_amount"]:
            check_least("upfront_amount", attrs["upfront_amount"], attrs["currency"])
            check_step("upfront_amount", attrs["upfront_amount"], attrs["currency"])
        if attrs["interval"] * attrs["total_count"] > MOST_YEARS * PER_YEAR[attrs["period"]]:
            said = _("Razorpay's subscriptions last 100 years at most.")
            raise serializers.ValidationError({"total_count": said}, "too_long")
        return super().validate(attrs)
