"""Refund a payment, by owners and staff: say how much, look it over, then press once."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import money
from accounts.access import changer_required
from accounts.middleware import SellerRequest
from gateways.razorpay import errors
from orders import lines, refundable, refunding
from orders.models import Instruction, Order, Payment, RefundInstruction
from orders.pages.refunding import wording
from orders.pages.refunding.forms import RefundForm, open_on
from orders.pages.sales.orders import of_account
from orders.refundable import NotRefundable
from orders.refunding import Wish

SALT = "orders.refund"
AT_THE_AMOUNT = {"too_much", "nothing_left"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def refund(request: SellerRequest, uid: str) -> HttpResponse:
    """Which payment, how much, and what it means; a page that was pressed twice is one refund."""
    order = get_object_or_404(of_account(request).select_related("subscription"), uid=uid)
    deed = read_ticket(request, order)
    known = RefundInstruction.objects.filter(payment__order=order, uid=deed).first()
    if known is not None:
        wording.tell(request, known)
        return redirect(order)
    payments = lines.payments_of(order)
    payment = chosen(request, order, payments)
    if payment is None:
        return choose(request, order, payments)
    form = RefundForm(request.POST or None, open_on(order), payment)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        if deed and "sure" in request.POST:
            return give_back(request, order, form, deed)
        return look_over(request, order, payments, form)
    return ask(request, order, form)


def read_ticket(request: SellerRequest, order: Order) -> str:
    """The uid of the deed that a page of this order stands for; "" if it brings none of ours."""
    try:
        of, deed = signing.loads(request.POST.get("ticket", ""), salt=SALT)
    except (signing.BadSignature, ValueError):
        return ""
    return str(deed) if of == order.uid else ""


def new_ticket(order: Order) -> str:
    """For a page that is shown now: pressing it any number of times is one deed."""
    return signing.dumps([order.uid, RefundInstruction().uid], salt=SALT)


def chosen(request: SellerRequest, order: Order, payments: list[Payment]) -> Payment | None:
    """The payment that is meant; None: it has to be chosen, or there is none."""
    if refundable.why_not(order, payments):
        return None
    wanted = request.POST.get("payment") or request.GET.get("payment")
    found = [p for p in payments if p.captured and refundable.left(p)]
    if wanted:
        found = [payment for payment in found if payment.uid == wanted]
    return found[0] if len(found) == 1 else None


def choose(request: SellerRequest, order: Order, payments: list[Payment]) -> HttpResponse:
    rows = [
        {"payment": p, "method": lines.method(p), "left": money.show(left, p.currency)}
        for p in payments
        if p.captured and (left := refundable.left(p))
    ]
    why_not = refundable.why_not(order, payments)
    context = {"order": order, "rows": [] if why_not else rows, "why_not": why_not}
    return render(request, "orders/refunding/choose.html", context)


def ask(request: SellerRequest, order: Order, form: RefundForm) -> HttpResponse:
    form.focus_first_error()
    return render(request, "orders/refunding/ask.html", shown(order, form))


def shown(order: Order, form: RefundForm) -> dict[str, Any]:
    payment = form.payment
    return {
        "order": order,
        "payment": payment,
        "form": form,
        "method": lines.method(payment),
        "left": money.show(form.most, payment.currency),
    }


def look_over(
    request: SellerRequest, order: Order, payments: list[Payment], form: RefundForm
) -> HttpResponse:
    """The last look: one clear sentence, what follows, and the button."""
    payment, amount = form.payment, form.cleaned_data["amount"]
    context = shown(order, form) | {
        "amount": money.show(amount, payment.currency),
        "way_back": wording.way_back(payment),
        "consequences": [
            *wording.consequences(order, payments, payment, amount),
            *wording.about_access(form.kept if amount < form.most else [], form.ended),
        ],
        "ticket": new_ticket(order),
    }
    return render(request, "orders/refunding/confirm.html", context)


def give_back(request: SellerRequest, order: Order, form: RefundForm, deed: str) -> HttpResponse:
    """Make it. Whatever is refused, what was typed stays."""
    wish = Wish(
        made_by=Instruction.MadeBy.SELLER,
        user=request.user,
        amount=form.cleaned_data["amount"],
        reason=form.cleaned_data["reason"],
        ends=form.ended,
        uid=deed,
    )
    try:
        wording.tell(request, refunding.give_back(form.payment, wish))
    except NotRefundable as error:
        form.add_error("amount" if error.code in AT_THE_AMOUNT else None, str(error))
        return ask(request, order, form)
    except errors.OutcomeUnknown:
        wording.tell_waiting(request)
    except errors.RazorpayError as error:
        form.add_error(None, str(error))
        return ask(request, order, form)
    return redirect(order)
