"""The form of a pair of API keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gateways.checking import NotConnected


class KeysForm(forms.Form):
    """Key ID and secret. The secret is never filled in again."""

    key_id = forms.CharField(
        label=_("Key ID"),
        max_length=64,
        help_text=_("Begins with rzp_test_ or rzp_live_. The mode is read from it."),
        widget=forms.TextInput(
            attrs={
                "class": "mono",
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
                "data-mode-of": "mode-of-key",
            }
        ),
        error_messages={"required": _("Paste the key ID from Razorpay.")},
    )
    key_secret = forms.CharField(
        label=_("Key secret"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"class": "mono", "autocomplete": "new-password"}),
        error_messages={"required": _("Paste the key secret from Razorpay.")},
    )

    def clean_key_id(self) -> str:
        return str(self.cleaned_data["key_id"]).strip()

    def clean_key_secret(self) -> str:
        return str(self.cleaned_data["key_secret"]).strip()

    def refuse(self, error: NotConnected) -> None:
        """Say what happened on top and how to mend it at the field."""
        self.add_error(None, error.summary)
        self.add_error(error.field, error.mend)

    def focus_first_error(self) -> None:
        """The cursor goes to where the mend is."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    @property
    def keys(self) -> dict[str, Any]:
        """The two values, as the connecting functions take them."""
        return {
            "key_id": self.cleaned_data["key_id"],
            "key_secret": self.cleaned_data["key_secret"],
        }
