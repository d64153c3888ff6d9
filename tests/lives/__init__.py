"""Lives of orders and subscriptions, as the events that Razorpay sends about them.

Each life is a list of bodies in the order in which they happened.
"""

from __future__ import annotations

from tests.lives.days import (
    DAY,
    MONTH,
    Life,
    T,
)
from tests.lives.one_time import (
    ONE_TIME,
    disputed_and_lost,
    failed_then_captured_on_the_same_payment,
    failed_then_paid_with_another,
    late_authorisation_given_back,
    paid_and_partly_refunded_twice,
    paid_and_refunded,
    pay,
    two_captures_one_refunded,
)
from tests.lives.recurring import (
    RECURRING,
    charge_of,
    charged,
    cycle,
    fetched,
    fetched_try,
    first_charge_in_five_events,
    halted,
    halted_after_four_failures,
    halted_and_paid_again,
    halted_of_which_half_was_only_asked,
    one_charge_refunded,
    paid_by_hand_between_two_tries,
    paused_and_resumed_in_time,
    paused_beyond_its_end,
    pending,
    renewed_a_day_late,
    renewed_after_two_failures,
    several_events_of_one_second,
    trial_then_charged_then_cancelled,
)

__all__ = [
    "DAY",
    "Life",
    "MONTH",
    "ONE_TIME",
    "RECURRING",
    "T",
    "charge_of",
    "charged",
    "cycle",
    "disputed_and_lost",
    "failed_then_captured_on_the_same_payment",
    "failed_then_paid_with_another",
    "fetched",
    "fetched_try",
    "first_charge_in_five_events",
    "halted",
    "halted_after_four_failures",
    "halted_and_paid_again",
    "halted_of_which_half_was_only_asked",
    "late_authorisation_given_back",
    "one_charge_refunded",
    "paid_and_partly_refunded_twice",
    "paid_and_refunded",
    "paid_by_hand_between_two_tries",
    "paused_and_resumed_in_time",
    "paused_beyond_its_end",
    "pay",
    "pending",
    "renewed_a_day_late",
    "renewed_after_two_failures",
    "several_events_of_one_second",
    "trial_then_charged_then_cancelled",
    "two_captures_one_refunded",
]
