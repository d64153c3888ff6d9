"""Bring everything that follows from a subscription's rows in step with them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem
from orders import access as grants
from orders import fulfilment, loose_ends, mails, odd_money, totals
from orders import settling as orders_settling
from orders.causes import Cause, at
from orders.mails import Letter
from orders.models import Mail, Payment
from subscriptions import access, periods, retries
from subscriptions import cycles as cycles_
from subscriptions.access import Reach
from subscriptions.debiting import deriving, ledger
from subscriptions.debiting.standing import Standing
from subscriptions.models import Subscription
from subscriptions.periods import Period


def begin(subscription: Subscription) -> None:
    """As `orders.fulfilment.begin`, for an order that a subscription pays. In a transaction."""
    subscription.order = orders_settling.locked(subscription.order_id)
    settle(subscription, Cause(say(fulfilment.FORM_SENT), timezone.now()))


def settle(subscription: Subscription, cause: Cause) -> Reach:
    """Order, access, re-attempts, mails. The order is locked."""
    order = subscription.order
    payments = totals.payments_of(order)
    fulfilment.count(order, payments, cause)
    stands = derive(subscription, payments, cause)
    cycles = periods.of(subscription, payments)
    reached = access.reach(subscription, cycles)
    keep(subscription, reached)
    if stands is None:
        retries.plan_follow(subscription, cycles, payments)
    else:
        ledger.write(subscription, stands)
    grants.apply(order, access.covers(subscription, cycles, reached), cause)
    owed = [*mails.receipts(payments), *letters(subscription, cycles, payments)]
    mails.owe(order, owed, cause)
    loose_ends.ask_what_it_means(order, payments)
    ask_for_plan(subscription)
    return reached


def derive(subscription: Subscription, payments: list[Payment], cause: Cause) -> Standing | None:
    """What pays for which period. What Raseed charges itself is derived from its own bills; all
    else was told by Razorpay."""
    if subscription.is_ours_to_charge:
        standing, order = deriving.derive(subscription, payments, cause), subscription.order
        # Which period a payment is for is known only now.
        odd_money.watch(order, payments, totals.of(order, payments))
        return standing
    cycles_.pay_from_invoices(subscription, payments)
    return None


def keep(subscription: Subscription, reached: Reach) -> None:
    """The two dates that lists and the API show."""
    derived = (reached.paid_until, reached.access_until)
    if derived != (subscription.paid_until, subscription.access_until):
        subscription.paid_until, subscription.access_until = derived
        subscription.save(update_fields=["paid_until", "access_until"])


def letters(
    subscription: Subscription, cycles: list[Period], payments: list[Payment]
) -> Iterator[Letter]:
    """One per cycle and failed try after which another follows, one per halt, one per resumption
    that waits for a charge."""
    for period in cycles:
        cycle = period.cycle
        for number, seen in cycle.attempts.items():
            if "next" in seen:
                yield from mails.of_failed_cycle(cycle.start, int(number), at(seen["at"]))
        if cycle.halted_at is not None and retries.was_tried(period, cycles):
            yield from mails.of_halt(cycle.start, at(cycles_.halt_of(cycle, payments)))
    yield from retries.good_news(subscription, cycles)
    for resumed in subscription.resumptions:
        # Needed only if it is still beyond what is paid when it is due.
        yield Letter(Mail.Kind.RESUMED_SELLER, f"{resumed}", at(resumed), mails.PATIENCE)


def ask_for_plan(subscription: Subscription) -> None:
    """Which product is this plan? Only the seller knows; until told, the former resources stay."""
    take_back(subscription.gateway)
    plan_id = subscription.razorpay_plan_id
    if plan_id in {"", subscription.plan.razorpay_plan_id}:
        return
    if is_known(subscription.gateway, plan_id):
        return
    # Of the plan alone: which of its subscriptions was settled last is nobody's matter.
    what = gettext_noop("A subscription is on plan %(plan)s, which Raseed does not know.")
    mend = gettext_noop("Tell Raseed which product this plan pays for.")
    said = (say(what, plan=plan_id), say(mend))
    problems.keep(subscription.gateway, Problem.Kind.UNKNOWN_PLAN, plan_id, said)


def take_back(gateway: Gateway) -> None:
    """Questions that answered themselves: the plan is known now, or no subscription has it."""
    asked = Problem.objects.standing().filter(gateway=gateway, kind=Problem.Kind.UNKNOWN_PLAN)
    for plan_id in asked.values_list("subject", flat=True):
        in_force = gateway.subscriptions.filter(razorpay_plan_id=plan_id).exists()
        if not in_force or is_known(gateway, plan_id):
            problems.clear(gateway, Problem.Kind.UNKNOWN_PLAN, plan_id)


def is_known(gateway: Gateway, plan_id: str) -> bool:
    return gateway.plans.filter(razorpay_plan_id=plan_id).exists()
