"""One subscription: what it has paid, owes and gives, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import money
from accounts.access import member_required
from accounts.middleware import SellerRequest
from orders import in_force
from orders.causes import at
from orders.pages.sales import access
from subscriptions import periods
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.pages import actions, charges, giving
from subscriptions.pages.charges import Bill
from subscriptions.pages.listed import of_account, row_of
from subscriptions.pages.wording import terms

Kind = SubscriptionInstruction.Kind
State = SubscriptionInstruction.State


def ours(request: SellerRequest, uid: str) -> Subscription:
    """The account's own subscription, else 404: a stranger's is not told from none."""
    rows = of_account(request).select_related("plan")
    return get_object_or_404(rows.prefetch_related("order__product__resources"), uid=uid)


@require_safe
@never_cache
@member_required
def subscription(request: SellerRequest, uid: str) -> HttpResponse:
    found = ours(request, uid)
    order = found.order
    cycles = periods.of(found)
    ledger = list(order.reattempts.order_by("cycle", "n", "pk"))
    doors = access.of_order(order)
    best = access.best(doors)
    may_change = request.membership.may_change
    context = {
        **row_of(found, in_force.price(found)),
        "order": order,
        "actions": actions.of(found) if may_change else [],
        "gift": giving.until(found, doors) if may_change else None,
        **told(found),
        "paid_in_all": money.show(order.amount_paid - order.amount_refunded, order.currency),
        "cycles": charges.rows_of(cycles),
        "strips": charges.strips_of(cycles, ledger),
        "invoices": [Bill(row) for row in found.invoices.order_by("pk")],
        "doors": doors,
        "question": access.question(order.customer, doors),
        "why": access.why(best.answer) if best else _("This product opens nothing."),
    }
    return render(request, "subscriptions/subscription.html", context)


def told(subscription: Subscription) -> dict[str, Any]:
    """What was told to Razorpay and is still to come: what waits, and another plan."""
    told = subscription.instructions.all()
    planned = subscription.has_scheduled_changes and subscription.status not in Subscription.FINAL
    return {
        "waiting": next((row for row in told if row.state == State.REQUESTED), None),
        "changes": planning(subscription) if planned else None,
    }


def planning(subscription: Subscription) -> dict[str, str]:
    """The plan that comes next, where it was planned here and not at Razorpay."""
    when = at(subscription.change_scheduled_at or 0)
    for row in subscription.instructions.all():
        is_it = row.kind == Kind.CHANGE_PLAN_AT_END and row.effective_at == when
        if is_it and row.state == State.DONE and row.price:
            return {"product": row.price.product.name, "terms": terms(row.price)}
    return {}
