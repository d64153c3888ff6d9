"""The buyer pays a bill that could not be charged, or gives a new mandate; nothing twice."""

from __future__ import annotations

import pytest
from django.test import Client

from subscriptions.models import Bill, Subscription
from tests.conftest import sign
from tests.gateways.stand_in import TEST_KEYS
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, captured
from tests.subscriptions.mending.conftest import owed, words


def pay(stage: Stage, bill: Bill, **how: object) -> str:
    pressed = stage.desk.press(f"orders/{bill.razorpay_order_id}/pay", recurring=False, **how)
    return str(pressed["payment"]["id"])


def come_back(client: Client, bill: Bill, payment_id: str, signature: str = "") -> str:
    signed = sign(f"{bill.razorpay_order_id}|{payment_id}".encode(), TEST_KEYS[1])
    answer = {"razorpay_payment_id": payment_id, "razorpay_signature": signature or signed}
    location: str = client.post(f"/pay/bill/{bill.uid}/return/", answer)["Location"]
    return location


def test_it_is_paid_like_an_order_by_any_method(
    client: Client, stage: Stage, failing: Subscription
) -> None:
    bill = owed(failing)
    shown = words(client, f"/pay/bill/{bill.uid}/")
    assert f'data-order="{bill.razorpay_order_id}"' in shown
    assert 'data-customer=""' in shown, "with it nothing more is allowed"
    assert "too little money in the account" in shown
    location = come_back(client, bill, pay(stage, bill, method="netbanking"))
    assert "Paid. Thank you." in words(client, location)
    failing.refresh_from_db()
    assert (failing.status, failing.paid_count) == ("active", 2)
    # The re-attempts are over: nothing is charged for it again.
    stage.wait(5 * DAY, step=DAY / 2)
    assert len(captured(stage)) == 2


def test_after_the_halt_it_counts_from_the_moment_of_payment(
    client: Client, stage: Stage, halted: Subscription
) -> None:
    stage.wait(9 * DAY, step=3 * DAY)
    bill, now = owed(halted), stage.now
    come_back(client, bill, pay(stage, bill, method="upi"))
    halted.refresh_from_db()
    assert halted.status == "active"
    assert halted.paid_until is not None
    # A whole period from now, and not what is left of the old one.
    assert 27 * DAY < halted.paid_until - now < 32 * DAY


def test_a_forged_report_proves_nothing(client: Client, failing: Subscription) -> None:
    location = come_back(client, owed(failing), "pay_RsdForged00001", "0" * 64)
    assert "sent" not in location
    assert "Paid" not in words(client, location)


def test_what_is_paid_is_not_offered_again(
    client: Client, stage: Stage, failing: Subscription
) -> None:
    bill = owed(failing)
    pay(stage, bill, method="upi")
    stage.hear()
    for path in (f"/pay/bill/{bill.uid}/", f"/pay/bill/{bill.uid}/renew/"):
        shown = words(client, path)
        assert 'id="pay"' not in shown
        assert "Paid. Thank you." in shown


def test_a_debit_that_is_on_its_way_is_told(
    client: Client, stage: Stage, failing: Subscription
) -> None:
    stage.desk.press("debits/speed", minutes=120)
    stage.wait(25 * HOUR, step=25 * HOUR)
    bill = owed(failing)
    assert "A charge is on its way to your bank." in words(client, f"/pay/bill/{bill.uid}/")
    # And no mandate is begun beside it.
    response = client.post(f"/pay/bill/{bill.uid}/renew/", {"method": "card"}, follow=True)
    assert "So that you do not pay twice" in response.content.decode()
    assert not Bill.objects.filter(authorises=True, number__gt=bill.number).exclude(
        razorpay_order_id=None
    )


def test_before_anything_failed_there_is_nothing_to_pay(
    client: Client, stage: Stage, paid: Subscription
) -> None:
    stage.desk.press("debits/speed", minutes=120)
    stage.until(stage.due(paid))
    stage.work()
    shown = words(client, f"/pay/bill/{owed(paid).uid}/")
    assert "It is being charged by itself" in shown
    assert 'id="pay"' not in shown


@pytest.mark.parametrize("method", ["upi", "card"])
class TestANewMandate:
    def renew(self, client: Client, bill: Bill, method: str) -> Bill:
        response = client.post(f"/pay/bill/{bill.uid}/renew/", {"method": method})
        uid = response["Location"].split("/")[3]
        return Bill.objects.get(uid=uid)

    def test_pays_and_is_charged_from_then_on(
        self, client: Client, stage: Stage, halted: Subscription, method: str
    ) -> None:
        bill = owed(halted)
        new = self.renew(client, bill, method)
        assert new.authorises
        assert new.amount == 49900
        shown = words(client, f"/pay/bill/{new.uid}/")
        assert "11 times in all, this one included." in shown
        assert f'data-customer="{halted.razorpay_customer_id}"' in shown
        stage.desk.press(f"orders/{new.razorpay_order_id}/pay", method=method)
        stage.hear()
        shown = words(client, f"/pay/bill/{new.uid}/thanks/")
        assert "The new mandate is charged from now on." in shown
        halted.refresh_from_db()
        assert halted.status == "active"
        stage.until(stage.due(halted))
        stage.wait(3 * DAY, step=DAY)
        assert len(captured(stage)) == 3

    def test_is_asked_for_once(self, client: Client, halted: Subscription, method: str) -> None:
        bill = owed(halted)
        assert self.renew(client, bill, method) == self.renew(client, bill, method)


def test_the_bill_before_it_stays_open_and_is_not_charged(
    client: Client, stage: Stage, halted: Subscription
) -> None:
    bill = owed(halted)
    client.post(f"/pay/bill/{bill.uid}/renew/", {"method": "card"})
    new = halted.bills.get(authorises=True, number__gt=bill.number)
    stage.desk.press(f"orders/{new.razorpay_order_id}/pay", method="card")
    stage.hear()
    stage.wait(9 * DAY, step=3 * DAY)
    assert len(captured(stage)) == 2
    assert 'id="pay"' in words(client, f"/pay/bill/{bill.uid}/")


def test_the_former_mandates_order_of_a_paid_purchase_is_closed(
    client: Client, failing: Subscription
) -> None:
    first = failing.bills.get(number=0)
    assert 'id="pay"' not in words(client, f"/pay/bill/{first.uid}/")
