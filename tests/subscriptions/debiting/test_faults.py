"""Whatever happens to a call: one debit a try, and the buyer never pays twice for one period."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateways.models import Problem
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay as Client
from orders import postman
from orders.recovering import due as reattempts
from subscriptions.debiting import billing
from subscriptions.models import Debit, Subscription
from tests.subscriptions.debiting.stage import (
    DAY,
    HOUR,
    MINUTE,
    Stage,
    captured,
    debits,
    ledger,
    status,
)
from tests.subscriptions.debiting.test_charging import FAILED


@pytest.mark.parametrize("fault", ["lost", "junk"])
def test_an_answer_that_is_lost_after_the_charge(
    stage: Stage, due: Subscription, fault: str
) -> None:
    stage.delivers = False  # nothing but asking can tell
    stage.answers(fault, count=1)
    stage.work()
    assert debits(due) == [(0, "unknown", "")]
    stage.wait(HOUR, step=2 * MINUTE)
    assert debits(due) == [(0, "accepted", "")]
    assert (status(due), due.paid_count, len(captured(stage))) == ("active", 2, 2)


def test_a_webhook_is_the_answer_that_was_lost(stage: Stage, due: Subscription) -> None:
    """Our note in its payment says which debit it was: nobody has to ask."""
    stage.answers("lost")
    stage.work()
    assert debits(due) == [(0, "unknown", "")]
    stage.hear()
    assert debits(due) == [(0, "accepted", "")]
    assert Debit.objects.get().razorpay_payment_id == captured(stage)[-1]["id"]


def test_a_call_that_never_arrived(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timed out before Razorpay had it: given up after ten minutes, and made then."""
    never = errors.unknown(TimeoutError("read timed out"))
    with monkeypatch.context() as patch:
        patch.setattr(Client, "debit", raising(never))
        stage.work()
    stage.wait(9 * MINUTE, step=MINUTE)
    assert debits(due) == [(0, "unknown", "")], "it blocks: it may have been made"
    stage.wait(10 * MINUTE, step=MINUTE)
    assert debits(due) == [(0, "refused", "unreachable"), (0, "accepted", "")]
    assert (status(due), len(captured(stage))) == ("active", 2)


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*_terms: Any, **_named: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("fault", "reason"), [("429", "slow_down"), ("401", "keys_refused"), ("502", None)]
)
def test_what_is_refused_for_now_does_not_count(
    stage: Stage, failing: Subscription, fault: str, reason: str | None
) -> None:
    """Of an HTML 502 nobody knows whether the charge was made: it waits until it is known."""
    stage.until(stage.due(failing) - MINUTE)
    stage.answers(fault)
    stage.wait(2 * MINUTE, step=MINUTE)
    waits = "scheduled" if reason else "unknown"
    assert ledger(failing)[0] == (1, waits, False, reason or "")
    Problem.objects.standing().delete()  # the keys were mended
    stage.wait(HOUR, step=MINUTE)
    assert ledger(failing)[0] == FAILED[0]
    stage.wait(4 * DAY)
    assert (ledger(failing), status(failing)) == (FAILED, "halted")
    assert Debit.objects.exclude(state="refused").count() == 4
    assert len(captured(stage)) == 1


def test_keys_that_are_revoked_pause_the_series_until_they_are_mended(
    stage: Stage, failing: Subscription
) -> None:
    gateway = stage.gateway
    good = gateway.key_secret
    gateway.key_secret = "revoked"
    gateway.save()
    stage.wait(3 * DAY)
    assert Problem.objects.standing().get().kind == "keys_refused"
    assert ledger(failing) == [(n, "scheduled", False, "") for n in (1, 2, 3)]
    gateway.key_secret = good
    gateway.save()
    Problem.objects.all().delete()
    stage.wait(12 * HOUR)
    assert [row[:2] for row in ledger(failing)] == [
        (1, "failed"), (2, "scheduled"), (3, "scheduled"),
    ], "one a day, however late"  # fmt: skip
    stage.wait(4 * DAY)
    assert ledger(failing) == FAILED


def test_no_webhook_arrives_for_weeks(stage: Stage, due: Subscription) -> None:
    """Everything is learnt by asking."""
    stage.desk.press("debits/speed", minutes=30)
    stage.delivers = False
    stage.fails(2)
    stage.wait(5 * DAY)
    assert ledger(due) == [FAILED[0], (2, "succeeded", True, ""), (3, "cancelled", False, "paid")]
    assert (status(due), len(captured(stage))) == ("active", 2)


def test_a_late_authorisation_is_just_money(stage: Stage, failing: Subscription) -> None:
    stage.wait(2 * DAY + HOUR)
    assert [row[1] for row in ledger(failing)] == ["failed", "failed", "scheduled"]
    first = Debit.objects.get(n=0).razorpay_payment_id
    stage.desk.press(f"payments/{first}/authorise-late")
    stage.hear()
    assert ledger(failing)[2] == (3, "cancelled", False, "paid")
    assert status(failing) == "active"
    stage.wait(5 * DAY)
    assert (len(debits(failing)), len(captured(stage))) == (3, 2)


def test_a_late_authorisation_that_nobody_told_is_seen_before_the_next_debit(
    stage: Stage, failing: Subscription
) -> None:
    first = Debit.objects.get(n=0).razorpay_payment_id
    stage.delivers = False
    stage.desk.press(f"payments/{first}/authorise-late")
    stage.wait(2 * DAY)
    assert debits(failing) == [(0, "accepted", "")]
    assert (status(failing), len(captured(stage))) == ("active", 2)


