"""Whatever is wrong in the books, a rebuild tells it, row by row; and nothing that is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from gateways.models import Problem
from orders import fulfilment
from orders.models import Grant, Order, Payment, Refund
from subscriptions.models import Charge, Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import differences
from webhooks import replay, routes, work
from webhooks.models import Event, Rebuild
from webhooks.rebuilding import rebuild

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def told(razorpay: Razorpay, order: Order) -> Order:
    razorpay.tell(*lives.paid_and_partly_refunded_twice())
    return order


def problems() -> list[str]:
    return [str(one.what) for one in Problem.objects.standing().filter(kind="books_differ")]


def counted(order: Order) -> tuple[int, int, int]:
    """How many events were applied, and how many, open and parked, are in neither of the books."""
    found = rebuild.compare(order.gateway.account)
    return found.events, found.open, found.parked


def test_a_column_that_is_wrong(told: Order) -> None:
    Payment.objects.update(method="card")
    said = "payment pay_RsdCard0000001: method is card in the books, rebuilt upi."
    assert differences(told) == [said]


def test_a_refund_that_is_counted_twice(told: Order) -> None:
    twice = Refund.objects.get(razorpay_refund_id="rfnd_RsdPart000001")
    twice.pk, twice.uid, twice.razorpay_refund_id = None, "rfd_twice", "rfnd_RsdTwice00001"
    twice.save()
    Order.objects.update(amount_refunded=25000)
    assert differences(told) == [
        f"order {told.uid}: amount_refunded is 25000 in the books, rebuilt 15000.",
        "refund rfnd_RsdTwice00001 is in the books and does not follow from the inbox.",
    ]


def test_an_event_that_was_lost(told: Order) -> None:
    next(one for one in Event.objects.all() if b"Part000002" in bytes(one.body)).delete()
    found = differences(told)
    assert "refund rfnd_RsdPart000002 is in the books and does not follow from the inbox." in found
    assert f"order {told.uid}: amount_refunded is 15000 in the books, rebuilt 10000." in found


def test_a_row_that_was_lost(told: Order) -> None:
    grant = Grant.objects.order_by("pk")[0]
    lost = f"grant {told.uid} {grant.resource.uid} follows from the inbox and is not in the books."
    grant.delete()
    assert differences(told) == [lost]


def test_access_that_was_never_paid_for(told: Order) -> None:
    Grant.objects.update(because="by_hand")
    assert len(differences(told)) == 2


def test_a_charge_of_a_subscription_that_was_lost(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(*lives.renewed_after_two_failures())
    assert differences(subscription.order) == []
    Charge.objects.order_by("pk")[0].delete()
    [said] = differences(subscription.order)
    assert said.startswith("charge ")
    assert said.endswith("follows from the inbox and is not in the books.")


def test_deriving_that_forgets_a_column(told: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in tomorrow's code is told as well as one in yesterday's books."""
    right = fulfilment.count

    def forgetful(order: Order, *rest: Any) -> Any:
        sums = right(order, *rest)
        Order.objects.filter(pk=order.pk).update(amount_refunded=0)
        return sums

    monkeypatch.setattr(fulfilment, "count", forgetful)
    said = f"order {told.uid}: amount_refunded is 15000 in the books, rebuilt 0."
    assert differences(told) == [said]


def test_an_event_that_can_no_longer_be_applied(
    told: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str) -> Callable[..., None]:
        raise ValueError("broken handler")

    monkeypatch.setattr(routes, "handler_for", broken)
    found = [said for said in differences(told) if said.startswith("event ")]
    assert len(found) == 8, "its status and its order, of four events"
    assert all("not applied: ValueError('broken handler')" in said for said in found[::2])


def test_the_seller_is_told_until_it_is_mended(told: Order) -> None:
    Payment.objects.update(fee=7)
    differences(told)
    differences(told)
    [said] = problems()
    assert "differ from those that stand in 1 places" in said
    row = Rebuild.objects.order_by("-pk")[0]
    assert row.difference_count == 1
    assert row.differences == [
        {"table": "payment", "row": "pay_RsdCard0000001", "column": "fee", "books": 7,
         "rebuilt": 1178}
    ]  # fmt: skip
    Payment.objects.update(fee=1178)
    assert differences(told) == []
    assert problems() == []


def test_what_is_open_or_parked_is_in_neither_of_the_two(told: Order, razorpay: Razorpay) -> None:
    razorpay.post(sample("payment.dispute.created"))
    parked = {"status": "parked", "processed_at": timezone.now()}
    razorpay.post(sample("order.paid"))
    Event.objects.filter(type="order.paid").update(**parked)
    assert differences(told) == []
    assert counted(told) == (4, 1, 1)


def test_an_event_that_was_opened_again_counts_as_before(told: Order) -> None:
    replay.replay(Event.objects.filter(type="payment.captured"))
    assert differences(told) == []
    assert counted(told) == (4, 0, 0)
    Event.objects.filter(type="payment.captured").update(status="parked")
    assert counted(told) == (4, 0, 0), "it is in both books"
    Event.objects.filter(type="payment.captured").update(status="received")
    work.work()
    assert differences(told) == []
