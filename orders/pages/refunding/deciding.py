"""What refunds in part that were made elsewhere mean for access, item by item."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import money
from accounts.access import changer_required
from accounts.middleware import SellerRequest
from orders import lines, loose_ends, refunding
from orders.pages.refunding.forms import AccessForm, open_on
from orders.pages.sales.orders import of_account


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def decide(request: SellerRequest, uid: str) -> HttpResponse:
    """Keep or end each item; one press keeps everything."""
    order = get_object_or_404(of_account(request), uid=uid)
    undecided = loose_ends.undecided(order, lines.payments_of(order))
    if not undecided:
        messages.info(request, _("There is nothing to decide: no refund in part is open."))
        return redirect(order)
    form = AccessForm(request.POST or None, open_on(order))
    if request.method == "POST" and form.is_valid():
        names = {refund.razorpay_refund_id for refund in undecided}
        # Only those that the page showed: another may have come since.
        seen = sorted(names & set(request.POST.getlist("refund")))
        ended = [] if "keep" in request.POST else form.ended
        kept = [one for one in form.resources if one not in ended]
        if refunding.decide(order, seen, kept=kept, ended=ended, user=request.user):
            messages.success(request, said(len(ended)))
        return redirect(order)
    context = {
        "order": order,
        "form": form,
        "refunds": undecided,
        "amount": money.show(loose_ends.total(undecided), order.currency),
    }
    return render(request, "orders/refunding/decide.html", context)


def said(ended: int) -> str:
    if ended:
        return _("Decided: what was chosen has ended.")
    return _("Decided: everything stays open.")
