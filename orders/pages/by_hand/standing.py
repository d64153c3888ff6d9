"""How each resource of one order stands, and what may be decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orders import answers, by_hand
from orders.access import resources_of
from orders.answers import Answer
from orders.models import AccessDecision, Grant, Order, Resource
from orders.models.grants import Because
from orders.pages.sales import access

Kind = AccessDecision.Kind


@dataclass(frozen=True)
class Standing:
    """What this order gives of one resource; `elsewhere`: another order opens it as well."""

    resource: Resource
    answer: Answer
    decision: AccessDecision | None
    elsewhere: bool

    @property
    def badge(self) -> tuple[str, str, str]:
        return *access.look(self.answer), access.word(self.answer)

    @property
    def why(self) -> str:
        return access.why(self.answer)

    @property
    def may_give(self) -> bool:
        """What has no end cannot be had longer."""
        return not self.answer.allowed or self.answer.until is not None

    @property
    def may_undo(self) -> bool:
        return self.decision is not None and self.decision.kind != Kind.UNDONE

    @property
    def is_ended(self) -> bool:
        return self.decision is not None and self.decision.kind == Kind.ENDED


def of(order: Order) -> list[Standing]:
    """Every resource of the order, and what was given on it."""
    return standings(order, by_hand.on_order(order))


def standings(order: Order, resources: Iterable[Resource]) -> list[Standing]:
    """The number of queries does not depend on how many there are."""
    resources = list(resources)
    held = {grant.resource_id: grant for grant in answers.whole(order.grants.all())}
    decisions = order.decisions.select_related("user").order_by("pk")
    newest = {row.resource_id: row for row in decisions}
    product = {resource.pk for resource in resources_of(order.product, order.created_at)}
    opened = opened_elsewhere(order, resources)
    return [
        Standing(
            resource,
            answer_of(order, held.get(resource.pk), is_bought=resource.pk in product),
            newest.get(resource.pk),
            resource.pk in opened,
        )
        for resource in resources
    ]


def answer_of(order: Order, grant: Grant | None, *, is_bought: bool) -> Answer:
    """What this order alone says."""
    if grant is not None:
        return answers.of_grant(grant, answers.now_for(order))
    if not is_bought:
        return Answer(False, None, Because.NOT_BOUGHT)
    refunded = order.status == Order.Status.REFUNDED
    return Answer(False, None, Because.REFUNDED if refunded else Because.NOT_PAID)


def opened_elsewhere(order: Order, resources: list[Resource]) -> set[int]:
    """What other orders of the same customer open, in the same mode."""
    rows = Grant.objects.filter(customer=order.customer_id, resource__in=resources)
    others = rows.filter(order__gateway__mode=order.gateway.mode).exclude(order=order)
    return {grant.resource_id for grant in answers.whole(others) if is_open(grant)}


def is_open(grant: Grant) -> bool:
    return answers.of_grant(grant, answers.now_for(grant.order)).allowed
