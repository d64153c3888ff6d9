"""What a buyer does about a charge that failed: pays, changes the method, or is paid late."""

import json

import pytest

from tests.sandbox.desk import Desk

MONEY = ["payment.authorized", "payment.captured", "order.paid", "invoice.paid"]
REVIVED = [*MONEY, "subscription.charged", "subscription.activated"]


def failed(desk: Desk, times: int) -> str:
    path = f"subscriptions/{desk.active_subscription()['id']}"
    for _ in range(times):
        desk.press(f"{path}/fail")
    return path


@pytest.mark.parametrize("times", [1, 4])
def test_the_buyer_pays_what_is_open(desk: Desk, times: int) -> None:
    path = failed(desk, times)
    done = desk.press(f"{path}/pay", method="upi")
    assert [event["event"] for event in done["events"]] == REVIVED
    assert (done["subscription"]["status"], done["subscription"]["paid_count"]) == ("active", 2)
    assert (done["payment"]["method"], done["payment"]["email"]) == ("upi", "meera@example.com")
    assert desk.press(f"{path}/charge")["payment"]["method"] == "upi"


def test_without_a_word_the_former_method_pays(desk: Desk) -> None:
    path = f"subscriptions/{desk.subscription()['id']}"
    desk.press(f"{path}/pay", method="upi")
    desk.press(f"{path}/fail")
    assert desk.press(f"{path}/pay")["payment"]["method"] == "upi"


def test_another_method_is_charged_at_once_while_pending(desk: Desk) -> None:
    done = desk.press(f"{failed(desk, 2)}/change-method", method="upi")
    assert [event["event"] for event in done["events"]] == REVIVED
    assert done["subscription"]["auth_attempts"] == 0


def test_another_method_revives_a_halted_one_without_money(desk: Desk) -> None:
    path = failed(desk, 4)
    (activated,) = desk.bodies(f"{path}/change-method", method="upi")
    body = json.loads(activated["body"])
    assert (body["event"], list(body["payload"])) == ("subscription.activated", ["subscription"])
    now = body["payload"]["subscription"]["entity"]
    assert (now["status"], now["paid_count"]) == ("active", 1)
    assert now["charge_at"] == now["current_end"]
    assert desk.read("books")["invoices"][-1]["status"] == "issued"
    # The next cycle is charged by itself again.
    desk.press("clock", seconds=now["charge_at"] - desk.now() + 1)
    assert desk.read("books")["subscriptions"][-1]["paid_count"] == 2


def test_another_method_of_a_running_one_is_only_noted(desk: Desk) -> None:
    path = f"subscriptions/{desk.active_subscription()['id']}"
    done = desk.press(f"{path}/change-method", method="upi")
    assert (done["events"], done["subscription"]["payment_method"]) == ([], "upi")
    desk.press(f"{path}/cancel")
    assert "no method to change" in desk.refused(f"{path}/change-method")


@pytest.mark.parametrize("times", [1, 4])
def test_a_failed_charge_is_authorised_late(desk: Desk, times: int) -> None:
    path = failed(desk, times)
    tried = [p["id"] for p in desk.read("books")["payments"] if p["status"] == "failed"]
    done = desk.press(f"{path}/authorise-late")
    assert [event["event"] for event in done["events"]] == REVIVED
    assert done["payment"]["id"] == tried[-1]
    assert done["payment"]["late_authorized"] is True
    assert "has a failed payment" in desk.refused(f"{path}/authorise-late")
