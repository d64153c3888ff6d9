"""What a story tells of recovery: each line with why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from orders.models import Order, Reattempt
from orders.recovering import story
from tests.lives import DAY, T
from tests.orders.recovery.conftest import Fail
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of


def test_a_buyer_who_says_no_is_told_with_what_it_means(see: See, order: Order, fail: Fail) -> None:
    fail(order)
    Order.objects.update(declined_at=timezone.now())
    in_order(
        text_of(see(f"/orders/{order.uid}/")), "Story", "do not want it any more",
        "Why: They followed the link in a mail. It can still be paid, and nobody reminds them.",
    )  # fmt: skip


def test_each_reminder_is_told_with_why(see: See, order: Order, fail: Fail) -> None:
    fail(order)
    moment = datetime.fromtimestamp(T + DAY, UTC)
    Reattempt.objects.filter(n=1).update(state="started", started_at=moment)
    in_order(
        text_of(see(f"/orders/{order.uid}/")), "Re-attempt 1 of 3: the buyer was asked",
        "The buyer was asked, and has a day", "Story", "Re-attempt 1 of 3: the buyer was asked to",
        "Why: Its time had come, and nothing was paid.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made_by", "said"),
    [
        ("buyer", "The buyer tried to pay by hand"),
        ("seller", "Tried by hand in Razorpay's dashboard"),
        ("unclear", "Tried, and it is not clear by whom"),
    ],
)
def test_what_does_not_count_is_told_once(made_by: str, said: str) -> None:
    when = datetime.fromtimestamp(T, UTC)
    row = Reattempt(cycle=T, made_by=made_by, state="failed", due_at=when, done_at=when)
    (line,) = story.uncounted([row])
    assert line.what == said
    assert "ot counted" in line.why
    row.cycle = 0
    assert list(story.uncounted([row])) == [], "an order tells it where the payment failed"


def test_an_order_that_is_paid_once_has_no_debits(order: Order) -> None:
    assert list(story.debits(order)) == []
