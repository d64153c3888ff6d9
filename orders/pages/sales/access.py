"""What a customer may open right now, and why: for many resources at once, in few queries.

The rules are those of `orders.answers`; the API asks it about one resource at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import answers
from orders.answers import Answer
from orders.models import Customer, Grant, Order, Resource
from orders.models.grants import Because

LOOKS = {
    Because.GRACE: ("wait", "clock"),
    Because.FORM_SENT: ("wait", "clock"),
    Because.NOT_PAID: ("wait", "clock"),
    Because.SUSPENDED: ("locked", "lock"),
    Because.REFUNDED: ("over", "arrow-back-up"),
}
WHY = {
    Because.PAID: gettext_noop("It is paid."),
    Because.TRIAL: gettext_noop("The trial is running."),
    Because.GRACE: gettext_noop("A charge is unpaid and being tried again: access in grace."),
    Because.FORM_SENT: gettext_noop("This account gives access as soon as the order form is sent."),
    Because.BY_HAND: gettext_noop("Access was given by hand."),
    Because.NOT_BOUGHT: gettext_noop("Nothing that opens it was bought."),
    Because.NOT_PAID: gettext_noop("Nothing was paid yet."),
    Because.REFUNDED: gettext_noop("The money went back."),
    Because.PERIOD_OVER: gettext_noop("What was paid for, or given, is over."),
    Because.SUSPENDED: gettext_noop("A charge stayed unpaid; access returns with money."),
    Because.ENDED_BY_HAND: gettext_noop("Access was ended by hand."),
}


@dataclass(frozen=True)
class Door:
    """One resource, whether it is open to the customer, and through which order."""

    resource: Resource
    answer: Answer
    order: Order | None
    mode: str

    @property
    def tone(self) -> str:
        return look(self.answer)[0]

    @property
    def icon(self) -> str:
        return look(self.answer)[1]

    @property
    def said(self) -> str:
        return word(self.answer)


def look(answer: Answer) -> tuple[str, str]:
    """Kind of badge and icon."""
    usual = ("good", "check") if answer.allowed else ("over", "minus")
    return LOOKS.get(answer.because, usual)


def word(answer: Answer) -> str:
    if answer.allowed and answer.because not in LOOKS:
        return _("Has access")
    return str(answer.because.label)


def why(answer: Answer) -> str:
    """The answer in one sentence, with until when where that is known."""
    said = _(WHY[answer.because])
    if answer.until is None:
        endless = _("Access has no end.")
        return f"{said} {endless}" if answer.allowed else said
    text = (
        gettext_noop("It ends on %(until)s.")
        if answer.allowed
        else gettext_noop("It ended on %(until)s.")
    )
    return f"{said} {say(text, until=answer.until)}"


def doors(customer: Customer, mode: str) -> list[Door]:
    """Every resource that the customer bought or was given, in this mode."""
    orders = list(
        Order.objects.filter(customer=customer, gateway__mode=mode).prefetch_related(
            "product__resources"
        )
    )
    grants = Grant.objects.filter(customer=customer, order__gateway__mode=mode)
    held = list(answers.whole(grants).select_related("resource"))
    resources = {grant.resource.pk: grant.resource for grant in held}
    for order in orders:
        resources |= {resource.pk: resource for resource in order.product.resources.all()}
    return [door(resources[pk], held, orders, mode) for pk in sorted(resources)]


def door(resource: Resource, held: list[Grant], orders: list[Order], mode: str) -> Door:
    """The best of what the customer's grants say; without one, why there is none."""
    theirs = [grant for grant in held if grant.resource_id == resource.pk]
    if theirs:
        answer, order = max(map(of_grant, theirs), key=lambda found: answers.rank(found[0]))
        return Door(resource, answer, order, mode)
    bought = [order for order in orders if resource in order.product.resources.all()]
    refunded = all(order.status == Order.Status.REFUNDED for order in bought)
    because = Because.REFUNDED if refunded else Because.NOT_PAID
    return Door(resource, Answer(False, None, because), bought[-1] if bought else None, mode)


def of_grant(grant: Grant) -> tuple[Answer, Order]:
    return answers.of_grant(grant, answers.now_for(grant.order)), grant.order


def of_order(order: Order) -> list[Door]:
    """The resources of one order; another order of the same customer may open them, too."""
    given = set(order.grants.values_list("resource", flat=True))
    given |= {resource.pk for resource in order.product.resources.all()}
    found = doors(order.customer, order.gateway.mode)
    return [door for door in found if door.resource.pk in given]


def best(found: Iterable[Door]) -> Door | None:
    """The one that answers for all: what is open first, and longest."""
    return max(found, key=lambda door: answers.rank(door.answer), default=None)


def question(customer: Customer, found: list[Door]) -> str:
    """Names, not he or she: we do not know."""
    if any(door.answer.allowed for door in found):
        return _("Why does %(name)s have access?") % {"name": customer}
    return _("Why does %(name)s not have access?") % {"name": customer}


def of_customers(customers: list[Customer]) -> dict[int, tuple[Answer, str]]:
    """For a list: the best answer of each customer who ever had access, live before test."""
    rows = Grant.objects.filter(customer__in=customers)
    grants = answers.whole(rows).select_related("order__gateway")
    found: dict[int, tuple[Answer, str]] = {}
    for grant in grants:
        candidate = (of_grant(grant)[0], grant.order.gateway.mode)
        held = found.get(grant.customer_id)
        if held is None or weight(candidate) > weight(held):
            found[grant.customer_id] = candidate
    return found


def weight(candidate: tuple[Answer, str]) -> tuple[bool, bool, object]:
    answer, mode = candidate
    return answer.allowed, mode == "live", answers.rank(answer)
