"""What the bank allows late: after charging had stopped for good, or after other money came."""

from __future__ import annotations

from orders.models import Payment
from subscriptions.models import Cycle, Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, MINUTE, Stage, debits, ledger, status


def late(stage: Stage, n: int) -> None:
    """The bank says yes to our n-th debit of the second period after all."""
    debit = Debit.objects.get(n=n, bill__authorises=False)
    stage.desk.press(f"payments/{debit.razorpay_payment_id}/authorise-late")
    stage.hear()


def test_money_after_charging_stopped_for_good_gives_a_full_period(
    stage: Stage, due: Subscription
) -> None:
    """Why the debit failed is known also once it succeeded after all: the halt stays a fact."""
    stage.fails(reason="mandate_cancelled")
    stage.wait(2 * HOUR)
    assert status(due) == "halted"
    stage.wait(5 * HOUR)
    late(stage, 0)
    assert status(due) == "active"
    cycle = Cycle.objects.latest("start")
    assert cycle.halted_at is not None
    due.refresh_from_db()
    assert due.paid_until is not None
    paid_at = Payment.objects.filter(captured=True).latest("captured_at").captured_at or 0
    assert paid_at > cycle.halted_at
    assert due.paid_until.timestamp() == paid_at + (cycle.end or 0) - cycle.start


def test_a_reason_that_the_webhook_left_out_is_read_before_the_next_debit(
    stage: Stage, placed: Subscription
) -> None:
    """Each third failure of a card is told so at the sandbox: two buyers fail first."""
    stage.authorise(placed, method="card", international=True)
    stage.go(stage.due(placed))
    stage.desk.press("oddities", empty_errors=True)
    for _buyer in range(2):
        stage.desk.press(f"orders/{stage.desk.order()['id']}/fail")
    stage.fails(reason="mandate_cancelled")
    stage.wait(MINUTE)
    assert Payment.objects.exclude(failed_at=None).get().error_reason is None
    assert status(placed) == "pending"
    stage.wait(2 * DAY)
    assert (status(placed), [n for n, *_rest in debits(placed)]) == ("halted", [0])


def test_a_debit_that_is_given_back_as_the_bill_was_paid_meanwhile_has_ended(
    stage: Stage, due: Subscription
) -> None:
    stage.fails(1)
    stage.wait(2 * HOUR)
    stage.desk.press("debits/speed", minutes=12 * 60)
    stage.until(stage.due(due))
    stage.wait(2 * HOUR)
    assert [n for n, *_rest in debits(due)] == [0, 1]
    late(stage, 0)
    stage.wait(2 * DAY)
    assert ledger(due)[0] == (1, "failed", True, "not_captured")
    assert [row[1] for row in ledger(due)[1:]] == ["cancelled", "cancelled"]
    assert (status(due), len(debits(due))) == ("active", 2)
