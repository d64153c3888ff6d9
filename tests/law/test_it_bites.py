"""Each rule of merging, broken on purpose: the model must see it.

A law that no broken rule can offend would hold nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateways.models import Gateway
from orders import payments, refunds, totals
from orders.causes import at
from orders.models.grants import Because
from subscriptions import access, cycles, lifecycle, periods
from tests.law import hand_written, stage, telling
from tests.law.test_every_order import moment
from tests.lives import Life, T, halted_after_four_failures
from tests.samples import sample

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(300)]

Patch = pytest.MonkeyPatch


def a_payments_rank_is_reversed(patch: Patch) -> Life:
    patch.setattr(payments, "RANK", {word: -rank for word, rank in payments.RANK.items()})
    return hand_written.failed_and_tried_again_inside_the_app()


def any_flag_captures(patch: Patch) -> Life:
    patch.setattr(payments, "says_captured", lambda given: bool(given.get("captured")))
    return [sample("payment.failed", created_at=T, payment={"captured": True})]


def the_later_arrival_wins(patch: Patch) -> Life:
    arrived = itertools.count()
    patch.setattr(lifecycle, "mark_of", lambda *told: [next(arrived)])
    return hand_written.begun_in_one_second_and_cancelled()


def the_bytes_are_not_part_of_the_mark(patch: Patch) -> Life:
    right = lifecycle.mark_of
    patch.setattr(lifecycle, "mark_of", lambda *told: right(*told)[:-1])
    return hand_written.to_the_larger_plan_and_back()


def a_refund_adds_up_twice(patch: Patch) -> Life:
    right = totals.departures

    def twice(payment: Any) -> Iterator[tuple[int, int]]:
        return itertools.chain(right(payment), right(payment))

    patch.setattr(totals, "departures", twice)
    return hand_written.refunded_in_parts_of_which_one_failed()


def an_answer_counts_as_any_other_snapshot(patch: Patch) -> Life:
    patch.setattr(refunds, "RESOLVED", "nothing")
    patch.setattr(refunds, "ANSWER", "nothing")
    return hand_written.called_processed_and_failed()


def the_first_answer_stays(patch: Patch) -> Life:
    patch.setattr(refunds, "max", lambda held, given: held or given, raising=False)
    return hand_written.answered_twice_and_otherwise_the_second_time()


def any_events_current_end_pays(patch: Patch) -> Life:
    def covered(subscription: Any, *rows: Any) -> Any:
        return at(subscription.current_end or T), Because.PAID

    patch.setattr(access, "covered_until", covered)
    return halted_after_four_failures()


def a_halt_is_overlooked(patch: Patch) -> Life:
    patch.setattr(cycles, "HALTED", "nothing")
    return halted_after_four_failures()


def a_changed_method_ends_a_halt(patch: Patch) -> Life:
    patch.setattr(periods, "is_suspended", lambda cycles: False)
    return hand_written.halted_then_another_method_then_money()[:5]


BREAKS = (
    a_payments_rank_is_reversed,
    any_flag_captures,
    the_later_arrival_wins,
    the_bytes_are_not_part_of_the_mark,
    a_refund_adds_up_twice,
    an_answer_counts_as_any_other_snapshot,
    the_first_answer_stays,
    any_events_current_end_pays,
    a_halt_is_overlooked,
    a_changed_method_ends_a_halt,
)


def astray(gateway: Gateway, life: Life) -> list[str]:
    """Where the books go astray when a life is told as it happened, and the other way round."""
    found = []
    with telling.at(moment(life)):
        razorpay = stage.cast(gateway, {})
        stage.link(gateway)
        for way in (life, life[::-1]):
            with telling.undone():
                telling.tell(razorpay, *way)
                found += telling.astray(gateway, life, moment(life))
    return found


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda break_it: str(break_it.__name__))
def test_a_broken_rule_is_seen(
    gateway: Gateway, monkeypatch: Patch, break_it: Callable[[Patch], Life]
) -> None:
    with monkeypatch.context() as patch:
        life = break_it(patch)
        with telling.undone():
            assert astray(gateway, life) != []
    with telling.undone():
        assert astray(gateway, life) == []
