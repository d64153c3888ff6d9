"""What is asked before something is done to a subscription: when, and which plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import Price
from subscriptions import objections
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.objections import Objection

Kind = SubscriptionInstruction.Kind


class WhenForm(forms.Form):
    """Now, or at the end of the billing period; what cannot be chosen stands there with why not."""

    kind = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": _("Choose when.")}
    )
    kinds: tuple[Kind, ...] = (Kind.CANCEL_AT_END, Kind.CANCEL)

    def __init__(self, subscription: Subscription, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objections = {kind: objections.to(subscription, kind) for kind in self.kinds}
        possible = [kind for kind in self.kinds if self.objections[kind] is None]
        self.fields["kind"].choices = [(kind, kind.label) for kind in self.kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = possible[0] if possible else None

    @property
    def objection(self) -> Objection | None:
        """Why none can be chosen."""
        against = list(self.objections.values())
        return against[-1] if all(against) else None

    @property
    def options(self) -> Iterator[tuple[Any, Objection | None]]:
        """Each radio button, with what speaks against it."""
        return zip(self["kind"], self.objections.values(), strict=True)

    def clean_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind"])


class PlanForm(WhenForm):
    """Another plan."""

    price = forms.ModelChoiceField(
        Price.objects.none(),
        to_field_name="uid",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose a plan."),
            "invalid_choice": _("This plan is not for sale any more. Choose another."),
        },
    )
    field_order = ("price", "kind")
    kinds = (Kind.CHANGE_PLAN_AT_END, Kind.CHANGE_PLAN)

    def __init__(
        self, subscription: Subscription, choices: QuerySet[Price], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(subscription, *args, **kwargs)
        self.fields["price"].queryset = choices  # type: ignore[attr-defined]
