"""Which account a page is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Account, Membership

if TYPE_CHECKING:
    from accounts.models import User


class SellerRequest(HttpRequest):
    """A request of a signed-in person, as `CurrentAccount` leaves it."""

    user: User
    account: Account
    membership: Membership


class CurrentAccount:
    """Set `request.account` and `request.membership`, and show times in the account's zone.

    The membership is read anew for every request, so that a member who was removed is out at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = self.membership(request)
        request.membership = membership  # type: ignore[attr-defined]
        request.account = membership.account if membership else None  # type: ignore[attr-defined]
        if membership is None:
            return self.get_response(request)
        with timezone.override(membership.account.zone):
            return self.get_response(request)

    def membership(self, request: HttpRequest) -> Membership | None:
        """The person's first membership."""
        if not request.user.is_authenticated:
            return None
        theirs = Membership.objects.select_related("account").filter(user=request.user)
        return theirs.order_by("pk").first()
