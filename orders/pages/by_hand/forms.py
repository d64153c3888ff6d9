"""What is asked of whoever gives or ends access by hand."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from orders.models import AccessDecision, Resource

REASON = AccessDecision._meta.get_field("reason").max_length
END_OF_DAY = time(23, 59, 59)


class ReasonForm(forms.Form):
    """Why: the story keeps it, with the name of who decided."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON,
        help_text=gettext_lazy("Kept in the story of the order. The buyer does not see it."),
        error_messages={"required": gettext_lazy("Say why. It is kept in the story of the order.")},
    )

    @property
    def until(self) -> datetime | None:
        return None


class GiftForm(ReasonForm):
    """Access with or without an end."""

    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("May stay empty: then it has no end."),
        error_messages={"invalid": gettext_lazy("Write the day as 2026-12-31.")},
    )
    field_order = ["resource", "last_day", "reason"]

    @property
    def until(self) -> datetime | None:
        """The end of the last day in the account's zone."""
        day = self.cleaned_data.get("last_day")
        return timezone.make_aware(datetime.combine(day, END_OF_DAY)) if day else None


class AnotherForm(GiftForm):
    """A resource that the order does not open."""

    resource = forms.ModelChoiceField(
        Resource.objects.none(),
        label=gettext_lazy("Resource"),
        to_field_name="uid",
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose what to give."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )

    def __init__(self, data: Any, resources: QuerySet[Resource]) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField[Resource]", self.fields["resource"]).queryset = resources
