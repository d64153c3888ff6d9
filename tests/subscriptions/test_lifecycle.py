"""A subscription's row: the greatest of (final?, as_of, rank, paid_count, auth_attempts, SHA)."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Problem
from subscriptions import lifecycle
from subscriptions.models import Plan, Subscription
from tests.conftest import Razorpay, make_subscription
from tests.lives import DAY, MONTH, T
from tests.samples import MISSING, sample
from tests.webhooks.rebuilding.neighbour import differences

STEPS = [
    "authenticated", "pending", "halted", "paused", "activated", "charged",
]  # fmt: skip


def told(step: str, created_at: Any = T, **fields: Any) -> dict[str, Any]:
    return sample(f"subscription.{step}", created_at=created_at, subscription=fields)


def undated(step: str, **fields: Any) -> dict[str, Any]:
    """Without created_at; the subscription itself was made ten minutes before T."""
    return sample(
        f"subscription.{step}", created_at=MISSING, subscription={"created_at": T - 600, **fields}
    )


def row() -> Subscription:
    return Subscription.objects.get()


def both_ways(razorpay: Razorpay, lesser: dict[str, Any], greater: dict[str, Any]) -> Subscription:
    """The greater last, then a row of its own where it came first."""
    razorpay.tell(lesser, greater)
    one = row()
    razorpay.gateway.events.all().delete()
    blank = Subscription()
    for name in ("status", "quantity", "mark", "marks", "paid_count", "charge_at"):
        setattr(one, name, getattr(blank, name))
    one.save()
    razorpay.tell(greater, lesser)
    return row()


@pytest.mark.parametrize(("lower", "higher"), [*zip(STEPS, STEPS[1:], strict=False)])
def test_of_one_second_the_higher_rank_wins(
    razorpay: Razorpay, subscription: Subscription, lower: str, higher: str
) -> None:
    found = both_ways(razorpay, told(lower, quantity=1), told(higher, quantity=2))
    assert found.quantity == 2


def test_ranks_are_as_promised() -> None:
    assert {step: lifecycle.RANK[step] for step in ("created", *STEPS, "resumed", "updated")} == {
        "created": 0, "authenticated": 1, "pending": 2, "halted": 3, "paused": 4,
        "resumed": 5, "updated": 5, "activated": 5, "charged": 6,
    }  # fmt: skip


def test_the_newer_wins_over_the_higher_rank(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    found = both_ways(razorpay, told("charged", T), told("authenticated", T + 1, quantity=7))
    assert (found.status, found.quantity) == ("authenticated", 7)


def test_of_one_second_and_rank_the_greater_paid_count_then_the_attempts(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    found = both_ways(
        razorpay,
        told("resumed", paid_count=1, auth_attempts=4, quantity=1),
        told("activated", paid_count=2, auth_attempts=0, quantity=2),
    )
    assert found.quantity == 2
    found = both_ways(
        razorpay,
        told("pending", T + 5, paid_count=1, auth_attempts=1, quantity=3),
        told("pending", T + 5, paid_count=1, auth_attempts=2, quantity=4),
    )
    assert found.quantity == 4


@pytest.mark.parametrize("final", ["cancelled", "completed"])
def test_a_final_state_wins_over_everything_newer(
    razorpay: Razorpay, subscription: Subscription, final: str
) -> None:
    found = both_ways(
        razorpay, told("activated", T + 90 * DAY, quantity=1), told(final, T, quantity=2)
    )
    assert (found.status, found.quantity) == (final, 2)


def test_expired_is_final_whichever_event_says_it(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(told("updated", T, status="expired"), told("activated", T + 9))
    assert row().status == "expired"


def test_without_created_at_it_is_as_old_as_the_newest_time_in_it_and_not_its_arrival(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(told("pending", T), undated("activated"))
    assert row().status == "pending"
    # A planned time says nothing about when the snapshot was taken.
    razorpay.tell(undated("paused", charge_at=T + MONTH))
    assert row().status == "pending"


def test_created_at_inside_payload_counts(razorpay: Razorpay, subscription: Subscription) -> None:
    body = told("paused", MISSING)
    body["payload"]["created_at"] = T + 5
    razorpay.tell(told("activated", T + 9), body)
    assert row().status == "active"
    razorpay.tell(told("activated", T + 1))
    assert row().mark[1] == T + 9


def test_a_snapshot_without_a_status_we_know_says_the_rest(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    found = both_ways(
        razorpay, told("activated", T), told("updated", T + 1, status="thawing", quantity=5)
    )
    assert (found.status, found.quantity) == ("active", 5)


def test_counters_are_the_greatest_and_null_rules_state_fields(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(
        told("charged", T, paid_count=3, charge_at=T + MONTH),
        told("paused", T + 1, paid_count=2, charge_at=None),
        told("pending", T - 1, paid_count=None, charge_at=T + DAY),
    )
    assert (row().paid_count, row().charge_at) == (3, None)


def test_links_and_notes_are_never_emptied(razorpay: Razorpay, subscription: Subscription) -> None:
    razorpay.tell(
        told("activated", T, short_url="https://rzp.io/i/a", notes={"k": "1"}),
        told("paused", T + 1, short_url=None, notes=[], customer_id=None),
        told("resumed", T + 2, short_url="https://rzp.io/i/b"),
    )
    found = row()
    assert (found.short_url, found.notes) == ("https://rzp.io/i/a", {"k": "1"})
    assert found.razorpay_customer_id == "cust_RsdCust000001"
    assert found.conflicts["short_url"] == [[T + 2, "https://rzp.io/i/b"]]


@pytest.mark.parametrize("plan", [None, MISSING, 5])
def test_a_plan_that_is_not_named_stays(
    razorpay: Razorpay, subscription: Subscription, plan: Any
) -> None:
    razorpay.tell(told("updated", T + 9, plan_id=plan, quantity=4))
    assert (row().razorpay_plan_id, row().quantity) == ("plan_RsdPlan000001", 4)


class TestAnUnknownPlan:
    def asked(self) -> list[str]:
        standing = Problem.objects.standing().filter(kind="unknown_plan")
        return sorted(standing.values_list("subject", flat=True))

    def test_it_is_asked_until_the_plan_in_force_is_known_again(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(told("updated", T + 1, plan_id="plan_RsdUnknown001"))
        assert self.asked() == ["plan_RsdUnknown001"]
        razorpay.tell(told("updated", T + 2, plan_id="plan_RsdUnknown002"))
        assert self.asked() == ["plan_RsdUnknown002"], "only what is in force"
        razorpay.tell(told("updated", T + 3, plan_id="plan_RsdPlan000001"))
        assert self.asked() == []

    def test_an_older_snapshot_asks_nothing(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(told("activated", T + 9), told("updated", T, plan_id="plan_RsdUnknown001"))
        assert self.asked() == []

    @pytest.mark.parametrize("names", [("first", "second"), ("second", "first")])
    def test_it_is_asked_once_of_the_plan_whichever_subscription_moved_last(
        self, razorpay: Razorpay, subscription: Subscription, names: tuple[str, ...]
    ) -> None:
        Plan.objects.update(razorpay_plan_id="plan_RsdFormer0001")
        make_subscription(subscription.gateway, subscription.order.customer, "sub_RsdSecond00001")
        known = {"first": subscription.razorpay_subscription_id, "second": "sub_RsdSecond00001"}
        for name in names:
            razorpay.tell(told("updated", T + 1, id=known[name], plan_id="plan_RsdUnknown001"))
        problem = Problem.objects.standing().get(kind="unknown_plan")
        assert str(problem.what) == (
            "A subscription is on plan plan_RsdUnknown001, which Raseed does not know."
        )
        assert problem.count == 1
        assert differences(subscription.order) == []

    def test_it_is_answered_when_the_plan_becomes_known(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(told("updated", T + 1, plan_id="plan_RsdUnknown001"))
        price = subscription.order.price
        price.pk, price.uid, price.replaced_at = None, "prc_other", price.created_at
        price.save()
        Plan.objects.create(
            gateway=subscription.gateway, price=price, razorpay_plan_id="plan_RsdUnknown001"
        )
        razorpay.tell(told("updated", T + 2, plan_id="plan_RsdUnknown001"))
        assert self.asked() == []
