"""A product's name, and how it is paid for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.api.fields import Whole
from orders.api.pricing import PlanFields, PriceFields, check_currency
from orders.models import Price
from orders.pages.products import amounts
from orders.refused_sales import Refusal

Kind = Price.Kind

KINDS = {
    Kind.ONE_TIME: gettext_lazy("One payment"),
    Kind.SUBSCRIPTION: gettext_lazy("Subscription"),
    Kind.INSTALMENTS: gettext_lazy("Instalments"),
}
CHARGERS = {
    Price.ChargedBy.RAZORPAY: gettext_lazy("Razorpay"),
    Price.ChargedBy.RASEED: gettext_lazy("Raseed"),
}
# What only a price that repeats has.
REPEATING = ("period", "interval", "total_count", "trial_days", "upfront_amount", "charged_by")
LIMITS = PlanFields().fields  # the rules are the API's


def within(name: str) -> dict[str, Any]:
    """The least and the largest that the API takes for a number."""
    limits = cast(Whole, LIMITS[name])
    return {"min_value": limits.min_value, "max_value": limits.max_value, "required": False}


def amount_box() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class ProductForm(forms.Form):
    """The name; and which resources the page showed, so that only those can be missed."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        help_text=gettext_lazy("Buyers read it on the order form and in mails."),
        error_messages={"required": gettext_lazy("Give the product a name.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PriceForm(forms.Form):
    """A price that is paid once, or one that repeats. The currency is read before the amounts."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How buyers pay"),
        choices=KINDS.items(),
        initial=Kind.ONE_TIME,
        widget=forms.RadioSelect,
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        initial="INR",
        max_length=3,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Name the currency, such as INR.")},
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=40,
        widget=amount_box(),
        help_text=gettext_lazy("For example 499 or 499.50."),
        error_messages={"required": gettext_lazy("Say what it costs.")},
    )
    interval = forms.IntegerField(label=gettext_lazy("Every"), initial=1, **within("interval"))
    period = forms.ChoiceField(
        label=gettext_lazy("Period"), choices=Price.Period.choices, initial="monthly"
    )
    total_count = forms.IntegerField(
        label=gettext_lazy("Number of charges"),
        initial=12,
        help_text=gettext_lazy("After the last one it is complete."),
        **within("total_count"),
    )
    trial_days = forms.IntegerField(
        label=gettext_lazy("Days of trial"),
        help_text=gettext_lazy("May stay empty. The first charge comes after them."),
        **within("trial_days"),
    )
    upfront_amount = forms.CharField(
        label=gettext_lazy("Amount at the start"),
        required=False,
        max_length=40,
        widget=amount_box(),
        help_text=gettext_lazy("May stay empty. Charged once, with the first payment."),
    )

    charged_by = forms.ChoiceField(
        label=gettext_lazy("Who charges the buyer"),
        choices=CHARGERS.items(),
        initial=Price.ChargedBy.RAZORPAY,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.terms: dict[str, Any] = {}

    def quote(self, refusals: Iterable[Refusal]) -> None:
        """What Razorpay said of the price in force, at its field, before anything is typed."""
        self.cleaned_data: dict[str, Any] = {}
        for field, words in dict.fromkeys((one.field, one.words) for one in refusals):
            if field:
                self.add_error(field, _("Razorpay refused it: “%(answer)s”") % {"answer": words})

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        try:
            check_currency(code)
        except serializers.ValidationError as error:
            raise ValidationError(amounts.said_by(error), "unknown_currency") from error
        return code

    def clean_amount(self) -> int | None:
        return self.typed("amount")

    def clean_charged_by(self) -> str:
        return self.cleaned_data["charged_by"] or Price.ChargedBy.RAZORPAY

    def clean_upfront_amount(self) -> int | None:
        return self.typed("upfront_amount") if self.cleaned_data["upfront_amount"] else 0

    def typed(self, name: str) -> int | None:
        """An amount in the smallest unit; None while its currency is not known."""
        currency = self.cleaned_data.get("currency")
        if currency is None:
            return None
        amount = amounts.in_smallest_unit(self.cleaned_data[name], currency)
        if amount or name == "amount":
            amounts.refuse_less_than_least(amount, currency)
        return amount

    def clean(self) -> None:
        """The rules that look at more than one field are the API's."""
        repeats = self.cleaned_data.get("kind") != Kind.ONE_TIME
        if not repeats:
            for name in REPEATING:  # not shown, so not refused
                self.errors.pop(name, None)
        elif self.cleaned_data.get("total_count", 0) is None:
            self.add_error("total_count", _("Say how often the buyer is charged in all."))
        if self.errors:
            return
        rules = PlanFields if repeats else PriceFields
        names = ("kind", "amount", "currency", *REPEATING) if repeats else ("amount", "currency")
        given = {name: self.cleaned_data[name] for name in names}
        checked = rules(data={name: value for name, value in given.items() if value is not None})
        if checked.is_valid():
            self.terms = dict(checked.validated_data)
        for name, said in checked.errors.items():
            self.add_error(str(name), [str(sentence) for sentence in said])


def filled_with(price: Price) -> dict[str, Any]:
    """A price as it would be typed."""
    shown = {name: getattr(price, name) for name in ("kind", "currency")}
    shown["amount"] = amounts.as_typed(price.amount, price.currency)
    if price.recurs:
        shown |= {name: getattr(price, name) for name in ("period", "interval", "total_count")}
        shown |= {"trial_days": price.trial_days or None, "charged_by": price.charged_by}
    if price.upfront_amount:
        shown["upfront_amount"] = amounts.as_typed(price.upfront_amount, price.currency)
    return shown
