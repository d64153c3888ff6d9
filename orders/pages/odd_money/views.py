"""Say that money which does not fit its order is meant."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import changer_required
from accounts.middleware import SellerRequest
from orders import meaning, odd_money, totals
from orders.pages.sales.orders import of_account


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def meant(request: SellerRequest, uid: str) -> HttpResponse:
    """Ask, then take the question back."""
    order = get_object_or_404(of_account(request), uid=uid)
    if request.method == "POST":
        if meaning.say_meant(order, request.user):
            messages.success(request, _("Noted: the money is meant. Nothing else changed."))
        return redirect(order)
    if not meaning.is_asked(order):
        return redirect(order)
    payments = totals.payments_of(order)
    context = {"order": order, "remarks": odd_money.remarks(order, payments)}
    return render(request, "orders/odd_money/meant.html", context)
