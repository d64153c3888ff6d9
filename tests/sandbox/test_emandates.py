"""Subscriptions by e-mandate: slow answers, and no day on which the next try is due."""

import pytest

from tests.sandbox.desk import Desk, Doc

DAY, HOUR = 86_400, 3_600
MONEY = ["payment.authorized", "payment.captured", "order.paid", "invoice.paid"]


@pytest.fixture
def path(desk: Desk) -> str:
    path = f"subscriptions/{desk.subscription()['id']}"
    desk.press(f"{path}/pay", method="emandate")
    return path


def state(desk: Desk, path: str) -> Doc:
    found: Doc = desk.client.subscription.fetch(path.split("/")[1])
    return found


def tries(desk: Desk, path: str) -> list[Doc]:
    found = desk.read(f"charges?subscription_id={path.split('/')[1]}")["charges"]
    return [row for row in found if row["by"] == "razorpay"]


def go(desk: Desk, **time: float) -> list[str]:
    return [event["event"] for event in desk.press("clock", **time)["events"]]


def to_the_charge(desk: Desk, path: str) -> None:
    desk.press("clock", seconds=state(desk, path)["charge_at"] - desk.now() + 1)


def test_the_bank_answers_a_day_or_two_later(desk: Desk, path: str) -> None:
    assert state(desk, path)["payment_method"] == "emandate"
    to_the_charge(desk, path)
    (waiting,) = tries(desk, path)
    assert (waiting["status"], waiting["final_at"]) == ("created", None)
    assert state(desk, path)["status"] == "active"
    assert go(desk, hours=19) == []
    assert go(desk, hours=26) == [*MONEY, "subscription.charged"]
    (known,) = tries(desk, path)
    assert 20 * HOUR <= known["final_at"] - known["at"] <= 44 * HOUR
    assert state(desk, path)["paid_count"] == 2


def test_a_failure_has_no_next_day(desk: Desk, path: str) -> None:
    desk.press(f"{path}/fail-next", n=4)
    to_the_charge(desk, path)
    before = state(desk, path)
    assert go(desk, hours=45) == ["payment.failed", "subscription.pending"]
    now = state(desk, path)
    assert (now["status"], now["auth_attempts"]) == ("pending", 1)
    # Not moved: nobody knows when it is tried again.
    assert now["charge_at"] == before["charge_at"] < desk.now()
    events = go(desk, days=18)
    assert events == ["payment.failed", "subscription.pending"] * 2 + [
        *("payment.failed", "subscription.halted"),
    ]
    found = tries(desk, path)
    assert [row["status"] for row in found] == ["failed"] * 4
    gaps = [b["at"] - a["final_at"] for a, b in zip(found, found[1:], strict=False)]
    assert all(gap in (DAY, 2 * DAY, 3 * DAY) for gap in gaps)
    assert len({b["at"] - a["at"] for a, b in zip(found, found[1:], strict=False)}) > 1


def test_the_answer_by_hand(desk: Desk, path: str) -> None:
    to_the_charge(desk, path)
    (waiting,) = tries(desk, path)
    assert "has not answered" in desk.refused(f"{path}/charge")
    assert "has not answered" in desk.refused(f"{path}/attempt-charge")
    failed = desk.press(f"payments/{waiting['payment_id']}/fail", reason="mandate_not_active")
    assert failed["payment"]["error_reason"] == "mandate_not_active"
    assert state(desk, path)["status"] == "pending"
    while len(found := tries(desk, path)) == 1:
        go(desk, hours=8)
    desk.press(f"payments/{found[-1]['payment_id']}/pay")
    assert (state(desk, path)["status"], state(desk, path)["paid_count"]) == ("active", 2)


def test_what_the_bank_took_is_taken_after_a_cancellation(desk: Desk, path: str) -> None:
    to_the_charge(desk, path)
    desk.press(f"{path}/cancel")
    assert go(desk, hours=45) == MONEY
    now = state(desk, path)
    assert (now["status"], now["paid_count"]) == ("cancelled", 2)


def test_a_refusal_after_a_cancellation_changes_nothing(desk: Desk, path: str) -> None:
    desk.press(f"{path}/fail-next", n=1)
    to_the_charge(desk, path)
    desk.press(f"{path}/cancel")
    assert go(desk, days=9) == ["payment.failed"]
    assert state(desk, path)["status"] == "cancelled"


def test_a_buyer_who_pays_meanwhile_pays_once(desk: Desk, path: str) -> None:
    to_the_charge(desk, path)
    (waiting,) = tries(desk, path)
    desk.press(f"invoices/{waiting['invoice_id']}/pay")
    given_back = ["payment.authorized", "refund.created", "refund.processed"]
    assert go(desk, hours=45) == given_back
    taken = [row["captured"] for row in desk.read("charges")["charges"] if row["cycle_start"]]
    assert taken == [True, False, True]
    assert state(desk, path)["paid_count"] == 2


def test_only_subscriptions_know_it(desk: Desk) -> None:
    assert "method" in desk.refused(f"orders/{desk.order()['id']}/pay", method="emandate")
    assert "Only a card" in desk.refused(
        f"orders/{desk.order()['id']}/pay", method="upi", international=True
    )