def test_the_buyer_is_paying_by_hand(stage: Stage, failing: Subscription) -> None:
    """What was begun a moment ago is waited for; what was left half an hour ago is not."""
    order = Debit.objects.get().bill.razorpay_order_id
    stage.until(stage.due(failing) - MINUTE)
    stage.desk.press(f"orders/{order}/start", method="upi")
    stage.wait(25 * MINUTE, step=5 * MINUTE)
    assert len(debits(failing)) == 1
    stage.wait(HOUR, step=5 * MINUTE)
    assert len(debits(failing)) == 2


def test_a_payment_by_hand_ends_the_series(stage: Stage, failing: Subscription) -> None:
    order = Debit.objects.get().bill.razorpay_order_id
    stage.desk.press(f"orders/{order}/fail", method="upi")
    stage.hear()
    assert ledger(failing)[-1] == (3, "scheduled", False, "")
    assert failing.order.reattempts.get(n=None).made_by == "buyer"
    stage.desk.press(f"orders/{order}/pay", method="upi")
    stage.hear()
    assert {row[1:] for row in ledger(failing) if row[0]} == {("cancelled", False, "paid")}
    stage.wait(5 * DAY)
    assert (status(failing), len(debits(failing)), len(captured(stage))) == ("active", 1, 2)


def test_a_refused_reuse_goes_on_as_asking(stage: Stage, failing: Subscription) -> None:
    stage.desk.press("debits/refuse-reuse", on=True)
    stage.wait(DAY + HOUR)
    assert ledger(failing)[0] == (1, "refused", False, "order_refused")
    stage.wait(DAY + HOUR)
    assert ledger(failing)[1][:2] == (2, "started")
    assert status(failing) == "pending"
    stage.wait(3 * DAY)
    assert [row[:2] for row in ledger(failing)] == [(1, "refused"), (2, "failed"), (3, "failed")]
    facts = failing.order.mails.filter(kind="reminder").values_list("fact", flat=True)
    start = failing.current_start
    assert sorted(facts) == [f"{start}/2", f"{start}/3"]
    assert (status(failing), len(captured(stage))) == ("halted", 1)


def test_a_second_look_at_once_makes_no_second_debit(stage: Stage, due: Subscription) -> None:
    stage.work()
    stage.work()
    billing.charge_due()
    reattempts.make()
    assert debits(due) == [(0, "accepted", "")]


def test_a_clock_that_moves_back_charges_nothing(stage: Stage, failing: Subscription) -> None:
    stage.wait(DAY + HOUR)
    made = len(debits(failing))
    stage.travelled.move_to(stage.now - 2 * DAY)
    for _again in range(3):
        stage.work()
    assert len(debits(failing)) == made


def test_razorpay_has_a_payment_in_the_way(
    stage: Stage, failing: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paid by the buyer between our question and our call: no debit, and it is learnt."""
    order = Debit.objects.get().bill.razorpay_order_id
    stage.until(stage.due(failing) - MINUTE)
    stage.delivers = False
    make = Client.debit

    def meanwhile(self: Client, terms: dict[str, Any]) -> str:
        stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)
        return make(self, terms)

    monkeypatch.setattr(Client, "debit", meanwhile)
    stage.wait(HOUR, step=MINUTE)
    assert debits(failing)[1:] == [(1, "refused", "payment_in_progress")]
    assert {row[1:] for row in ledger(failing)} == {("cancelled", False, "paid")}
    assert (status(failing), len(captured(stage))) == ("active", 2)


def test_an_order_that_razorpay_refuses_is_a_problem_and_charges_nobody(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            Client, "create_order", raising(errors.Refused("Not for you", field="amount"))
        )
        stage.wait(30 * MINUTE, step=10 * MINUTE)
        assert Problem.objects.standing().get().kind == "refused_sale"
        assert debits(due) == []
    stage.wait(2 * HOUR)
    assert (status(due), len(captured(stage))) == ("active", 2)


def test_a_new_mandate_in_mid_series_ends_it(stage: Stage, failing: Subscription) -> None:
    stage.authorise(failing, method="upi")
    assert {row[1:] for row in ledger(failing)} == {("cancelled", False, "paid")}
    stage.wait(5 * DAY)
    assert (status(failing), len(debits(failing)), len(captured(stage))) == ("active", 1, 2)


def test_a_process_that_slept_between_its_commit_and_its_call_does_not_call(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have given the debit up meanwhile, and made another."""
    monkeypatch.setattr("subscriptions.debiting.charging.FRESH", -1.0)
    stage.work()
    assert debits(due) == [(0, "unknown", "")]
    assert len(captured(stage)) == 1


def test_every_mail_can_be_written(stage: Stage, failing: Subscription, mailoutbox: Any) -> None:
    """Of a failure, a refusal without a payment, a halt, and money after all."""
    stage.desk.press(f"tokens/{stage.token}/pause")
    stage.wait(4 * DAY)
    assert status(failing) == "halted"
    order = Debit.objects.filter(n=0).get().bill.razorpay_order_id
    stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)
    stage.hear()
    postman.send_due()
    assert mailoutbox
    assert not failing.order.mails.filter(state__in=["failed", "started"]).exists()


def test_a_list_that_lags_for_longer_than_ever_keeps_it_unknown(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order, which is read at once, counts a try that no list shows yet."""
    stage.delivers = False
    stage.answers("lost")
    with monkeypatch.context() as patch:
        patch.setattr(Client, "order_payments", lambda self, name: [])
        stage.wait(2 * HOUR, step=10 * MINUTE)
        assert debits(due) == [(0, "unknown", "")]
    stage.wait(6 * HOUR)
    assert debits(due) == [(0, "accepted", "")]
    assert (status(due), len(captured(stage))) == ("active", 2)
