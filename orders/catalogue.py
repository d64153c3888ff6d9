"""Make and change products: what is sold, what it costs, what it unlocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from orders import catching_up, refused_sales
from orders.models import Order, Price, Product, Resource

# What makes two prices the same.
TERMS = (
    "kind", "amount", "currency", "period", "interval", "total_count", "trial_days",
    "upfront_amount", "charged_by",
)  # fmt: skip
# Which product unlocks which resource. Its rows are written in the order that pages show.
Unlocks = Product.resources.through


@dataclass(frozen=True)
class NewResource:
    title: str
    url: str = ""
    text: str = ""

    def lack(self) -> tuple[str, str] | None:
        """The field that must not stay empty, and why."""
        if not self.title:
            return "title", _("A resource needs a title.")
        if not self.url and not self.text:
            return "url", _("Give a link or a text: it is what the buyer opens.")
        return None


class StillHeld(Exception):
    """A resource cannot be taken out of a product; the message is for people."""

    def __init__(self, resource: Resource) -> None:
        said = _(
            "Another product unlocks “%(title)s” too, and buyers of this one hold it: it stays."
        )
        super().__init__(said % {"title": resource.title})


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
        product.resources.add(made(product, item) if isinstance(item, NewResource) else item)
    return product


def made(product: Product, item: NewResource) -> Resource:
    return Resource.objects.create(
        account=product.account, title=item.title, url=item.url, text=item.text
    )


@transaction.atomic
def change_price(product: Product, price: dict[str, Any]) -> Price:
    """Put a new price in force; what runs keeps the price it was made at."""
    locked(product)
    new = Price(product=product, **price)
    in_force = product.price
    if in_force is not None:
        if all(getattr(in_force, term) == getattr(new, term) for term in TERMS):
            return in_force
        in_force.replaced_at = timezone.now()
        in_force.save(update_fields=["replaced_at"])
        refused_sales.no_longer_sold(product, in_force)
    new.save()
    return new


@transaction.atomic
def change_product(
    product: Product,
    *,
    name: str,
    resources: Iterable[tuple[str, NewResource] | Resource],
    seen: Collection[str],
) -> None:
    """Rename it, and make what it unlocks as the rows say: (uid of a known one or "", content), or
    a resource of the account's that stays as it is.

    Only what was `seen` can be missed: a resource added meanwhile stays. Raises StillHeld.
    """
    locked(product)
    known = {resource.uid: resource for resource in unlocked_by([product])[product.pk]}
    kept = []
    for row in resources:
        if isinstance(row, Resource):
            kept.append(known.pop(row.uid, row))
            continue
        uid, content = row
        resource = known.pop(uid, None)
        kept.append(edited(resource, content) if resource else made(product, content))
    for uid, resource in known.items():
        if uid not in seen:
            kept.append(resource)
        else:
            take_out(product, resource)
    product.name = name
    product.save(update_fields=["name"])
    put_in_order(product, kept)
    catching_up.ring(product)


def edited(resource: Resource, content: NewResource) -> Resource:
    resource.title, resource.url, resource.text = content.title, content.url, content.text
    resource.save(update_fields=["title", "url", "text"])
    return resource


def take_out(product: Product, resource: Resource) -> None:
    """Archive what new buyers no longer get. Who bought keeps it, so the link stays for them."""
    is_shared = Unlocks.objects.filter(resource=resource).exclude(product=product).exists()
    is_sold = was_bought(product)
    if is_shared and is_sold:
        raise StillHeld(resource)
    if not is_sold:
        product.resources.remove(resource)
    if not is_shared:
        resource.archived_at = timezone.now()
        resource.save(update_fields=["archived_at"])


def was_bought(product: Product) -> bool:
    """By an order of its own, or of another product that a plan of this one charges or charged."""
    if product.orders.exists():
        return True
    # In words: the room of subscriptions may not be imported here.
    plans = product.prices.values("plans__razorpay_plan_id")
    charged = Q(subscription__razorpay_plan_id__in=plans)
    charged |= Q(subscription__cycles__razorpay_plan_id__in=plans)
    return Order.objects.filter(charged, gateway__account=product.account_id).exists()


def put_in_order(product: Product, resources: Sequence[Resource]) -> None:
    """Write the links anew where their order changed."""
    links = Unlocks.objects.filter(product=product, resource__in=resources)
    if list(links.order_by("pk").values_list("resource", flat=True)) != [r.pk for r in resources]:
        links.delete()
        Unlocks.objects.bulk_create(Unlocks(product=product, resource=r) for r in resources)


def unlocked_by(products: Collection[Product]) -> dict[int, list[Resource]]:
    """What new buyers of each product get, in the order of its page. One query for all."""
    links = Unlocks.objects.filter(product__in=products, resource__archived_at=None)
    found: dict[int, list[Resource]] = defaultdict(list)
    for link in links.select_related("resource").order_by("pk"):
        found[link.product_id].append(link.resource)
    return found


@transaction.atomic
def archive(product: Product) -> None:
    """Sell it no more. Running orders, subscriptions and access stay."""
    mark(product, timezone.now())
    refused_sales.no_longer_sold(product, *product.prices.all())


def unarchive(product: Product) -> None:
    mark(product, None)


def mark(product: Product, archived_at: datetime | None) -> None:
    product.archived_at = archived_at
    product.save(update_fields=["archived_at"])


def locked(product: Product) -> Product:
    """One change at a time; an order that is placed meanwhile waits, or is seen."""
    return Product.objects.select_for_update().get(pk=product.pk)
