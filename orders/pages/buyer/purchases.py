"""What a buyer bought, as a page shows it: per business, per order, thing by thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from accounts import money
from gateways.models import Gateway, Mode
from orders import answers, by_mandate, ending, in_force, linking
from orders.answers import Answer
from orders.causes import at
from orders.models import Grant, Order, Payment, Price, Reattempt, Resource
from orders.models.grants import Because
from orders.pages.buyer.failures import NOT_CHARGED, STANDS, Failure, web_address

LIMIT = 200
OPEN = (Order.Status.CREATED, Order.Status.ATTEMPTED)
# Words of a room to our right, which nothing here imports.
TO_BE_CHARGED = ("authenticated", "active", "pending")
RUNNING = (*TO_BE_CHARGED, "halted", "paused")
FOR_NOW = (Because.GRACE, Because.FORM_SENT)


@dataclass(frozen=True)
class Item:
    """One thing that an order opens, or would."""

    resource: Resource
    answer: Answer


@dataclass(frozen=True)
class Purchase:
    """One order, with what it opens and how its payment stands."""

    order: Order
    items: list[Item]
    price: Price  # what is charged now
    is_only_a_test: bool = False

    @property
    def subscription(self) -> Any:
        return getattr(self.order, "subscription", None)

    @property
    def state(self) -> str:
        """The badge: test, open, for_now, suspended, unpaid or over."""
        if self.is_only_a_test:
            return "test"
        reasons = {item.answer.because for item in self.items if item.answer.allowed}
        if reasons:
            return "for_now" if reasons <= set(FOR_NOW) else "open"
        if any(item.answer.because == Because.SUSPENDED for item in self.items):
            return "suspended"
        return "unpaid" if self.order.status in OPEN else "over"

    @property
    def receipts(self) -> list[Payment]:
        return [payment for payment in self.order.payments.all() if payment.captured]

    @property
    def refunded(self) -> str:
        return money.show(self.order.amount_refunded, self.order.currency)

    @property
    def pay_url(self) -> str:
        """Where a first payment is made, while it can be."""
        if self.order.status not in OPEN or not self.order.gateway.is_connected:
            return ""
        if self.subscription is not None and not self.subscription.is_ours_to_charge:
            starts = self.subscription.status == "created"
            return web_address(self.subscription.short_url) if starts else ""
        return reverse("orders:pay", args=[self.order.uid]) if self.order.razorpay_order_id else ""

    @property
    def failed(self) -> str:
        """The subscription's status where its charge failed, else nothing."""
        status = getattr(self.subscription, "status", "")
        return status if status in NOT_CHARGED else ""

    @cached_property
    def failure(self) -> Failure | None:
        """What there is to say where its charge failed."""
        return Failure(self.order) if self.failed else None

    @property
    def mend_url(self) -> str:
        """Where a charge that failed is paid, or the way to pay is changed."""
        return self.failure.mend_url if self.failure else ""

    @property
    def mandate(self) -> Any:
        """What the buyer has allowed Raseed to charge: the newest mandate that stands."""
        if not (self.is_running and self.subscription.is_ours_to_charge):
            return None
        standing = [one for one in self.order.mandates.all() if one.status == STANDS]
        return max(standing, key=lambda one: one.pk, default=None)

    @property
    def most_at_once(self) -> str:
        """As Razorpay says; of UPI it does not, and then as was asked for."""
        most = self.mandate.max_amount or by_mandate.most_at_once(self.order.price)
        return money.show(most, self.order.currency)

    @property
    def mandate_ends(self) -> datetime | None:
        ends = self.mandate.expired_at
        return at(ends) if ends else None

    @property
    def method_url(self) -> str:
        """Where the card or UPI is changed of what Razorpay charges, while all goes well."""
        if getattr(self.subscription, "status", "") != "active":
            return ""
        charged_there = (
            self.subscription.razorpay_subscription_id and self.order.gateway.is_connected
        )
        page = reverse("subscriptions:change_method", args=[self.order.uid])
        return page if charged_there else ""

    @property
    def next_charge(self) -> int | None:
        charged = getattr(self.subscription, "status", "") in TO_BE_CHARGED
        return self.subscription.charge_at if charged and not self.ends_at else None

    @property
    def is_running(self) -> bool:
        """Whether it is a subscription that was begun and is not over."""
        return getattr(self.subscription, "status", "") in RUNNING

    @property
    def is_trial(self) -> bool:
        """Whether nothing was charged yet, and the dates are those of a trial."""
        return bool(self.is_running and self.price.trial_days and not self.subscription.paid_count)

    @property
    def ends_at(self) -> datetime | None:
        """The end of a subscription that was cancelled with its period."""
        return ending.of(self.subscription) if self.is_running else None

    @property
    def is_being_told(self) -> bool:
        """Whether Razorpay has not answered yet what it was told to do with the subscription."""
        told = self.subscription.instructions.all() if self.is_running else []
        return any(row.state == "requested" for row in told)

    @property
    def goes_on(self) -> bool:
        """Whether there is anything to cancel."""
        return self.is_running and not self.ends_at and not self.is_being_told

    @property
    def may_cancel(self) -> bool:
        """Whether the buyer may do so, and Razorpay can be told."""
        allowed = self.order.customer.account.buyers_may_cancel
        can_be_told = self.order.gateway.is_connected and bool(
            self.goes_on and linking.known_as(self.order)
        )
        return allowed and can_be_told


