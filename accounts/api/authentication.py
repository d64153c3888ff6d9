"""Who is calling: the token decides the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from rest_framework import exceptions

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.models import Account


class BearerToken(TokenAuthentication):
    """`Authorization: Bearer <token>`; the token decides the account."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isalnum():  # of bytes: ASCII alone; PostgreSQL chokes on NUL
            raise exceptions.AuthenticationFailed(_("This API token is not known."))
        user, api_token = super().authenticate_credentials(token)
        member = user.memberships.select_related("account").filter(account=api_token.account_id)
        membership = member.first()
        if membership is None:
            raise exceptions.AuthenticationFailed(_("This API token is not known."))
        api_token.account = membership.account
        return user, api_token


def account_of(request: Request) -> Account:
    """The account whose token came with the request."""
    token: Any = request.auth
    account: Account = token.account
    return account
