"""Make products: what is sold, what it costs, what it unlocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from orders.models import Price, Product, Resource


@dataclass(frozen=True)
class NewResource:
    title: str
    url: str = ""
    text: str = ""


@transaction.atomic
def create_product(
    *,
    account: Account,
    name: str,
    price: dict[str, Any],
    resources: Sequence[NewResource | Resource],
) -> Product:
    """Make a product with its price and the resources it unlocks, new ones or known ones."""
    product = Product.objects.create(account=account, name=name)
    Price.objects.create(product=product, **price)
    for item in resources:
        if isinstance(item, NewResource):
            item = Resource.objects.create(
                account=account, title=item.title, url=item.url, text=item.text
            )
        product.resources.add(item)
    return product


@transaction.atomic
def change_price(product: Product, price: dict[str, Any]) -> Price:
    """Put a new price in force; what runs keeps the price it was made at."""
    product.prices.filter(replaced_at=None).update(replaced_at=timezone.now())
    return Price.objects.create(product=product, **price)
