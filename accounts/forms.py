"""allauth's forms in our words: its own labels are not translated everywhere."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django.utils.translation import gettext_lazy as _


class Worded:
    """Takes the labels from `words`, and drops placeholders that repeat them."""

    words: dict[str, Any] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.words.get(name, field.label)
            field.help_text = "" if name in {"password", "login"} else field.help_text
            field.widget.attrs.pop("placeholder", None)


class SignIn(Worded, allauth_forms.LoginForm):
    words = {
        "login": _("E-mail address"),
        "password": _("Password"),
        "remember": _("Keep me signed in on this device"),
    }


class ForgotPassword(Worded, allauth_forms.ResetPasswordForm):
    words = {"email": _("E-mail address")}


class NewPassword(Worded, allauth_forms.ResetPasswordKeyForm):
    words = {"password1": _("New password"), "password2": _("New password, again")}


class ChangePassword(Worded, allauth_forms.ChangePasswordForm):
    words = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, again"),
    }


class Reauthenticate(Worded, allauth_forms.ReauthenticateForm):
    words = {"password": _("Password")}
