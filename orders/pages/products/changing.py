"""Add and change products, by owners and staff. Nothing that runs is touched."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import changer_required
from accounts.middleware import SellerRequest
from orders import auditing, catalogue, refused_sales, rehearsing
from orders.catalogue import StillHeld
from orders.models import Price, Product
from orders.pages.products import forms, resource_rows, wording
from orders.pages.products.forms import PriceForm, ProductForm
from orders.pages.products.standing import standing_of
from orders.pages.products.views import ours


def saves(request: SellerRequest) -> bool:
    """The other buttons of the page add and move rows; they carry `do`."""
    return request.method == "POST" and "do" not in request.POST


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def add(request: SellerRequest) -> HttpResponse:
    sheet: dict[str, Any] = blank() if request.method != "POST" else typed(request)
    sheet["price_form"] = PriceForm(
        request.POST if saves(request) else None, initial=request.POST.dict()
    )
    if saves(request) and are_valid(sheet):
        product = catalogue.create_product(
            account=request.account,
            name=sheet["form"].cleaned_data["name"],
            price=sheet["price_form"].terms,
            resources=[content for _uid, content in sheet["rows"].resources()],
        )
        messages.success(
            request, _("The product was made. Next, make an order form that sells it.")
        )
        return redirect("orders:product", product.uid)
    return render(request, "orders/products/add.html", sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def change(request: SellerRequest, uid: str) -> HttpResponse:
    """The name, and what it unlocks."""
    product = ours(request, uid)
    sheet: dict[str, Any] = filled(product) if request.method != "POST" else typed(request)
    if saves(request) and are_valid(sheet) and kept(product, sheet):
        messages.success(request, _("Saved."))
        return redirect("orders:product", product.uid)
    return render(request, "orders/products/change.html", {**sheet, "product": product})


def kept(product: Product, sheet: dict[str, Any]) -> bool:
    """Whether it could be saved; if not, the sheet says why."""
    given = sheet["form"].cleaned_data
    try:
        catalogue.change_product(
            product,
            name=given["name"],
            resources=sheet["rows"].resources(),
            seen=given["seen"].split(),
        )
    except StillHeld as error:
        sheet["form"].add_error(None, str(error))
        sheet["refused"] = True
        return False
    return True


def blank() -> dict[str, Any]:
    return {"form": ProductForm(), "rows": resource_rows.filled_with([])}


def filled(product: Product) -> dict[str, Any]:
    """The page as it is kept."""
    resources = catalogue.unlocked_by([product])[product.pk]
    seen = " ".join(resource.uid for resource in resources)
    form = ProductForm(initial={"name": product.name, "seen": seen})
    return {"form": form, "rows": resource_rows.filled_with(resources)}


def typed(request: SellerRequest) -> dict[str, Any]:
    """The page as it was sent: to be saved, or with its rows moved and nothing judged."""
    if saves(request):
        return {"form": ProductForm(request.POST), "rows": resource_rows.posted(request.POST)}
    form = ProductForm(initial=request.POST.dict())
    return {"form": form, "rows": resource_rows.rearranged(request.POST)}


def are_valid(sheet: dict[str, Any]) -> bool:
    """Every part is looked at, so that everything wrong is told at once."""
    judged = [part.is_valid() for part in sheet.values()]
    sheet["refused"] = not all(judged)
    if sheet["refused"]:
        focus_first_error(sheet)
    return not sheet["refused"]


def focus_first_error(sheet: dict[str, Any]) -> None:
    """The cursor goes to where the mend is."""
    parts = [sheet[name] for name in ("form", "price_form") if name in sheet]
    for form in [*parts, *(sheet["rows"].forms if "rows" in sheet else [])]:
        for name in form.fields:
            if name in form.errors:
                form.fields[name].widget.attrs["autofocus"] = True
                return


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def change_price(request: SellerRequest, uid: str) -> HttpResponse:
    """A new price for new orders; the page says who keeps the old one."""
    product = ours(request, uid)
    price = product.price
    form = PriceForm(
        request.POST if request.method == "POST" else None,
        initial=forms.filled_with(price) if price else {},
    )
    sheet: dict[str, Any] = {"price_form": form}
    if request.method == "POST" and are_valid(sheet):
        new = catalogue.change_price(product, form.terms)
        auditing.price_changed(new, price, request.user)
        return price_changed(request, product, new)
    refusals = refused_sales.standing(product)
    if request.method != "POST":
        form.quote(refusals)
    prices = standing_of(product)
    sheet |= {
        "product": product,
        "price": next((one for one in prices if one.price.replaced_at is None), None),
        "kept": [sentence for one in prices for sentence in one.kept()],
        "refusals": refusals,
    }
    return render(request, "orders/products/change_price.html", sheet)


def price_changed(request: SellerRequest, product: Product, price: Price) -> HttpResponse:
    """Say it; where a form sells the product now, and Razorpay refuses that, at its field."""
    said = _("New orders cost %(price)s.") % {"price": wording.in_words(price)}
    refusal = rehearsing.open_forms(product)
    if refusal:
        messages.error(request, f"{said} {refusal}")
        return redirect("orders:change_price", product.uid)
    messages.success(request, said)
    return redirect("orders:product", product.uid)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def archive(request: SellerRequest, uid: str) -> HttpResponse:
    """Ask, then sell it no more."""
    product = ours(request, uid)
    if request.method == "POST":
        catalogue.archive(product)
        auditing.product_marked(product, request.user)
        said = _("The product is archived. What was bought stays as it is.")
        messages.success(request, said)
        return redirect("orders:product", product.uid)
    kept = [sentence for one in standing_of(product) for sentence in one.kept()]
    context = {"product": product, "kept": kept}
    return render(request, "orders/products/archive.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def unarchive(request: SellerRequest, uid: str) -> HttpResponse:
    """Ask, then sell it again."""
    product = ours(request, uid)
    if request.method == "POST":
        catalogue.unarchive(product)
        auditing.product_marked(product, request.user)
        messages.success(request, _("The product is for sale again."))
        return redirect("orders:product", product.uid)
    return render(request, "orders/products/unarchive.html", {"product": product})
