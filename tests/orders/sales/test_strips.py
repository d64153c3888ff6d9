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
    return Reattempt(
        **{"n": n, "state": state, "made_by": MadeBy.RASEED, "due_at": due_at, **fields}
    )


def strip_of(*states: State, **fields: Any) -> strips.Strip:
    rows = [row(n, state, **fields) for n, state in enumerate(states, 1)]
    return strips.strip(FAILED_AT, "insufficient funds", rows)


@pytest.mark.parametrize(
    ("states", "reason", "said"),
    [
        ([State.SCHEDULED] * 3, "", "Re-attempt 1 of 3, scheduled"),
        ([State.FAILED, State.SCHEDULED, State.SCHEDULED], "", "Re-attempt 2 of 3, scheduled"),
        ([State.FAILED, State.STARTED, State.SCHEDULED], "", "Re-attempt 2 of 3: the buyer was"),
        ([State.FAILED, State.UNKNOWN, State.SCHEDULED], "", "Not known yet"),
        ([State.FAILED] * 3, "", "All three failed"),
        ([State.FAILED, State.FAILED, State.SUCCEEDED], "", "Paid"),
        ([State.CANCELLED] * 3, "paid", "Paid"),
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
    assert stop.tone in {"bad", "good", "next", "wait", "over"}


def test_a_try_by_hand_stands_where_it_was_made() -> None:
    rows = [row(n, State.SCHEDULED) for n in (1, 2, 3)]
    by_hand = row(
        None, State.FAILED, due_at=FAILED_AT + timedelta(hours=30), reason="cancelled",
        made_by=MadeBy.SELLER,
    )  # fmt: skip
    stops = strips.strip(FAILED_AT, "", [by_hand, *rows]).stops
    assert [stop.title for stop in stops] == [
        "First try failed", "Re-attempt 1 of 3", "Tried by hand", "Re-attempt 2 of 3",
        "Re-attempt 3 of 3",
    ]  # fmt: skip
    assert stops[2].what == "Failed again: cancelled"
    assert stops[2].note == "Not counted, moves no date"


@pytest.mark.parametrize(
    ("made_by", "state", "title", "note"),
    [
        (MadeBy.BUYER, State.FAILED, "Tried by the buyer", "Not counted, moves no date"),
        (MadeBy.SELLER, State.FAILED, "Tried by hand", "Not counted, moves no date"),
        (MadeBy.UNCLEAR, State.FAILED, "Tried, not clear by whom", "Not counted unless Razorpay"),
        (MadeBy.BUYER, State.SUCCEEDED, "Tried by the buyer", "Not one of the three"),
    ],
)
def test_who_tried_is_said_and_that_it_does_not_count(
    made_by: MadeBy, state: State, title: str, note: str
) -> None:
    stop = strips.by_hand(row(None, state, made_by=made_by))
    assert (stop.title, stop.note[: len(note)]) == (title, note)


@pytest.mark.parametrize(
    ("made_by", "cycle", "earlier", "how"),
    [
        (MadeBy.RASEED, 0, "", "Mail with the pay link"),
        (MadeBy.RAZORPAY, T, "", "Razorpay charges"),
        (MadeBy.RASEED, T, "", "Raseed debits the mandate"),
        (MadeBy.RASEED, T, "order_refused", "Mail with the pay link"),
    ],
)
def test_a_planned_try_says_what_the_buyer_will_notice(
    made_by: MadeBy, cycle: int, earlier: str, how: str
) -> None:
    rows = [
        row(1, State.REFUSED, made_by=made_by, cycle=cycle, reason=earlier),
        row(2, State.SCHEDULED, made_by=made_by, cycle=cycle),
    ]
    assert strips.strip(FAILED_AT, "", rows).stops[2].what == how


def test_what_was_not_accepted_does_not_count_and_says_so() -> None:
    stop = strip_of(State.REFUSED, State.SCHEDULED, State.SCHEDULED, reason="unreachable").stops[1]
    assert stop.what == "Refused: Razorpay not reachable"
    assert stop.note == "Not counted: nothing was charged"


def test_a_try_that_waits_says_for_what() -> None:
    stop = strip_of(State.SCHEDULED, reason="keys_refused").stops[1]
    assert stop.note == "Waits: Razorpay refuses the API keys"


@pytest.mark.parametrize(
    ("made_by", "note"),
    [(MadeBy.RASEED, "Due now"), (MadeBy.RAZORPAY, "Due: Raseed asks Razorpay what became of it")],
)
def test_a_try_whose_time_has_come_is_not_shown_as_if_it_lay_ahead(
    made_by: MadeBy, note: str
) -> None:
    due_at = timezone.now()
    rows = [row(1, State.SCHEDULED, due_at=due_at, made_by=made_by), row(2, State.SCHEDULED)]
    assert [stop.note for stop in strips.strip(FAILED_AT, "", rows).stops] == ["", note, ""]


def test_where_a_bank_fixes_the_day_no_date_is_promised() -> None:
    rows = [row(n, State.SCHEDULED, made_by=MadeBy.RAZORPAY, cycle=T) for n in (1, 2, 3)]
    stops = strips.strip(FAILED_AT, "", rows, by_bank=True).stops[1:]
    assert [stop.when for stop in stops] == [None] * 3
    assert {stop.note for stop in stops} == {"Waiting for the bank, which fixes no day"}


def test_only_counted_tries_are_used_up() -> None:
    rows = [
        row(1, State.FAILED, counted=True), row(2, State.REFUSED), row(None, State.FAILED),
        row(3, State.SCHEDULED),
    ]  # fmt: skip
    strip = strips.strip(FAILED_AT, "", rows)
    assert (strip.used, strip.is_open) == (1, True)
    assert strip.next
    assert strip.next.number == 3


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
