"""The seller's products: the list, and one product's page."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import listing
from accounts.access import member_required
from accounts.middleware import SellerRequest
from orders import catalogue, refused_sales
from orders.models import OrderForm, Price, Product
from orders.pages.products import wording
from orders.pages.products.standing import standing_of

TABS = {"": gettext_lazy("For sale"), "archived": gettext_lazy("Archived")}


def of_account(request: SellerRequest) -> QuerySet[Product]:
    """The account's products; every look-up starts here."""
    return Product.objects.filter(account=request.account)


def ours(request: SellerRequest, uid: str) -> Product:
    """The account's own product, else 404: a stranger's is not told from none."""
    return get_object_or_404(of_account(request), uid=uid)


@require_safe
@never_cache
@member_required
def product_list(request: SellerRequest) -> HttpResponse:
    tab = "archived" if request.GET.get("tab") == "archived" else ""
    search = listing.searched(request)
    rows = of_account(request).filter(archived_at__isnull=not tab, name__icontains=search)
    page = listing.page(request, with_price(rows))
    unlocked = catalogue.unlocked_by(page.rows)
    is_empty = not page.rows and not search
    context = {
        "page": page,
        "products": [(row, price_of(row), unlocked[row.pk]) for row in page.rows],
        "is_new": is_empty and not of_account(request).exists(),
        "tabs": TABS.items(),
        "tab": tab,
        "search": search,
        "may_change": request.membership.may_change,
    }
    return render(request, "orders/products/list.html", context)


def with_price(rows: QuerySet[Product]) -> QuerySet[Product]:
    in_force = Price.objects.filter(replaced_at=None)
    return rows.prefetch_related(Prefetch("prices", in_force))


def price_of(product: Product) -> dict[str, str] | None:
    """In words, the price that was fetched with the product."""
    for price in product.prices.all():
        return {"words": wording.in_words(price), "besides": wording.besides(price)}
    return None


@require_safe
@never_cache
@member_required
def product(request: SellerRequest, uid: str) -> HttpResponse:
    found = ours(request, uid)
    prices = standing_of(found)
    context = {
        "product": found,
        "price": next((one for one in prices if one.price.replaced_at is None), None),
        "refusals": refused_sales.standing(found),
        "former": [one for one in prices if one.price.replaced_at is not None],
        "paid": sum(one.paid for one in prices),
        "paid_in_test": sum(one.paid_in_test for one in prices),
        "running": sum(one.running for one in prices),
        "resources": catalogue.unlocked_by([found])[found.pk],
        "no_longer": found.resources.exclude(archived_at=None).order_by("pk"),
        "forms": OrderForm.objects.filter(product=found, archived_at=None).order_by("-pk"),
        "may_change": request.membership.may_change,
    }
    return render(request, "orders/products/product.html", context)
