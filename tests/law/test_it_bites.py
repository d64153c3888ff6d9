"""Rules of merging and of what is derived, broken on purpose: the model must see each.

A law that no broken rule can offend would hold nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from gateways.models import Gateway
from orders import merging, payments, refunds, reminding, totals
from orders.causes import at
from orders.models.grants import Because
from subscriptions import access, cycles, lifecycle, periods
from tests.law import hand_written, stage, telling
from tests.law.test_every_order import moment
from tests.lives import Life, T, failed_then_paid_with_another, halted_after_four_failures
from tests.samples import sample

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(300)]

Patch = pytest.MonkeyPatch


def the_last_that_arrives_is_set(patch: Patch) -> Life:
    def last(row: Any, given: dict[str, Any], names: tuple[str, ...], as_of: int) -> None:
        for name in names:
            if given.get(name):
                setattr(row, name, given[name])

    patch.setattr(merging, "first", last)
    return hand_written.with_another_email_later()


def null_empties_what_was_set(patch: Patch) -> Life:
    right = merging.first

    def emptied(row: Any, given: dict[str, Any], names: tuple[str, ...], as_of: int) -> None:
        right(row, given, names, as_of)
        if "email" in names and given.get("email", "") is None:
            row.email = ""

    patch.setattr(merging, "first", emptied)
    return hand_written.with_another_email_later()


def a_second_value_is_not_flagged(patch: Patch) -> Life:
    right = merging.earliest_of_each
    patch.setattr(merging, "earliest_of_each", lambda seen: right(seen)[:1])
    return hand_written.with_another_email_later()


def the_last_counter_that_arrives_counts(patch: Patch) -> Life:
    def last(row: Any, given: dict[str, Any], names: tuple[str, ...]) -> None:
        for name in names:
            setattr(row, name, given.get(name) or getattr(row, name))

    patch.setattr(merging, "most", last)
    return hand_written.to_the_larger_plan_and_back()


def null_is_no_state(patch: Patch) -> Life:
    right = merging.latest

    def without(row: Any, given: dict[str, Any], *rest: Any) -> bool:
        return right(row, {name: v for name, v in given.items() if v is not None}, *rest)

    patch.setattr(merging, "latest", without)
    return hand_written.begun_in_one_second_and_cancelled()


def a_key_that_is_absent_is_null(patch: Patch) -> Life:
    right = merging.latest

    def filled(row: Any, given: dict[str, Any], names: tuple[str, ...], mark: Any) -> bool:
        absent = {"charge_at": None} if "charge_at" in names else {}
        return right(row, absent | given, names, mark)

    patch.setattr(merging, "latest", filled)
    return hand_written.charged_for_the_larger_plan_and_changed_back()


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


def a_smaller_plan_ends_the_larger_at_once(patch: Patch) -> Life:
    patch.setattr(access, "left_over", lambda *told: iter(()))
    return hand_written.charged_for_the_larger_plan_and_changed_back()


def the_buyers_own_tries_count(patch: Patch) -> Life:
    right = reminding.by_buyer
    patch.setattr(reminding, "by_buyer", lambda payment: replace(right(payment), counted=True))
    return failed_then_paid_with_another()


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
    the_last_that_arrives_is_set,
    null_empties_what_was_set,
    a_second_value_is_not_flagged,
    the_last_counter_that_arrives_counts,
    null_is_no_state,
    a_key_that_is_absent_is_null,
    a_smaller_plan_ends_the_larger_at_once,
    the_buyers_own_tries_count,
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
