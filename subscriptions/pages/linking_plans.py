"""Link a plan that exists at Razorpay to a product: which one, then what it says, then do it."""

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
from accounts.models import User
from gateways.razorpay.errors import RazorpayError
from orders.models import Price, Product
from orders.pages.products import wording
from subscriptions import existing_plans
from subscriptions.existing_plans import NotLinkable, Terms
from subscriptions.pages.plan_forms import UseForm, WhichForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def link_plan(request: SellerRequest) -> HttpResponse:
    """The address names plan, mode and product; what is posted is what the plan is for."""
    which = WhichForm(
        request.account, request.GET if "product" in request.GET else None, initial=known(request)
    )
    terms = looked_up(which)
    if terms is None:
        return render(request, "subscriptions/plans/which.html", {"form": which})
    product: Product = which.cleaned_data["product"]
    form = UseForm(product, request.POST if request.method == "POST" else None)
    if request.method == "POST" and linked(which, form, terms, request.user):
        said = _("%(plan)s is linked to “%(product)s”.")
        messages.success(request, said % {"plan": terms.plan_id, "product": product})
        return redirect("orders:product", product.uid)
    context = {"form": form, "which": which, "terms": terms, **compared(product, terms)}
    return render(request, "subscriptions/plans/use.html", context)


def known(request: SellerRequest) -> dict[str, Any]:
    """What a link to this page tells already."""
    told = {"plan": "plan", "mode": "mode", "product": "for"}
    return {name: request.GET[word] for name, word in told.items() if request.GET.get(word)}


def looked_up(which: WhichForm) -> Terms | None:
    """What Razorpay says of the plan; None while the form asks, or says what is wrong."""
    if not which.is_valid():
        return None
    try:
        return existing_plans.fetch(which.gateway, which.cleaned_data["plan"])
    except (NotLinkable, RazorpayError) as error:
        which.add_error("plan", str(error))
        return None


def linked(which: WhichForm, form: UseForm, terms: Terms, user: User) -> bool:
    """Whether it was linked; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        existing_plans.link(
            which.gateway,
            which.cleaned_data["product"],
            terms,
            total_count=form.cleaned_data["total_count"],
            sells=form.sells,
            user=user,
        )
    except NotLinkable as error:
        form.add_error(None, str(error))
        return False
    return True


def compared(product: Product, terms: Terms) -> dict[str, Any]:
    """The plan and the product's price in words, and whether a new price would be needed."""
    wanted = terms.price_of(product, existing_plans.usual_count(product))
    as_price, present = Price(product=product, **wanted), product.price
    return {
        "product": product,
        "amount": as_price,
        "every": wording.every(as_price),
        "present": wording.in_words(present) if present else "",
        "is_same": present is not None
        and all(getattr(present, name) == value for name, value in wanted.items()),
    }
