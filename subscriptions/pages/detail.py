"""One subscription: what it has paid, owes and gives, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import money
from accounts.access import member_required
from accounts.middleware import SellerRequest
from accounts.sentences import shown
from orders import conflicts, in_force, lines, stories
from orders.causes import at
from orders.merging import Merged
from orders.models import Order, Payment, Reattempt
from orders.pages.sales import access
from orders.stories import Day
from subscriptions import periods
from subscriptions.models import Mandate, Subscription, SubscriptionInstruction
from subscriptions.pages import actions, charges, giving, recovering
from subscriptions.pages.listed import of_account, row_of
from subscriptions.pages.wording import terms
from subscriptions.periods import Period

Kind = SubscriptionInstruction.Kind
State = SubscriptionInstruction.State
LINES = 10  # of the story; all of it stands on the order's page


def ours(request: SellerRequest, uid: str) -> Subscription:
    """The account's own subscription, else 404: a stranger's is not told from none."""
    rows = of_account(request).select_related("plan")
    shown = rows.prefetch_related("order__product__resources", "invoices", "bills")
    return get_object_or_404(shown, uid=uid)


@require_safe
@never_cache
@member_required
def subscription(request: SellerRequest, uid: str) -> HttpResponse:
    found = ours(request, uid)
    order = found.order
    cycles = periods.of(found)
    ledger = list(order.reattempts.order_by("cycle", "n", "pk"))
    payments = lines.payments_of(order)
    mandates = list(order.mandates.order_by("pk")) if found.is_ours_to_charge else []
    doors = access.of_order(order)
    best = access.best(doors)
    may_change = request.membership.may_change
    price = in_force.price(found)
    strips = recovering.strips_of(found, cycles, ledger, payments)
    context = {
        **row_of(found, price),
        "order": order,
        "actions": actions.of(found) if may_change else [],
        "gift": giving.until(found, doors) if may_change else None,
        **told(found),
        "paid_in_all": money.show(order.amount_paid - order.amount_refunded, order.currency),
        "cycles": charges.rows_of(cycles),
        "strips": strips,
        "recovering": next((strip for _title, strip in strips if strip.is_open), None),
        "open_amount": money.show(price.amount, price.currency),
        "mandates": mandates,
        "conflicts": [
            *conflicts.told(found),
            *conflicts.of_others(beside(found, cycles, mandates)),
        ],
        "asked": charges.asked_of(found, cycles, ledger),
        **story(order, payments, ledger),
        "doors": doors,
        "question": access.question(order.customer, doors),
        "why": access.why(best.answer) if best else _("This product opens nothing."),
    }
    return render(request, "subscriptions/subscription.html", context)


def beside(
    found: Subscription, cycles: list[Period], mandates: list[Mandate]
) -> Iterator[tuple[str, Merged]]:
    """What hangs on a subscription and has no page, each with its name."""
    for invoice in found.invoices.all():
        yield invoice.razorpay_invoice_id, invoice
    for period in cycles:
        start = {"date": shown(at(period.cycle.start))}
        yield _("Period from %(date)s") % start, period.cycle
    for mandate in mandates:
        yield mandate.razorpay_token_id, mandate


def story(order: Order, payments: list[Payment], ledger: list[Reattempt]) -> dict[str, Any]:
    """The newest lines of its order's story, and what comes next."""
    days = stories.of(order, payments, ledger)
    steps = sum(len(day.lines) for day in days)
    return {
        "days": newest(days),
        "steps": steps if steps > LINES else 0,
        "coming": stories.coming(order, payments, ledger),
    }


def newest(days: list[Day]) -> list[Day]:
    """What is told last, day by day."""
    kept, left = [], LINES
    for day in reversed(days):
        if left > 0:
            kept.append(replace(day, lines=day.lines[-left:]))
            left -= len(day.lines)
    return kept[::-1]


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
