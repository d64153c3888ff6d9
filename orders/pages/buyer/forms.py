"""The one question that a buyer is asked."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """Which address? Whether it is known is not told."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The one that you ordered with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    @classmethod
    def of(cls, request: HttpRequest) -> AskForm:
        return cls(request.POST if request.method == "POST" else None)
