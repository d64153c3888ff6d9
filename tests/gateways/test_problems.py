"""What only the seller can mend: told once, counted, and taken back when it is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.sentences import say
from gateways import problems, tasks
from gateways.models import Gateway, Problem
from gateways.razorpay.errors import KeysRefused, OutcomeUnknown, Unreachable
from tests.conftest import make_gateway

Kind = Problem.Kind


def report(gateway: Gateway, kind: Kind = Kind.UNREADABLE, subject: str = "") -> None:
    problems.report(gateway, kind, what=say("what"), mend=say("mend"), subject=subject)


def test_the_same_problem_is_told_once_and_counted(gateway: Gateway) -> None:
    report(gateway)
    first = Problem.objects.get()
    report(gateway)
    again = Problem.objects.get()
    assert (first.pk, again.count) == (again.pk, 2)
    assert again.since == first.since
    assert again.last_seen_at >= first.last_seen_at


def test_problems_with_different_subjects_stand_side_by_side(gateway: Gateway) -> None:
    report(gateway, Kind.PARKED, "1")
    report(gateway, Kind.PARKED, "2")
    problems.clear(gateway, Kind.PARKED, "1")
    assert Problem.objects.standing().get().subject == "2"


def test_a_problem_that_comes_back_is_a_new_one(gateway: Gateway) -> None:
    report(gateway)
    problems.clear(gateway, Kind.UNREADABLE)
    assert not Problem.objects.standing().exists()
    report(gateway)
    assert Problem.objects.count() == 2
    assert Problem.objects.standing().get().count == 1


def test_clearing_touches_neither_another_gateway_nor_another_kind(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    live = make_gateway(gateway.account, "live")
    for each in (gateway, live, their_gateway):
        report(each)
        report(each, Kind.FOREIGN)
    problems.clear(gateway, Kind.UNREADABLE)
    assert Problem.objects.standing().count() == 5


def test_keys_that_are_refused_are_a_problem_until_a_call_goes_through(gateway: Gateway) -> None:
    with pytest.raises(KeysRefused), problems.watching_keys(gateway):
        raise KeysRefused("Authentication failed")
    problem = Problem.objects.standing().get()
    assert (problem.kind, problem.account) == (Kind.KEYS_REFUSED, gateway.account)
    assert "replace the keys" in str(problem.mend)
    with problems.watching_keys(gateway):
        pass
    assert not Problem.objects.standing().exists()


@pytest.mark.parametrize("kind", [Unreachable, OutcomeUnknown, ValueError])
def test_other_failures_neither_report_nor_clear(gateway: Gateway, kind: type[Exception]) -> None:
    report(gateway, Kind.KEYS_REFUSED)
    with pytest.raises(kind), problems.watching_keys(gateway):
        raise kind("the line broke")
    assert Problem.objects.standing().get().count == 1


@pytest.mark.parametrize(
    ("kind", "stays"),
    [
        (Kind.UNREADABLE, False),
        (Kind.FOREIGN, False),
        (Kind.KEYS_REFUSED, True),
        (Kind.PARKED, True),
        (Kind.NEW_SECRET, True),
        (Kind.UNKNOWN_PLAN, True),
        (Kind.DISPUTE, True),
    ],
)
def test_only_what_passes_by_itself_is_over_after_a_quiet_day(
    gateway: Gateway, kind: Kind, stays: bool
) -> None:
    report(gateway, kind)
    tasks.clear_stale_problems()
    assert Problem.objects.standing().exists(), "it has only just happened"
    Problem.objects.update(last_seen_at=timezone.now() - timedelta(days=1, minutes=1))
    tasks.clear_stale_problems()
    assert Problem.objects.standing().exists() is stays


def test_a_problem_says_what_it_is_about(gateway: Gateway) -> None:
    report(gateway, Kind.FOREIGN, "acc_Elsewhere00001")
    shown: Any = str(Problem.objects.get())
    assert shown == "Another Razorpay account posts here (acc_Elsewhere00001)"
