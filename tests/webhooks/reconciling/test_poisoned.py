"""One question that always fails is set aside and named. It costs no other its turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateways.models import Problem, Reconciliation
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import fulfilment
from orders.models import Order, Payment
from tests.webhooks.reconciling import ledger
from tests.webhooks.reconciling.shop import DAY, HOUR, MINUTE, Shop
from webhooks.reconciling import news, places, runs, turns

Poison = Callable[[str, Callable[..., bool], Exception], list[Any]]


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Poison:
    """A call to Razorpay that always fails so, where `which` says; with what it was asked."""

    def put(name: str, which: Callable[..., bool], error: Exception) -> list[Any]:
        asked: list[Any] = []
        right = getattr(Razorpay, name)

        def call(self: Razorpay, *given: Any, **named: Any) -> Any:
            asked.append((*given, *named.values()))
            if which(*given, **named):
                raise error
            return right(self, *given, **named)

        monkeypatch.setattr(Razorpay, name, call)
        return asked

    return put


def away() -> Exception:
    return errors.unreachable(RuntimeError("HTTP 500"))


def pass_time(clock: Any, minutes: int) -> None:
    """What the timetable does."""
    for _ in range(minutes):
        turns.work()
        clock.shift(MINUTE)


def ended(run: Reconciliation) -> str:
    run.refresh_from_db()
    assert run.state == "done"
    return str(run.outcome)


def known(name: str) -> bool:
    return Payment.objects.filter(razorpay_payment_id=name).exists()


@pytest.mark.parametrize("error", [away(), TypeError("of ours")], ids=["theirs", "ours"])
def test_it_is_named_and_all_else_is_mended(
    shop: Shop, clock: Any, poison: Poison, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    name, lost = str(shop.sold().razorpay_subscription_id), shop.pay(shop.order())
    asked = poison("subscription", lambda given: given == name, error)
    shop.go(HOUR)
    run = shop.begin()
    turns.work()
    assert known(lost)  # at once: nobody waits for what fails
    pass_time(clock, 60)
    assert ended(run) == f"Fetched from Razorpay: 1. Looked at: 2. Could not be compared: {name}."
    assert len(asked) == places.TRIES
    told = [r for r in caplog.records if r.levelname == "ERROR"]
    assert len(told) == isinstance(error, TypeError)
    clock.shift(DAY)
    assert runs.begin_daily() == 1


def test_the_seller_is_told_beside_what_was_mended(shop: Shop, clock: Any, poison: Poison) -> None:
    name = str(shop.sold().razorpay_subscription_id)
    shop.pay(shop.order())
    poison("subscription", lambda given: given == name, away())
    shop.go(HOUR)
    run = shop.begin()
    pass_time(clock, 60)
    told = Problem.objects.standing().get(kind="missed_events").what
    assert "fetched what no event had told: payments: 1. Could not be compared: " + name in str(
        told
    )
    assert told.values["run_uid"] == run.uid  # the page links to it


def test_where_nothing_was_missed_all_else_is_equal(shop: Shop, clock: Any, poison: Poison) -> None:
    name = str(shop.sold().razorpay_subscription_id)
    poison("subscription", lambda given: given == name, away())
    shop.go(HOUR)
    run = shop.begin()
    pass_time(clock, 60)
    assert ended(run).startswith("All else is equal to Razorpay's.")


def test_one_that_heals_in_time_is_compared(shop: Shop, clock: Any, poison: Poison) -> None:
    name = str(shop.sold().razorpay_subscription_id)
    shop.press(f"subscriptions/{name}/fail", reason="insufficient_funds")
    asked: list[Any] = poison("subscription", lambda _: len(asked) < places.TRIES, away())
    shop.go(HOUR)
    run = shop.begin()
    pass_time(clock, 60)
    assert "Could not" not in ended(run)
    assert ledger.differences(shop.stage.desk, shop.gateway) == []


def test_a_payment_that_we_cannot_read_hides_none_of_its_page(
    shop: Shop, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [shop.pay(shop.order()) for _ in range(3)]
    right = news.of_payment

    def of_payment(row: Any, item: Any) -> bool:
        if item["id"] == lost[1]:
            raise ValueError("strange")
        return right(row, item)

    monkeypatch.setattr(news, "of_payment", of_payment)
    shop.go(HOUR)
    run = shop.begin()
    pass_time(clock, 60)
    assert ended(run).endswith(f"Could not be compared: {lost[1]}.")
    assert [known(name) for name in lost] == [True, False, True]


@pytest.mark.parametrize(("broken", "seen"), [({0}, {0, 100}), ({0, 100}, {0, 100})])
def test_a_page_that_cannot_be_had_hides_no_other(
    shop: Shop, clock: Any, poison: Poison, broken: set[int], seen: set[int]
) -> None:
    """Behind two of them the list is taken not to be there at all."""
    name = shop.pay(shop.order())
    shop.press(f"payments/{name}/refund", amount=100)
    asked = poison("listed", lambda what, skip, **_: what == "payment" and skip in broken, away())
    shop.go(HOUR)
    run = shop.begin()
    pass_time(clock, 60)
    found = ended(run)
    assert [f"payments {n + 1} to {n + 100} of Razorpay's list" in found for n in (0, 100)] == [
        n in broken for n in (0, 100)
    ]
    assert {given[-1] for given in asked if given[0] == "payment"} == seen
    assert any(given[0] == "refund" for given in asked)


def test_all_of_one_kind_fail_and_the_others_have_their_turn(
    shop: Shop, clock: Any, poison: Poison
) -> None:
    """Each is named, up to ten; Razorpay is not asked for ever."""
    for _ in range(12):
        str(shop.sold().razorpay_subscription_id)
    lost = shop.pay(shop.order())
    asked = poison("subscription", lambda _: True, away())
    shop.go(HOUR)
    run = shop.begin()
    pass_time(clock, 60)
    assert known(lost)
    assert ended(run).endswith(" and 2 more.")
    assert len(asked) == 12 * places.TRIES


def test_books_that_take_no_answer_about_one_order_hold_up_no_run(
    shop: Shop, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its payment says that more went back than is known, and its refund that the payment does not
    say so: each leads to the other, for ever."""
    shop.stage.delivers = True
    order = shop.order()
    payment = shop.pay(order)
    shop.stage.hear()
    shop.stage.delivers = False
    shop.press(f"payments/{payment}/refund", amount=100)
    lost = shop.pay(shop.order())
    right = fulfilment.count

    def count(settled: Order, *rest: Any) -> Any:
        if settled.pk == order.pk:
            raise ValueError("strange")
        return right(settled, *rest)

    monkeypatch.setattr(fulfilment, "count", count)
    shop.go(HOUR)
    run = shop.begin()
    for _ in range(40):
        taken = runs.take(run.pk)
        if taken is not None:
            turns.turn(taken, 0.0)
    ended(run)
    assert known(lost)


def test_the_one_object_that_a_person_asked_for(shop: Shop, clock: Any, poison: Poison) -> None:
    name = shop.pay(shop.order())
    shop.go(HOUR)
    poison("payment", lambda _: True, away())
    poison("refunds", lambda _: True, away())
    run = shop.begin(subject=name, questions=[["payment", name], ["refunds", name]])
    pass_time(clock, 60)
    assert ended(run) == f"Could not be compared: {name}."
