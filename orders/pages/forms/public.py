"""The page that sells a product: what a buyer sees, fills in and sends."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Membership
from gateways.models import Mode
from orders import ordering, publishing
from orders.models import OrderForm
from orders.ordering import NotOrdered
from orders.pages.forms import limits, tickets, wording
from orders.pages.forms.buyer import BuyerForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """An order form that is open; else a page that says that it is not."""
    forms = OrderForm.objects.select_related("account", "product").prefetch_related("fields")
    found = forms.filter(slug=slug).first()
    if found is None or not found.is_open or not may_see(request, found):
        return render(request, "orders/forms/closed.html", status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return send(request, found)
    return page(request, found, BuyerForm(found))


def may_see(request: HttpRequest, form: OrderForm) -> bool:
    """A test form is for the account's own members: a test purchase is not a purchase."""
    if form.mode == Mode.LIVE:
        return True
    if not request.user.is_authenticated:
        return False
    return Membership.objects.filter(account=form.account, user=request.user).exists()


def send(request: HttpRequest, form: OrderForm) -> HttpResponse:
    """Place the order, once, and go to its payment. Whatever fails, what was typed stays."""
    asked = BuyerForm(form, request.POST)
    try:
        order = ordering.place(form, *checked(request, form, asked))
    except NotOrdered as error:
        if error.code == "email_required" and asked.is_valid():
            asked.add_error("email", str(error))
        return page(request, form, asked, refused=error)
    return redirect("orders:pay", order.uid)


def checked(
    request: HttpRequest, form: OrderForm, asked: BuyerForm
) -> tuple[ordering.Submission, str]:
    """What was sent, and in which visit. Raises NotOrdered."""
    if not limits.may_send(request):
        said = _("Too many orders from this place. Please wait a minute, then press again.")
        raise NotOrdered(said, "too_many_requests", HTTPStatus.TOO_MANY_REQUESTS)
    if not asked.is_valid():
        said = _(
            "Nothing was ordered yet. What you typed is kept: please look at the marked fields."
        )
        raise NotOrdered(said, asked.first_code, HTTPStatus.BAD_REQUEST)
    ticket, price = tickets.read(request.POST.get("ticket", ""), form), form.product.price
    if ticket is None:
        said = _("This page was open for too long. Please look it over, then press again.")
        raise NotOrdered(said, "page_too_old", HTTPStatus.CONFLICT)
    if price is None or price.uid != ticket.price:
        said = _("The price has changed since you opened this page. Please look at it again.")
        raise NotOrdered(said, "price_changed", HTTPStatus.CONFLICT)
    return asked.submission(), ticket.visit


def page(
    request: HttpRequest, form: OrderForm, asked: BuyerForm, *, refused: NotOrdered | None = None
) -> HttpResponse:
    asked.focus_first_error()
    context = shown(form, asked) | {"refused": refused}
    price = context["price"]
    if price is None:
        return render(request, "orders/forms/public.html", context)
    ticket = tickets.issue(request, price, form)
    context["ticket"] = ticket.sealed(form)
    status = refused.status if refused else HTTPStatus.OK
    response = render(request, "orders/forms/public.html", context, status=status)
    tickets.remember(response, ticket, form)
    return response


def shown(form: OrderForm, asked: BuyerForm) -> dict[str, Any]:
    """What the page says, to buyers and in the seller's preview."""
    price = form.product.price
    return {
        "order_form": form,
        "business": form.account,
        "form": asked,
        "price": price,
        "rhythm": wording.rhythm(price) if price else "",
        "terms": list(wording.terms(price)) if price else [],
        "button": wording.button(price) if price else "",
        "can_pay": not publishing.objections(form),
    }
