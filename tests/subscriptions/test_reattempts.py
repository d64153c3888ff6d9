"""Following Razorpay's own re-attempts: slot n is attempt n + 1, its date what attempt n named."""

from __future__ import annotations

from typing import Any

import pytest

from orders.causes import at
from orders.models import Payment, Reattempt
from subscriptions import tries
from subscriptions.models import Cycle, Subscription
from tests.lives import DAY, MONTH, T, charged, cycle, halted, pending
from tests.samples import MISSING, sample

HOUR = 3600
RENEWAL = T + MONTH
DATES = [at(RENEWAL + n * DAY) for n in (1, 2, 3)]


def rows(subscription: Subscription, start: int = RENEWAL) -> list[Reattempt]:
    return list(subscription.order.reattempts.filter(cycle=start).order_by("n"))


def numbered(subscription: Subscription, start: int = RENEWAL) -> list[Reattempt]:
    return [row for row in rows(subscription, start) if row.n]


def states(subscription: Subscription, start: int = RENEWAL) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in numbered(subscription, start)]


def test_the_first_failure_shows_exactly_three_that_razorpay_makes(
    tell: Any, subscription: Subscription
) -> None:
    tell(charged(0, T), pending(1, 1))
    assert [(row.n, row.due_at) for row in rows(subscription)] == list(
        zip((1, 2, 3), DATES, strict=True)
    )
    assert {(row.state, row.made_by, row.counted) for row in rows(subscription)} == {
        ("scheduled", "razorpay", False)
    }


def test_slot_n_is_counted_when_attempt_n_plus_one_failed(
    tell: Any, subscription: Subscription
) -> None:
    tell(pending(1, 3))
    assert [(row.state, row.counted) for row in rows(subscription)] == [
        ("failed", True), ("failed", True), ("scheduled", False),
    ]  # fmt: skip
    told = at(RENEWAL + 2 * DAY + 60)
    assert [row.done_at for row in rows(subscription)] == [told, told, None]
    tell(pending(1, 1))
    assert [row.due_at for row in rows(subscription)] == [DATES[0], DATES[1], DATES[2]]


def test_the_next_date_is_the_newest_pendings_charge_at(
    tell: Any, subscription: Subscription
) -> None:
    """An e-mandate is not tried daily."""
    later = RENEWAL + 2 * DAY + 7200
    moved = pending(1, 1) | {"created_at": RENEWAL + 90}
    moved["payload"]["subscription"]["entity"]["charge_at"] = later
    tell(pending(1, 1), moved)
    assert [row.due_at for row in rows(subscription)] == [
        at(later), at(later + DAY), at(later + 2 * DAY),
    ]  # fmt: skip


def test_a_later_failure_moves_only_what_comes_after_it(
    tell: Any, subscription: Subscription
) -> None:
    moved = pending(1, 2)
    moved["payload"]["subscription"]["entity"]["charge_at"] = RENEWAL + 4 * DAY
    tell(pending(1, 1), moved)
    assert [row.due_at for row in rows(subscription)] == [
        DATES[0], at(RENEWAL + 4 * DAY), at(RENEWAL + 5 * DAY),
    ]  # fmt: skip


@pytest.mark.parametrize("known", [(2,), (3,), (1, 3), (2, 3)], ids=str)
def test_while_failures_are_still_to_come_the_dates_stand_in_order(
    tell: Any, subscription: Subscription, known: tuple[int, ...]
) -> None:
    """Events arrive in any order; what is known already tells the days of what is not."""
    tell(charged(0, T), *[pending(1, number) for number in known])
    assert [row.due_at for row in rows(subscription)] == DATES


@pytest.mark.parametrize("charge_at", [None, MISSING])
def test_without_a_named_date_it_is_a_day_after_the_failure(
    tell: Any, subscription: Subscription, charge_at: Any
) -> None:
    told = sample(
        "subscription.pending", created_at=RENEWAL + 60,
        subscription={**cycle(1), "auth_attempts": 1, "charge_at": charge_at},
    )  # fmt: skip
    tell(told)
    assert [row.due_at for row in rows(subscription)] == [
        at(RENEWAL + 60 + n * DAY) for n in (1, 2, 3)
    ]


