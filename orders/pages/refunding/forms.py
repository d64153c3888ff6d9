"""How much goes back, why, and what the buyer may still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy

from orders import answers, refundable
from orders.models import Order, Payment, RefundInstruction, Resource
from orders.pages.products import amounts

KEEP, END = "keep", "end"
CHOICES = [(KEEP, gettext_lazy("Keeps access")), (END, gettext_lazy("Ends access"))]
LONGEST_REASON = RefundInstruction._meta.get_field("reason").max_length


def open_on(order: Order) -> list[Resource]:
    """What the order opens right now."""
    now = answers.now_for(order)
    grants = answers.whole(order.grants.select_related("resource").order_by("resource"))
    return [grant.resource for grant in grants if answers.of_grant(grant, now).allowed]


class AccessForm(forms.Form):
    """One choice for each resource; who says nothing lets it stay open."""

    def __init__(
        self, data: Mapping[str, Any] | None, resources: Iterable[Resource], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.resources = list(resources)
        for resource in self.resources:
            self.fields[resource.uid] = forms.ChoiceField(
                label=resource.title,
                choices=CHOICES,
                initial=KEEP,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def choices(self) -> list[BoundField]:
        return [self[resource.uid] for resource in self.resources]

    @property
    def ended(self) -> list[Resource]:
        return [one for one in self.resources if self.cleaned_data.get(one.uid) == END]

    @property
    def kept(self) -> list[Resource]:
        return [one for one in self.resources if self.cleaned_data.get(one.uid) != END]


class RefundForm(AccessForm):
    """An amount up to what is left of one payment."""

    amount = forms.CharField(
        label=gettext_lazy("Amount to refund"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say how much to refund.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=gettext_lazy("May stay empty. It is kept here; the buyer does not see it."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        resources: Iterable[Resource],
        payment: Payment,
    ) -> None:
        self.payment, self.most = payment, refundable.left(payment)
        typed = amounts.as_typed(self.most, payment.currency)
        super().__init__(data, resources, initial={"amount": typed})

    def clean_amount(self) -> int:
        """In the smallest unit. What Razorpay says of it is asked when it is made."""
        currency = self.payment.currency
        amount = amounts.in_smallest_unit(self.cleaned_data["amount"], currency)
        amounts.refuse_less_than_least(amount, currency)
        if amount > self.most:
            raise ValidationError(refundable.too_much(self.payment, self.most), "too_much")
        return amount

    def focus_first_error(self) -> None:
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["autofocus"] = True
                return
