"""A refund that was told to be processed and to be failed: Razorpay is asked, and its newest answer
counts, in every order of arrival."""

from __future__ import annotations

import io
import itertools
import random
from typing import Any

import pytest
from django.utils import timezone

from gateways.models import Gateway, LookUp
from orders import totals
from orders.models import Grant, Order, Refund
from tests import books
from tests.conftest import Razorpay
from tests.law.telling import undone
from tests.lives import T
from tests.orders.both_ends import (
    CAPTURED,
    CREATED,
    FAILED,
    answer,
    answered,
    tell,
    told,
)
from tests.scripts import Api
from webhooks import replay, work
from webhooks.keeping import dropping, exporting
from webhooks.keeping.importing import Import
from webhooks.models import Event
from webhooks.rebuilding import rebuild

Facts = list[dict[str, Any]]

FELL_THROUGH: Facts = [CAPTURED, CREATED, FAILED, answered("failed", 180)]
WENT: Facts = [CAPTURED, CREATED, FAILED, answered("processed", 180)]
AFTER_ALL: Facts = [*FELL_THROUGH[1:], told("processed", "processed", 240),
                    answered("processed", 300)]  # fmt: skip
NOT_EVEN_THEN: Facts = [*WENT[1:], answered("failed", 300)]


def stands(order: Order) -> tuple[str, str, int, bool]:
    """The refund, its order, how much went back, and whether the buyer may open what was sold."""
    order.refresh_from_db()
    is_open = Grant.objects.filter(order=order, ends_at=None).exists()
    return Refund.objects.get().status, order.status, order.amount_refunded, is_open


def asked() -> bool:
    """Whether there is a question that waits for an answer."""
    return LookUp.objects.filter(why="both_ends", done_at=None).exists()


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        (FELL_THROUGH, ("failed", "paid", 0, True)),
        (WENT, ("processed", "refunded", 49900, False)),
        (AFTER_ALL, ("processed", "refunded", 49900, False)),
        (NOT_EVEN_THEN, ("failed", "paid", 0, True)),
    ],
    ids=["fell through", "went", "went after all", "not even then"],
)
def test_every_order_of_arrival_ends_alike(
    razorpay: Razorpay, order: Order, facts: Facts, end: Any
) -> None:
    before, seen = ([] if CAPTURED in facts else [CAPTURED]), None
    tell(razorpay, *before)
    for arrival in random.Random(1).sample([*itertools.permutations(facts)], 24):
        with undone():
            tell(razorpay, *arrival)
            assert stands(order) == end, arrival
            found = books.of(razorpay.gateway)
            seen = seen or found
            assert found == seen, arrival
            assert totals.of(order, totals.payments_of(order)).returned == end[2]


def test_until_the_answer_the_greater_end_counts(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *FELL_THROUGH[:3])
    assert stands(order) == ("processed", "refunded", 49900, False)
    assert asked()
    tell(razorpay, FELL_THROUGH[3])
    assert not asked()


def test_what_failed_after_all_never_went(razorpay: Razorpay, order: Order, api: Api) -> None:
    tell(razorpay, *FELL_THROUGH)
    assert totals.of(order, totals.payments_of(order)).returned_at is None
    shown = api.one("refunds")
    assert (shown["status"], shown["processed_at"]) == ("failed", None)


def test_the_same_answer_later_is_another_fact(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *FELL_THROUGH, told("processed", "processed", 240), answered("failed", 300))
    assert Event.objects.filter(type="refund.resolved").count() == 2
    assert Refund.objects.get().marks["resolved"][0] == T + 300


def test_an_answer_that_does_not_know_yet_settles_nothing(razorpay: Razorpay, order: Order) -> None:
    tell(razorpay, *FELL_THROUGH[:3], answered("pending", 180))
    assert stands(order)[0] == "processed"
    assert asked()


class TestAskedAgain:
    @pytest.fixture
    def settled(self, razorpay: Razorpay, order: Order) -> Razorpay:
        tell(razorpay, *FELL_THROUGH)
        assert not asked()
        return razorpay

    def test_what_was_told_of_a_later_time_is_asked_about(self, settled: Razorpay) -> None:
        tell(settled, told("processed", "processed", 240))
        assert Refund.objects.get().status == "failed", "until Razorpay answers"
        assert asked()

    def test_an_answer_to_another_question_has_no_time_and_is_asked_about(
        self, settled: Razorpay
    ) -> None:
        answer(settled.gateway, "processed")
        assert Refund.objects.get().status == "failed"
        assert asked()

    @pytest.mark.parametrize(
        "late",
        [
            told("processed", "processed", 150),
            told("failed", "failed", 240),
            told("created", "pending", 240),
            answered("processed", 170),
        ],
        ids=["older", "the same", "on its way", "an older answer"],
    )
    def test_what_contradicts_nothing_is_not(self, settled: Razorpay, late: Any) -> None:
        tell(settled, late)
        assert Refund.objects.get().status == "failed"
        assert not asked()

    def test_a_replay_asks_nothing(self, settled: Razorpay, gateway: Gateway) -> None:
        answer(gateway, "processed")
        tell(settled, told("processed", "processed", 240), answered("failed", 300))
        LookUp.objects.update(done_at=timezone.now())
        before = books.of(gateway)
        replay.replay(Event.objects.all())
        work.work()
        assert books.of(gateway) == before
        assert not asked()


class TestKept:
    """An answer is one row of the inbox: what holds for those holds for it."""

    def test_the_books_rebuilt_are_the_same(self, razorpay: Razorpay, order: Order) -> None:
        tell(razorpay, *reversed(AFTER_ALL), CAPTURED)
        tell(razorpay, *NOT_EVEN_THEN)
        outcome = rebuild.compare(razorpay.gateway.account)
        assert [str(difference) for _name, difference in outcome.differences] == []
        assert outcome.events == 8

    def test_it_comes_back_without_its_body(
        self, razorpay: Razorpay, gateway: Gateway, order: Order
    ) -> None:
        with undone():
            tell(razorpay, *FELL_THROUGH)
            before = books.of(gateway)
            dropping.drop(timezone.now() + 2 * dropping.period(gateway.account))
            assert not Event.objects.filter(kept=None).exists()
            Event.objects.update(body_dropped_at=timezone.now())
            written = "".join(exporting.of_gateway(gateway)).encode()
        said: list[str] = []
        Import(gateway, said.append).take(io.BytesIO(written))
        while work.work():
            pass
        assert said == []
        assert {**books.of(gateway), "mails": None} == {**before, "mails": None}
        assert not asked(), "the answer came with it"
