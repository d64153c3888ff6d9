"""What is asked before a plan of Razorpay's is linked: which plan, to which product, for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from gateways.models import Gateway, Mode
from orders.models import Product
from orders.pages.products.forms import within
from subscriptions import existing_plans

SELLS, KNOWN = "sells", "known"
PLAN_ID = r"\Aplan_[A-Za-z0-9]{8,34}\Z"


class WhichForm(forms.Form):
    """A plan at one of the account's connected gateways, and a product."""

    plan = forms.CharField(
        label=gettext_lazy("Plan ID"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("At Razorpay: Subscriptions, then Plans. It begins with plan_."),
        validators=[
            RegexValidator(
                PLAN_ID,
                gettext_lazy("A plan ID looks like plan_00000000000001. Copy it from Razorpay."),
            )
        ],
        error_messages={"required": gettext_lazy("Copy the plan ID from Razorpay.")},
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode of the plan"),
        error_messages={
            "invalid_choice": gettext_lazy("No Razorpay account is connected in this mode.")
        },
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=gettext_lazy("Product"),
        to_field_name="uid",
        empty_label=gettext_lazy("Choose a product"),
        help_text=gettext_lazy("What the plan pays for: its resources open."),
        error_messages={
            "required": gettext_lazy("Choose what the plan pays for."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )

    def __init__(self, account: Account, data: Mapping[str, Any] | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        connected = Gateway.objects.filter(account=account, disconnected_at=None)
        self.gateways = {gateway.mode: gateway for gateway in connected.order_by("mode")}
        modes = [(mode, Mode(mode).label) for mode in self.gateways]
        cast(forms.ChoiceField, self.fields["mode"]).choices = modes
        asked = self["mode"].value()
        if len(modes) == 1 and asked in {None, *self.gateways}:  # nothing to choose
            self.fields["mode"].widget = forms.HiddenInput()
            self.fields["mode"].initial = modes[0][0]
        products = Product.objects.filter(account=account).order_by("archived_at", "name", "pk")
        cast("forms.ModelChoiceField[Product]", self.fields["product"]).queryset = products

    @property
    def gateway(self) -> Gateway:
        return self.gateways[self.cleaned_data["mode"]]


class UseForm(forms.Form):
    """Whether new orders are made with the plan, and then how often they are charged."""

    use = forms.ChoiceField(
        choices=[
            (SELLS, gettext_lazy("New orders are made with this plan")),
            (KNOWN, gettext_lazy("Only recognise it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the plan is for.")},
    )
    total_count = forms.IntegerField(
        label=gettext_lazy("Number of charges of new orders"),
        help_text=gettext_lazy(
            "Razorpay's plan does not say it. After the last one it is complete."
        ),
        **within("total_count"),
    )

    def __init__(self, product: Product, data: Mapping[str, Any] | None) -> None:
        initial = {"total_count": existing_plans.usual_count(product), "use": KNOWN}
        super().__init__(data, initial=initial)
        self.usual_count = initial["total_count"]
        if product.archived_at is not None:
            self.fields["use"].choices = [(KNOWN, gettext_lazy("Only recognise it"))]  # type: ignore[attr-defined]

    @property
    def sells(self) -> bool:
        return bool(self.cleaned_data["use"] == SELLS)

    def clean(self) -> None:
        count = self.cleaned_data.get("total_count")
        if count is None and "total_count" not in self.errors:
            if self.cleaned_data.get("use") == SELLS:
                self.add_error("total_count", _("Say how often the buyer is charged in all."))
            self.cleaned_data["total_count"] = self.usual_count
