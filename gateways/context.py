"""What every seller page shows beside its own content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gateways.models import Problem

SECTIONS = {
    "/orders/": "orders",
    "/subscriptions/": "subscriptions",
    "/recovery/": "recovery",
    "/customers/": "customers",
    "/products/": "products",
    "/forms/": "forms",
    "/settings/": "settings",
    "/problems/": "problems",
    "/events/": "events",
}


def menu(request: HttpRequest) -> dict[str, Any]:
    """Where we are in the menu, and how many problems stand."""
    here = next((name for path, name in SECTIONS.items() if request.path.startswith(path)), "")
    account = getattr(request, "account", None)
    standing = Problem.objects.standing().filter(account=account)
    # Counted only where a page shows the menu.
    return {"menu": {"here": here, "problems": SimpleLazyObject(lambda: standing.count())}}