def test_four_failures_use_the_series_up(tell: Any, subscription: Subscription) -> None:
    tell(pending(1, 1), pending(1, 2), pending(1, 3), halted(1))
    assert [(row.state, row.counted) for row in rows(subscription)] == [("failed", True)] * 3
    assert [row.due_at for row in rows(subscription)] == DATES


def test_halted_closes_the_series_at_whatever_n_it_reached(
    tell: Any, subscription: Subscription
) -> None:
    early = halted(1)
    early["payload"]["subscription"]["entity"]["auth_attempts"] = 2
    tell(pending(1, 1), early)
    assert states(subscription) == [
        ("failed", ""),
        ("cancelled", "halted"),
        ("cancelled", "halted"),
    ]
    # The halt's charge_at is the next period's, and no date of a try.
    assert [row.due_at for row in rows(subscription)] == DATES


@pytest.mark.parametrize("charged_first", [True, False])
def test_success_cancels_the_rest(
    tell: Any, subscription: Subscription, charged_first: bool
) -> None:
    told = [pending(1, 1), charged(1, RENEWAL + 3 * HOUR)]
    tell(*(reversed(told) if charged_first else told))
    assert states(subscription) == [("cancelled", "paid")] * 3
    assert {row.done_at for row in numbered(subscription)} == {at(RENEWAL + 3 * HOUR)}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({}, "cancelled_by_seller"), ({"cancel_initiated_by": "customer"}, "cancelled_by_buyer")],
)
def test_a_cancellation_says_by_whom(
    tell: Any, subscription: Subscription, fields: dict[str, Any], reason: str
) -> None:
    over = sample("subscription.cancelled", created_at=RENEWAL + DAY, subscription=fields)
    tell(pending(1, 1), over)
    assert states(subscription) == [("cancelled", reason)] * 3


def test_each_period_has_a_series_of_its_own(tell: Any, subscription: Subscription) -> None:
    tell(charged(0, T), pending(1, 1), charged(1, RENEWAL + 3 * HOUR), pending(2, 1))
    assert states(subscription) == [("cancelled", "paid")] * 3
    assert states(subscription, T + 2 * MONTH) == [("scheduled", "")] * 3


@pytest.mark.parametrize(("age", "state"), [(48 * 3600, "scheduled"), (48 * 3600 + 1, "missed")])
def test_what_is_learnt_later_than_48_hours_is_missed(
    clock: Any, razorpay: Any, subscription: Subscription, age: int, state: str
) -> None:
    told = pending(1, 1)
    clock.move_to(at(told["created_at"] + age))
    razorpay.tell(told)
    assert {row.state for row in rows(subscription)} == {state}


@pytest.mark.parametrize(("made", "whose"), [(-20, "razorpay"), (0, "razorpay"), (40, "buyer")])
def test_a_late_yes_to_a_try_whose_failure_never_reached_us(
    tell: Any, subscription: Subscription, made: int, whose: str
) -> None:
    """A try was made before it was told to have failed; a buyer who reads that mail pays after."""
    told, paid = halted(1), charged(1, RENEWAL + 4 * DAY)
    payment = paid["payload"]["payment"]["entity"]
    payment["created_at"] = told["created_at"] + made
    tell(charged(0, T), pending(1, 1), pending(1, 2), pending(1, 3), told, paid)
    won = [(row.n, row.made_by) for row in rows(subscription) if row.state == "succeeded"]
    assert won == [(3 if whose == "razorpay" else None, whose)]


def test_of_two_late_yeses_the_same_is_the_trys_own_whichever_came_first() -> None:
    cycle = Cycle(attempts={"4": {"at": RENEWAL}, "3": {"at": RENEWAL - 60}}, razorpay_order_id="o")
    made = {"razorpay_order_id": "o", "captured": True}
    one, other = (
        Payment(pk=number, razorpay_payment_id=f"pay_{number}", created_at=created_at, **made)
        for number, created_at in ((1, RENEWAL - 90), (2, RENEWAL - 90))
    )
    both = [tries.of(cycle, arrived, {}).of_attempt for arrived in ([one, other], [other, one])]
    assert both == [{3: one, 4: other}] * 2
