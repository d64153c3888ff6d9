"""Correct a customer's e-mail, and merge two customers who are one person. Owners and staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import listing
from accounts.access import changer_required
from accounts.middleware import SellerRequest
from orders import correcting, customers, folding
from orders.correcting import NotCorrected
from orders.folding import NotMerged
from orders.models import Customer
from orders.pages.people.forms import EmailForm
from orders.pages.sales.customers import shown, standing

Act = Callable[[SellerRequest, Customer], HttpResponse]


def changing(act: Act) -> Callable[..., HttpResponse]:
    """A page that changes one customer. Who was merged has no such page: it is the other's now."""

    @wraps(act)
    def page(request: SellerRequest, uid: str) -> HttpResponse:
        found = standing(request, uid)
        return act(request, found) if found.uid == uid else redirect(found)

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return methods(never_cache(changer_required(page)))


@changing
def email(request: SellerRequest, customer: Customer) -> HttpResponse:
    """The address as it should be; who has it already is named."""
    posted = request.POST if request.method == "POST" else None
    form = EmailForm(posted, initial={"email": customer.email})
    context: dict[str, Any] = {"customer": customer, "form": form}
    if form.is_valid():
        address = form.cleaned_data["email"]
        try:
            correcting.change_email(customer, address, request.user)
        except Customer.DoesNotExist:
            return redirect(customer)
        except NotCorrected as error:
            form.add_error("email", str(error))
            context["other"] = error.other
        else:
            messages.success(request, said(customer, address))
            return redirect(customer)
    return render(request, "orders/people/email.html", context)


def said(customer: Customer, address: str) -> str:
    if address == customer.email:
        return _("This is the address already: nothing was changed.")
    return _("The address is changed. Both addresses are told by mail.")


@changing
def merge(request: SellerRequest, customer: Customer) -> HttpResponse:
    """Find the other one, see both side by side, confirm."""
    if request.method == "POST":
        return confirmed(request, customer)
    search = listing.searched(request)
    other = named(request, search)
    context: dict[str, Any] = {"customer": customer, "search": search}
    if other is not None and other != customer:
        context |= {"other": other, "both": shown([customer, other])}
    elif search:
        context["refusal"] = _("This is the same customer.") if other else _("No customer matches.")
    return render(request, "orders/people/merge.html", context)


def named(request: SellerRequest, search: str) -> Customer | None:
    """By e-mail, present or former, or by id."""
    if "@" in search:
        return customers.find(request.account, search)
    return customers.by_uid(request.account, search)


def confirmed(request: SellerRequest, customer: Customer) -> HttpResponse:
    other = named(request, request.POST.get("other", "").replace("\0", ""))
    if other is None:
        messages.error(request, _("No customer matches."))
        return redirect("orders:customer_merge", customer.uid)
    try:
        folding.fold(customer, other, request.user)
    except NotMerged as error:
        messages.error(request, str(error))
    else:
        values = {"former": other.email, "customer": customer.email}
        messages.success(request, _("Merged: %(former)s is %(customer)s now.") % values)
    return redirect(customer)
