"""Attempt Charge: the seller's button at an open invoice, which counts for nothing."""

import pytest

from tests.sandbox.desk import Desk, Doc

MONEY = ["payment.authorized", "payment.captured", "order.paid", "invoice.paid"]
FOREIGN: Doc = {"method": "card", "international": True}


def pending(desk: Desk, times: int = 1, **how: object) -> str:
    path = f"subscriptions/{desk.subscription()['id']}"
    desk.press(f"{path}/pay", email="meera@example.com", **how)
    for _ in range(times):
        desk.press(f"{path}/fail")
    return path


def test_a_failure_is_not_counted_and_moves_no_date(desk: Desk) -> None:
    path = pending(desk, **FOREIGN)
    before = desk.client.subscription.fetch(path.split("/")[1])
    done = desk.press(f"{path}/attempt-charge", outcome="fail", reason="card_declined")
    assert [event["event"] for event in done["events"]] == ["payment.failed"]
    assert done["payment"]["error_reason"] == "card_declined"
    assert done["payment"]["international"] is True
    assert done["invoice"]["status"] == "issued"
    assert done["subscription"] == before
    assert (before["status"], before["auth_attempts"]) == ("pending", 1)


def test_a_success_is_a_charge(desk: Desk) -> None:
    path = pending(desk, 2, **FOREIGN)
    done = desk.press(f"{path}/attempt-charge", outcome="pay")
    events = [event["event"] for event in done["events"]]
    assert events == [*MONEY, "subscription.charged", "subscription.activated"]
    now = done["subscription"]
    assert (now["status"], now["auth_attempts"], now["paid_count"]) == ("active", 0, 2)


def test_an_older_invoice_revives_a_halted_one(desk: Desk) -> None:
    path = pending(desk, 4, **FOREIGN)
    desk.press("clock", days=66)
    newest = desk.press(f"{path}/attempt-charge", outcome="pay")
    assert newest["subscription"]["status"] == "active"
    older = desk.press(f"{path}/attempt-charge", outcome="pay")
    assert older["invoice"]["billing_start"] < newest["invoice"]["billing_start"]
    assert "No invoice" in desk.refused(f"{path}/attempt-charge")


@pytest.mark.parametrize(("how", "said"), [({}, "domestic cards"), ({"method": "upi"}, "UPI")])
def test_not_for_domestic_cards_and_upi(desk: Desk, how: Doc, said: str) -> None:
    path = pending(desk, **how)
    before = desk.read("books")["payments"]
    assert said in desk.refused(f"{path}/attempt-charge", outcome="pay")
    assert desk.read("books")["payments"] == before


def test_not_where_nothing_is_open(desk: Desk) -> None:
    path = pending(desk, 0, **FOREIGN)
    assert "No invoice" in desk.refused(f"{path}/attempt-charge")
    desk.press(f"{path}/fail")
    desk.press(f"{path}/cancel")
    assert "cancelled" in desk.refused(f"{path}/attempt-charge")
    new = f"subscriptions/{desk.subscription()['id']}/attempt-charge"
    assert "nothing to charge" in desk.refused(new)


def test_a_card_taken_later_decides(desk: Desk) -> None:
    path = pending(desk, 4)
    desk.press(f"{path}/change-method", **FOREIGN)
    assert desk.press(f"{path}/attempt-charge", outcome="pay")["payment"]["international"] is True
    domestic = pending(desk, 1, **FOREIGN)
    desk.press(f"{domestic}/change-method", method="card")
    desk.press(f"{domestic}/fail")
    assert "domestic cards" in desk.refused(f"{domestic}/attempt-charge")
