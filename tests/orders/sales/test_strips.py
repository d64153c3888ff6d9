"""The re-attempt strip, and what it says of every state that a try can be in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders import fulfilment, stories
from orders.models import Order, Reattempt
from orders.pages.sales import strips
from orders.retries import MadeBy, State
from tests.lives import T
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of

FAILED_AT = datetime.fromtimestamp(T, UTC)


def row(n: int | None, state: State, **fields: Any) -> Reattempt:
    due_at = FAILED_AT + timedelta(days=n or 0)
    return Reattempt(n=n, state=state, made_by=MadeBy.RASEED, **{"due_at": due_at, **fields})


def strip_of(*states: State, **fields: Any) -> strips.Strip:
    rows = [row(n, state, **fields) for n, state in enumerate(states, 1)]
    return strips.strip(FAILED_AT, "insufficient funds", rows)


@pytest.mark.parametrize(
    ("states", "reason", "said"),
    [
        ([State.SCHEDULED] * 3, "", "Re-attempt 1 of 3, scheduled"),
        ([State.FAILED, State.SCHEDULED, State.SCHEDULED], "", "Re-attempt 2 of 3, scheduled"),
        ([State.FAILED, State.STARTED, State.CANCELLED], "", "Being tried"),
        ([State.FAILED, State.UNKNOWN, State.CANCELLED], "", "Being tried"),
        ([State.FAILED] * 3, "", "All three failed"),
        ([State.FAILED, State.FAILED, State.SUCCEEDED], "", "Paid"),
        ([State.CANCELLED] * 3, "paid", "Over: it was paid"),
        ([State.FAILED, State.CANCELLED, State.CANCELLED], "halted", "Razorpay stopped charging"),
        ([State.MISSED] * 3, "too_late", "Over: too late"),
        ([State.REFUSED] * 3, "keys_refused", "Over: Razorpay refuses the API keys"),
    ],
)
def test_the_badge_says_how_the_series_stands(states: list[State], reason: str, said: str) -> None:
    assert said in strip_of(*states, reason=reason).said


def test_one_stop_is_next_and_the_others_come_later() -> None:
    stops = strip_of(State.FAILED, State.SCHEDULED, State.SCHEDULED).stops
    assert [stop.tone for stop in stops] == ["bad", "bad", "next", "later"]
    assert [stop.number for stop in stops] == [None, None, 2, 3]


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_words_and_a_picture(state: State) -> None:
    stop = strip_of(state, state, state, reason="bank_technical_error").stops[1]
    assert "Re-attempt 1 of 3" in stop.title
    assert stop.icon or stop.number
    assert stop.tone in {"bad", "good", "next", "hand", "over"}


def test_a_try_by_hand_stands_where_it_was_made() -> None:
    rows = [row(n, State.SCHEDULED) for n in (1, 2, 3)]
    by_hand = row(None, State.FAILED, due_at=FAILED_AT + timedelta(hours=30), reason="cancelled")
    stops = strips.strip(FAILED_AT, "", [by_hand, *rows]).stops
    assert [stop.title for stop in stops][2] == "By hand, not counted"
    assert stops[2].what == "Failed again: cancelled"


@pytest.mark.parametrize(
    ("made_by", "cycle", "how"),
    [
        (MadeBy.RASEED, 0, "Pay link by e-mail"),
        (MadeBy.RAZORPAY, T, "Charged by Razorpay"),
        (MadeBy.RASEED, T, "Charged by Raseed"),
    ],
)
def test_a_planned_try_says_what_the_buyer_will_notice(
    made_by: MadeBy, cycle: int, how: str
) -> None:
    planned = Reattempt(n=1, cycle=cycle, made_by=made_by, state=State.SCHEDULED, due_at=FAILED_AT)
    assert strips.slot(planned, is_next=True).what == how


def test_a_series_learnt_too_late_is_told_as_not_made(order: Order) -> None:
    now = timezone.now()
    rows = [row(n, State.MISSED, reason="too_late", done_at=now) for n in (1, 2, 3)]
    told = [line.what for line in stories.of_reattempts(order, rows)]
    assert told == ["The re-attempts are not made"]


def test_access_before_the_money_is_said_with_its_end(see: See, order: Order) -> None:
    Order.objects.update(access_on_form=True)
    fulfilment.begin(Order.objects.get())
    in_order(
        text_of(see(f"/orders/{order.uid}/")), "Next", "Access ends: Videos, Recipes",
        "Unless more is paid by then.", "Why does Ananya Iyer have access?",
        "This account gives access as soon as the order form is sent. It ends on 28 Nov 2026, "
        "11:29.", "Form sent",
    )  # fmt: skip
