"""What is asked of whoever compares the books with Razorpay's by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gateways.models import Gateway, Reconciliation
from webhooks.reconciling import objects, runs
from webhooks.reconciling.places import Question

LONGEST = runs.LONGEST.days
NOT_A_DAY = {"invalid": gettext_lazy("Write the day as 2026-12-31.")}


class CompareForm(forms.Form):
    """A window of days in the account's zone, or one object."""

    gateway = forms.ModelChoiceField(
        Gateway.objects.none(),
        label=gettext_lazy("Gateway"),
        to_field_name="uid",
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a gateway."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("May stay empty: three days ago."),
        error_messages=NOT_A_DAY,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("May stay empty: up to now. At most 31 days at once."),
        error_messages=NOT_A_DAY,
    )
    subject = forms.CharField(
        label=gettext_lazy("Only this object"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "May stay empty. An ID of an order, payment, refund, dispute, subscription, invoice or"
            " token, such as pay_… or order_…: the days do not matter then."
        ),
    )

    def __init__(self, data: Any, gateways: QuerySet[Gateway]) -> None:
        super().__init__(data)
        self.questions: list[Question] | None = None
        cast("forms.ModelChoiceField[Gateway]", self.fields["gateway"]).queryset = gateways

    def clean_first_day(self) -> date:
        today = timezone.localdate()
        day: date = self.cleaned_data["first_day"] or today - runs.WINDOW
        if day > today:
            raise forms.ValidationError(_("This day is not here yet."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first one."))
        elif first and (last or timezone.localdate()) - first >= timedelta(days=LONGEST):
            self.add_error("first_day", _("Compare at most 31 days at once."))
        if given.get("subject") and given.get("gateway"):
            try:
                self.questions = objects.questions(given["gateway"], given["subject"].strip())
            except objects.NotAnObject as error:
                self.add_error("subject", str(error))
        return given

    @property
    def asked_for(self) -> dict[str, Any]:
        subject = self.cleaned_data["subject"].strip()
        return {"since": self.since, "until": self.until, "subject": subject}

    def is_about(self, run: Reconciliation) -> bool:
        """Whether this is what the run compares."""
        until = None if run.until == run.created_at else run.until
        return self.asked_for == {"since": run.since, "until": until, "subject": run.subject}

    @property
    def since(self) -> datetime:
        return midnight(self.cleaned_data["first_day"])

    @property
    def until(self) -> datetime | None:
        """The end of the last day; None where that is not over: up to now."""
        day = self.cleaned_data["last_day"]
        end = midnight(day + timedelta(days=1)) if day else None
        return end if end and end < timezone.now() else None


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
