"""Who is asked about in which turn, how often, and what happens when Razorpay cannot be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.sentences import say
from gateways import lookups, problems
from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from orders.looking_up import due
from tests.orders.looking_up.questions import HOUR, MINUTE, NOW, Asked, Why, of, rows


def test_one_sellers_flood_does_not_starve_another(
    gateway: Gateway, their_gateway: Gateway, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(gateway, *"abcdefghi")
    rows(their_gateway, "x", "y", since=NOW - MINUTE)
    monkeypatch.setattr(due, "BATCH", 4)
    assert due.work_off(NOW) == 4
    assert asked.seen == ["a", "x", "b", "y"]


def test_a_gateway_has_so_many_calls_a_run(
    gateway: Gateway, their_gateway: Gateway, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "CALLS", 6)
    asked.calls = 3
    rows(gateway, *"abcde")
    rows(their_gateway, "x")
    due.work_off(NOW)
    assert asked.seen == ["a", "x", "b"]
    due.work_off(NOW)
    assert asked.seen[3:] == ["c", "d"], "the rest waits for the next minute, untouched"


@pytest.mark.parametrize("error", [errors.Unreachable("away"), errors.OutcomeUnknown("lost")])
def test_razorpay_being_away_is_no_try_and_holds_up_nobody(
    gateway: Gateway, their_gateway: Gateway, asked: Asked, error: Exception
) -> None:
    rows(gateway, "a", "b")
    rows(their_gateway, "x", since=NOW - MINUTE)
    asked.answers["a"] = error
    due.work_off(NOW)
    assert asked.seen == ["a", "x"], "its others are not even tried"
    assert (of("a").tries, of("a").done_at, of("a").due_at) == (0, None, NOW + due.LEASE)
    assert (of("b").tries, of("x").tries) == (0, 1)
    due.work_off(NOW + MINUTE)
    due.work_off(NOW + 6 * MINUTE)
    assert asked.seen[2:] == ["b", "a"]


def test_away_for_forty_days_it_is_not_given_up(gateway: Gateway, asked: Asked) -> None:
    rows(gateway, "a")
    asked.answers["a"] = errors.Unreachable("away")
    for hours in range(0, 40 * 24, 12):
        due.work_off(NOW + hours * HOUR)
    assert (of("a").tries, of("a").done_at) == (0, None)


class TestSlowDown:
    def test_only_that_gateway_is_left_alone_until_then(
        self, gateway: Gateway, their_gateway: Gateway, asked: Asked
    ) -> None:
        rows(gateway, "a", "b")
        rows(their_gateway, "x", "y", since=NOW - MINUTE)
        asked.answers["a"] = errors.TooManyRequests("slow", retry_after=600)
        due.work_off(NOW)
        assert asked.seen == ["a", "x", "y"]
        gateway.refresh_from_db()
        assert gateway.slow_until is not None
        assert gateway.slow_until == NOW + 10 * MINUTE
        assert (of("a").tries, of("a").due_at) == (0, gateway.slow_until)
        their_gateway.refresh_from_db()
        assert their_gateway.slow_until is None
        rows(their_gateway, "z")
        due.work_off(NOW + 9 * MINUTE)
        assert asked.seen[3:] == ["z"]
        asked.answers.clear()
        due.work_off(NOW + 10 * MINUTE)
        assert asked.seen[4:] == ["b", "a"]

    def test_again_it_is_longer_and_at_most_an_hour(self, gateway: Gateway, asked: Asked) -> None:
        rows(gateway, "a")
        asked.answers["a"] = errors.TooManyRequests("slow")
        now, gaps = NOW, []
        for _turn in range(9):
            assert due.work_off(now) == 1
            gateway.refresh_from_db()
            assert gateway.slow_until is not None
            gaps.append((gateway.slow_until - now) / MINUTE)
            now = gateway.slow_until
        for gap, least in zip(gaps, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
            assert least <= gap <= least * 1.2

    def test_a_sentence_of_the_server_is_kept_up_to_a_day(
        self, gateway: Gateway, asked: Asked
    ) -> None:
        rows(gateway, "a")
        asked.answers["a"] = errors.TooManyRequests("slow", retry_after=9_999_999)
        due.work_off(NOW)
        gateway.refresh_from_db()
        assert gateway.slow_until == NOW + timedelta(days=1)


def test_refused_keys_and_disconnected_gateways_wait(
    gateway: Gateway, their_gateway: Gateway, asked: Asked
) -> None:
    rows(gateway, "a", "b")
    rows(their_gateway, "x")
    Gateway.objects.filter(pk=their_gateway.pk).update(disconnected_at=NOW)
    asked.answers["a"] = errors.KeysRefused("Authentication failed")
    due.work_off(NOW)
    assert asked.seen == ["a"]
    assert Problem.objects.standing().get().kind == Problem.Kind.KEYS_REFUSED
    assert due.work_off(NOW + HOUR) == 0
    problems.clear(gateway, Problem.Kind.KEYS_REFUSED)
    Gateway.objects.update(disconnected_at=None)
    asked.answers.clear()
    due.work_off(NOW + HOUR)
    assert sorted(asked.seen[1:]) == ["a", "b", "x"]


def test_another_sellers_refused_keys_hold_up_nobody(
    gateway: Gateway, their_gateway: Gateway, asked: Asked
) -> None:
    rows(gateway, "a")
    problems.report(their_gateway, Problem.Kind.KEYS_REFUSED, what=say("x"), mend=say("y"))
    due.work_off(NOW)
    assert asked.seen == ["a"]


def test_a_definite_no_counts_is_noted_and_asked_again_later(
    gateway: Gateway, asked: Asked
) -> None:
    rows(gateway, "a", "b")
    asked.answers["a"] = errors.Refused("The id provided does not exist")
    due.work_off(NOW)
    assert asked.seen == ["a", "b"]
    found = of("a")
    assert (found.tries, found.error) == (1, "The id provided does not exist")
    assert found.due_at == NOW + 15 * MINUTE


def test_one_that_breaks_counts_and_holds_up_nobody(gateway: Gateway, asked: Asked) -> None:
    rows(gateway, "a", "b")
    asked.answers["a"] = ZeroDivisionError("x")
    due.work_off(NOW)
    assert asked.seen == ["a", "b"]
    assert (of("a").tries, of("a").error) == (1, "ZeroDivisionError('x')")


def test_what_nobody_answers_is_given_up_after_a_month_with_a_sentence(
    gateway: Gateway, asked: Asked
) -> None:
    rows(gateway, "a")
    now = NOW
    while of("a").done_at is None:
        now = max(now, of("a").due_at)
        due.work_off(now)
    assert timedelta(days=29) < now - NOW < timedelta(days=31)
    assert of("a").error.endswith("in 30 days, and not settled: not asked any more.")


def test_what_was_settled_meanwhile_stays_settled(gateway: Gateway, asked: Asked) -> None:
    """The answer's handler, or a webhook that came at last."""
    rows(gateway, "a")

    def settle() -> bool:
        lookups.settled(gateway.pk, ["a"], Why.STILL_AUTHORIZED)
        return False

    asked.answers["a"] = settle
    due.work_off(NOW)
    assert of("a").done_at is not None
    assert of("a").tries == 0


