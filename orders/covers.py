"""What one order gives: what its facts say, and over that what people decided by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from orders.models import AccessDecision, Order, Resource
from orders.models.grants import Because

Kind = AccessDecision.Kind


@dataclass(frozen=True)
class Cover:
    """What one order gives for one resource. No end is None.

    After `covered_until` comes grace, or what was given by hand.
    """

    resource: Resource
    starts_at: datetime
    covered_until: datetime | None
    ends_at: datetime | None
    because: Because
    ended_because: Because


def decided(order: Order, covers: Iterable[Cover]) -> list[Cover]:
    """Of each resource the newest decision counts; what nobody decided stays as the facts say."""
    given = {cover.resource.pk: cover for cover in covers}
    for decision in newest(order):
        cover = given.get(decision.resource_id)
        if decision.kind == Kind.GIVEN:
            given[decision.resource_id] = lengthened(decision, cover)
        elif decision.kind == Kind.ENDED:
            given[decision.resource_id] = cut_off(decision, cover)
    return list(given.values())


def newest(order: Order) -> list[AccessDecision]:
    """The decision that counts for each resource."""
    rows = order.decisions.select_related("resource").order_by("pk")
    return list({row.resource_id: row for row in rows}.values())


def newest_of(order: Order, resource_id: int) -> AccessDecision | None:
    """The one about this resource, from decisions that may have been fetched with many orders."""
    rows = [row for row in order.decisions.all() if row.resource_id == resource_id]
    return max(rows, key=lambda row: row.pk, default=None)


def lengthened(decision: AccessDecision, cover: Cover | None) -> Cover:
    """Whichever lasts longer governs: a gift never shortens what is paid."""
    at, until = decision.at, decision.until
    if cover is None:
        return Cover(decision.resource, at, until, until, Because.BY_HAND, Because.PERIOD_OVER)
    if cover.ends_at is None or (until is not None and until <= cover.ends_at):
        return cover
    return replace(cover, starts_at=min(cover.starts_at, at), ends_at=until)


def cut_off(decision: AccessDecision, cover: Cover | None) -> Cover:
    """It ends with the decision and stays ended, also where more is paid later."""
    at, over = decision.at, Because.ENDED_BY_HAND
    if cover is None:
        return Cover(decision.resource, at, at, at, Because.BY_HAND, over)
    return replace(
        cover,
        starts_at=min(cover.starts_at, at),
        covered_until=min(cover.covered_until or at, at),
        ends_at=min(cover.ends_at or at, at),
        ended_because=over,
    )
