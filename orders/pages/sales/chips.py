"""What narrows a list of sales besides its states and its search: the mode, and a product.

They are kept in the address, so that a page can link to "the orders of this product".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.middleware import SellerRequest
from gateways.models import Gateway, Mode
from orders.models import Product

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Chip:
    """One filter: set, with the address that takes it away; or offered, with one that sets it."""

    label: str
    href: str
    is_set: bool


def narrowed(
    request: SellerRequest, rows: QuerySet[Row], to_order: str = "", to_gateway: str = "gateway"
) -> QuerySet[Row]:
    """The rows that are left. `to_order` and `to_gateway` lead from a row to what is asked for."""
    mode, wanted = request.GET.get("mode"), request.GET.get("product")
    if mode in Mode.values:
        rows = rows.filter(**{f"{to_gateway}__mode": mode})
    if wanted:
        product = product_of(request, wanted)
        rows = rows.filter(**{f"{to_order}product": product}) if product else rows.none()
    return rows


def shown(request: SellerRequest) -> list[Chip]:
    """What narrows the list, and what could."""
    chips = []
    mode, wanted = request.GET.get("mode"), request.GET.get("product")
    if mode in Mode.values:
        chips.append(Chip(words(mode), address(request, "mode"), True))
    else:
        chips += [Chip(words(one), address(request, "mode", one), False) for one in modes(request)]
    if wanted:
        product = product_of(request, wanted)
        chips.append(Chip(product.name if product else wanted, address(request, "product"), True))
    return chips


def product_of(request: SellerRequest, uid: str) -> Product | None:
    return Product.objects.filter(account=request.account, uid=uid).first()


def modes(request: SellerRequest) -> list[str]:
    """Both modes, where the account ever connected both; one alone is no choice."""
    ours = Gateway.objects.filter(account=request.account)
    found = sorted(set(ours.values_list("mode", flat=True)))
    return found if len(found) > 1 else []


def words(mode: str) -> str:
    return str(Mode(mode).label).capitalize()


def address(request: HttpRequest, name: str, value: str = "") -> str:
    """This page, from its first row on, with one filter set or taken away."""
    kept = request.GET.copy()
    kept.pop("before", None)
    kept.pop(name, None)
    if value:
        kept[name] = value
    return f"?{kept.urlencode()}"