class TestCost:
    def test_with_nothing_to_do_it_is_two_statements(
        self, gateway: Gateway, asked: Asked, django_assert_num_queries: Any
    ) -> None:
        rows(gateway, "a", since=NOW + HOUR)
        with django_assert_num_queries(2):
            assert due.work_off(NOW) == 0

    @pytest.mark.parametrize("many", [1, 8])
    def test_a_row_costs_four_statements_besides_its_question(
        self, gateway: Gateway, asked: Asked, django_assert_num_queries: Any, many: int
    ) -> None:
        """Claimed, read, keys that are fine, put off."""
        rows(gateway, *[f"pay_{number}" for number in range(many)])
        with django_assert_num_queries(2 + 4 * many):
            assert due.work_off(NOW) == many


def test_of_two_that_saw_a_row_one_has_it(gateway: Gateway) -> None:
    rows(gateway, "a")
    made = of("a")
    assert [due.claim(made.pk, made.due_at, NOW) for _turn in range(2)] == [True, False]


def test_what_another_process_holds_is_left_alone(gateway: Gateway, asked: Asked) -> None:
    rows(gateway, "a")
    beside: list[int] = []
    asked.answers["a"] = lambda: beside.append(due.work_off(NOW))
    due.work_off(NOW)
    assert (asked.seen, beside) == (["a"], [0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_three_schedulers_at_once_ask_each_question_once(gateway: Gateway, asked: Asked) -> None:
    from tests.webhooks.test_concurrency import at_once

    names = [f"pay_{number:03}" for number in range(25)]
    rows(gateway, *names)
    at_once(*[lambda: due.work_off(NOW)] * 3)
    assert sorted(asked.seen) == names
