"""The address as it should be."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from orders.checkout import NotPlaceable, check_email
from orders.models import Customer

LONGEST_EMAIL = Customer._meta.get_field("email").max_length


class EmailForm(forms.Form):
    """What is an address is said as where something is bought."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": gettext_lazy("Give the address as it should be.")},
    )

    def clean_email(self) -> str:
        try:
            return check_email(self.cleaned_data["email"])
        except NotPlaceable as error:
            raise ValidationError(str(error), error.code) from error
