"""Razorpay's lists of what was made in a span of time, page by page."""

from __future__ import annotations

from gateways.models import Reconciliation
from gateways.razorpay.client import PAGE, Json
from webhooks.reconciling import money, own, places
from webhooks.reconciling.asker import Asker

# Of each stage: what is listed, which is also the question about one of them; and who looks at it.
LISTS = {
    places.PAYMENTS: ("payment", money.look_at_payments),
    places.REFUNDS: ("refund", money.look_at_refunds),
}


def page(asker: Asker, stage: str, skip: int) -> None:
    """All on a page at once."""
    items = turn_to(asker, stage, skip)
    _what, look = LISTS[stage]
    look(asker, items)


def one_by_one(asker: Asker, stage: str, skip: int) -> None:
    """A page that cannot be looked at as a whole: what spoils it hides none of its neighbours."""
    what, _look = LISTS[stage]
    found = [item["id"] for item in turn_to(asker, stage, skip)]
    asker.place.then(*([what, razorpay_id] for razorpay_id in found))


def turn_to(asker: Asker, stage: str, skip: int) -> list[Json]:
    """A page; if it is full, the next one follows. What is made meanwhile shifts the list, so that
    some are seen twice, and none is left out."""
    run = asker.run
    what, _look = LISTS[stage]
    since = own.since(run) if stage == places.PAYMENTS else int(run.since.timestamp())
    until = None if is_up_to_now(run) else int(run.until.timestamp()) - 1
    items = asker.razorpay.listed(what, since=since, until=until, skip=skip)
    if len(items) == PAGE:
        asker.place.then([places.AT_ONCE, stage, skip + PAGE])
    return items


def is_up_to_now(run: Reconciliation) -> bool:
    """Whether it looks at whatever there is when it comes to it: Razorpay's clock, not ours, says
    what is new, and a run that had to wait sees what happened meanwhile."""
    return run.until >= run.created_at
