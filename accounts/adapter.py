"""How people come in: sellers are made by `create_seller` or an operator, not by a sign-up form."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ClosedSignup(DefaultAccountAdapter):
    """allauth's sign-in without its sign-up, refusing in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes."),
        "account_inactive": _("This sign-in is switched off."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("The password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
