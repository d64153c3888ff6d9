"""Refused keys that are accepted again are noticed without anybody pressing anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Account
from accounts.sentences import say
from gateways import probing, problems
from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay

Kind = Problem.Kind


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each answer in turn; an exception is raised."""
    answers: list[Any] = []

    def newest_order(_api: Razorpay) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Razorpay, "newest_order", newest_order)
    return answers


@pytest.fixture
def refused(gateway: Gateway) -> Problem:
    problems.report(gateway, Kind.KEYS_REFUSED, what=say("x"), mend=say("y"))
    return Problem.objects.get()


def after(**time: float) -> int:
    with time_machine.travel(timezone.now() + timedelta(**time), tick=False):
        return probing.probe()


def test_accepted_again_the_problem_is_gone(refused: Problem, asked: list[Any]) -> None:
    asked.append(None)
    assert after(minutes=11) == 1
    refused.refresh_from_db()
    assert refused.cleared_at is not None


def test_refused_still_it_stands_and_is_not_asked_at_once_again(
    refused: Problem, asked: list[Any]
) -> None:
    asked += [errors.KeysRefused("Authentication failed")]
    assert after(minutes=11) == 0
    assert after(minutes=12) == 0, "nobody is asked: there is no answer left"
    assert Problem.objects.standing().get() == refused


def test_razorpay_away_says_nothing_about_keys(refused: Problem, asked: list[Any]) -> None:
    asked += [errors.Unreachable("away")]
    assert after(minutes=11) == 0
    assert Problem.objects.standing().exists()


def test_after_a_day_it_is_asked_once_an_hour(refused: Problem, asked: list[Any]) -> None:
    now = timezone.now()
    Problem.objects.update(since=now - timedelta(days=2), last_seen_at=now)
    assert after(minutes=59) == 0
    asked.append(None)
    assert after(minutes=61) == 1


def test_who_has_no_such_problem_is_not_asked(
    gateway: Gateway, their_gateway: Gateway, asked: list[Any], account: Account
) -> None:
    problems.report(gateway, Kind.UNREADABLE, what=say("x"), mend=say("y"))
    Gateway.objects.filter(pk=their_gateway.pk).update(disconnected_at=timezone.now())
    problems.report(their_gateway, Kind.KEYS_REFUSED, what=say("x"), mend=say("y"))
    assert after(hours=5) == 0
