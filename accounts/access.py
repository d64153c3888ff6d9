"""Which member may open which page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.middleware import SellerRequest

P = ParamSpec("P")
SellerView = Callable[Concatenate[SellerRequest, P], HttpResponse]


def member_required(view: SellerView[P]) -> Callable[..., HttpResponse]:
    """Only for people who belong to an account; others get a page that says so."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "account", None) is None:
            return render(request, "accounts/no_account.html", status=403)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return checked


def changer_required(view: SellerView[P]) -> Callable[..., HttpResponse]:
    """Owners and staff; members who only read may look, and not change."""

    @wraps(view)
    def checked(request: SellerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.membership.may_change:
            raise PermissionDenied(_("With your role you may look, and not change."))
        return view(request, *args, **kwargs)

    return member_required(checked)


def owner_required(view: SellerView[P]) -> Callable[..., HttpResponse]:
    """Only for owners of the account: keys and secrets are theirs."""

    @wraps(view)
    def checked(request: SellerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.membership.may_manage:
            raise PermissionDenied(_("Only an owner of the account may do this."))
        return view(request, *args, **kwargs)

    return member_required(checked)