def of(orders: QuerySet[Order]) -> Iterator[Purchase]:
    """At most LIMIT of them; the number of queries does not depend on how many there are."""
    grants = Grant.objects.select_related("resource").order_by("pk")
    whole = orders.select_related(
        "gateway", "product", "price", "subscription", "customer__account"
    ).prefetch_related(
        Prefetch("grants", grants),
        Prefetch("payments", Payment.objects.filter(captured=True).order_by("captured_at", "pk")),
        Prefetch("payments", Payment.objects.filter(status="failed"), to_attr="failures"),
        Prefetch("reattempts", Reattempt.objects.exclude(n=None)),
        Prefetch("product__resources", Resource.objects.order_by("pk")),
        "subscription__invoices",
        "subscription__bills",
        "mandates",
        "subscription__instructions",
        "decisions",
    )
    shown = whole[:LIMIT]
    for_real = taking_real_money({order.gateway.account_id for order in shown})
    charged = prices_now(shown)
    for order in shown:
        test = order.gateway.mode == Mode.TEST and order.gateway.account_id in for_real
        price = charged.get(order.pk, order.price)
        yield Purchase(order, items(order), price, is_only_a_test=test)


def prices_now(orders: Iterable[Order]) -> dict[int, Price]:
    """What subscriptions are charged now, by their order's pk."""
    repeating = [sub for order in orders if (sub := getattr(order, "subscription", None))]
    by_subscription = in_force.prices(repeating)
    return {sub.order_id: by_subscription[sub.pk] for sub in repeating}


def taking_real_money(accounts: Iterable[int]) -> set[int]:
    """Those that ever went live. What they sell is no test thing any more."""
    live = Gateway.objects.filter(account__in=accounts, mode=Mode.LIVE)
    return set(live.values_list("account_id", flat=True))


def items(order: Order) -> list[Item]:
    """What the order gave; before it gave anything, what it would."""
    now = answers.now_for(order)
    given = [Item(grant.resource, answers.of_grant(grant, now)) for grant in order.grants.all()]
    if given or order.status == Order.Status.EXPIRED:
        return given
    refunded = order.status == Order.Status.REFUNDED
    answer = Answer(False, None, Because.REFUNDED if refunded else Because.NOT_PAID)
    return [Item(resource, answer) for resource in order.product.resources.all()]
