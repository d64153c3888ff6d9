"""What buyers, banks and sellers do with subscriptions."""

import json

import pytest

from tests.sandbox.desk import Desk, Doc

DAY = 86_400
MONEY = ["payment.authorized", "payment.captured", "order.paid", "invoice.paid"]
CHARGED = [*MONEY, "subscription.charged"]
REVIVED = [*CHARGED, "subscription.activated"]
FAILED = ["payment.failed", "subscription.pending"]
ADDONS = [{"item": {"name": "Set-up", "amount": 25_000, "currency": "INR"}}]


def body_of(event: Doc) -> Doc:
    found: Doc = json.loads(event["body"])
    return found


def state(desk: Desk, subscription: Doc) -> Doc:
    found: Doc = desk.client.subscription.fetch(subscription["id"])
    return found


def test_an_immediate_start_is_charged_and_then_activated(desk: Desk) -> None:
    subscription = desk.subscription(quantity=2)
    done = desk.press(f"subscriptions/{subscription['id']}/pay", email="meera@example.com")
    assert [event["event"] for event in done["events"]] == REVIVED
    now = done["subscription"]
    assert (now["status"], now["paid_count"], now["remaining_count"]) == ("active", 1, 11)
    assert now["charge_at"] == now["current_end"] > now["current_start"] == now["start_at"]
    assert now["payment_method"] == "card"
    customer = desk.client.customer.fetch(now["customer_id"])
    assert customer["email"] == "meera@example.com"
    assert done["payment"]["amount"] == 199_800
    again = desk.refused(f"subscriptions/{subscription['id']}/pay")
    assert "authenticated before" in again


def test_the_shapes_of_a_charge(desk: Desk) -> None:
    subscription = desk.subscription(notes={"order": "7"})
    events = desk.bodies(f"subscriptions/{subscription['id']}/pay")
    invoice_paid, charged, activated = [body_of(event) for event in events[-3:]]
    invoice = invoice_paid["payload"]["invoice"]["entity"]
    payment = charged["payload"]["payment"]["entity"]
    assert "subscription_id" not in invoice
    assert ": //" in invoice["short_url"]
    assert invoice_paid["payload"]["order"]["entity"]["offers"]["items"] == []
    assert (payment["captured"], payment["notes"], payment["token_id"]) == ("1", [], None)
    assert (payment["invoice_id"], payment["order_id"]) == (invoice["id"], invoice["order_id"])
    assert "subscription_id" not in payment
    assert charged["payload"]["subscription"]["entity"]["short_url"] is None
    assert charged["payload"]["subscription"]["entity"]["notes"] == {"order": "7"}
    assert "created_at" not in activated
    assert activated["payload"]["created_at"] == charged["created_at"]
    assert activated["contains"] == ["subscription"]
    assert list(activated["payload"]) == ["subscription", "payment", "created_at"]
    found = desk.client.invoice.fetch(invoice["id"])
    assert found["subscription_id"] == subscription["id"]
    assert (found["status"], found["payment_id"]) == ("paid", payment["id"])


def test_plain_bodies_and_order_when_oddities_are_off(desk: Desk) -> None:
    desk.press("oddities", on=False)
    subscription = desk.subscription()
    events = desk.bodies(f"subscriptions/{subscription['id']}/pay")
    assert [event["type"] for event in events] == [
        *MONEY,
        *("subscription.activated", "subscription.charged"),
    ]
    invoice_paid, activated, charged = [body_of(event) for event in events[-3:]]
    assert invoice_paid["payload"]["invoice"]["entity"]["subscription_id"] == subscription["id"]
    assert charged["payload"]["payment"]["entity"]["captured"] is True
    assert activated["contains"] == ["subscription", "payment"]
    assert activated["created_at"] == charged["created_at"]
    assert charged["payload"]["subscription"]["entity"]["short_url"] == subscription["short_url"]


def test_a_later_start_proves_the_mandate(desk: Desk) -> None:
    subscription = desk.subscription(start_at=desk.now() + 10 * DAY)
    events = desk.bodies(f"subscriptions/{subscription['id']}/pay")
    assert [event["type"] for event in events] == [
        *("payment.authorized", "subscription.authenticated"),
        *("refund.created", "refund.processed"),
    ]
    payment = body_of(events[-1])["payload"]["payment"]["entity"]
    assert (payment["amount"], payment["captured"]) == (500, False)
    assert payment["invoice_id"] is None
    now = state(desk, subscription)
    assert (now["status"], now["paid_count"], now["current_start"]) == ("authenticated", 0, None)


def test_an_upfront_amount_is_captured(desk: Desk) -> None:
    subscription = desk.subscription(start_at=desk.now() + 10 * DAY, addons=ADDONS)
    done = desk.press(f"subscriptions/{subscription['id']}/pay")
    assert [event["event"] for event in done["events"]] == [*MONEY, "subscription.authenticated"]
    assert (done["payment"]["amount"], done["subscription"]["paid_count"]) == (25_000, 0)
    first = desk.press("clock", days=11)["events"]
    assert [event["event"] for event in first] == ["subscription.activated", *CHARGED]
    assert [invoice["amount"] for invoice in desk.read("books")["invoices"]] == [25_000, 99_900]


def test_an_upfront_amount_joins_an_immediate_charge(desk: Desk) -> None:
    subscription = desk.subscription(addons=ADDONS)
    done = desk.press(f"subscriptions/{subscription['id']}/pay")
    assert done["payment"]["amount"] == 124_900


def test_the_first_payment_may_fail(desk: Desk) -> None:
    subscription = desk.subscription()
    path = f"subscriptions/{subscription['id']}"
    failed = desk.press(f"{path}/fail", reason="card_declined")
    assert [event["event"] for event in failed["events"]] == ["payment.failed"]
    assert failed["payment"]["amount"] == 99_900
    assert state(desk, subscription) == subscription
    assert desk.happens(f"{path}/pay") == REVIVED


def test_four_failures_halt_and_money_revives(desk: Desk) -> None:
    subscription = desk.active_subscription()
    path = f"subscriptions/{subscription['id']}"
    assert desk.happens(f"{path}/fail") == FAILED
    pending = state(desk, subscription)
    assert (pending["status"], pending["auth_attempts"]) == ("pending", 1)
    assert pending["current_start"] == subscription["current_end"]
    assert pending["charge_at"] == pending["current_start"] + DAY
    assert (pending["paid_count"], pending["remaining_count"]) == (1, 10)
    assert desk.happens(f"{path}/fail") == FAILED
    assert desk.happens(f"{path}/fail") == FAILED
    assert state(desk, subscription)["charge_at"] == pending["current_start"] + 3 * DAY
    assert desk.happens(f"{path}/fail") == ["payment.failed", "subscription.halted"]
    halted = state(desk, subscription)
    assert (halted["status"], halted["auth_attempts"]) == ("halted", 4)
    assert halted["charge_at"] == halted["current_end"]
    assert "nothing is charged automatically" in desk.refused(f"{path}/fail")
    assert desk.happens(f"{path}/charge") == REVIVED
    active = state(desk, subscription)
    assert (active["status"], active["auth_attempts"], active["paid_count"]) == ("active", 0, 2)
    assert active["charge_at"] == active["current_end"] == halted["current_end"]


def test_all_tries_of_a_cycle_are_payments_of_one_order(desk: Desk) -> None:
    subscription = desk.active_subscription()
    for _ in range(3):
        desk.press(f"subscriptions/{subscription['id']}/fail")
    desk.press(f"subscriptions/{subscription['id']}/charge")
    invoice = desk.read("books")["invoices"][-1]
    tries = [p for p in desk.read("books")["payments"] if p["order_id"] == invoice["order_id"]]
    assert [payment["status"] for payment in tries] == ["failed"] * 3 + ["captured"]
    assert {payment["invoice_id"] for payment in tries} == {invoice["id"]}


def test_charging_brings_the_next_cycle_forward(desk: Desk) -> None:
    subscription = desk.active_subscription(total_count=2)
    path = f"subscriptions/{subscription['id']}/charge"
    assert desk.happens(path) == [*CHARGED, "subscription.completed"]
    done = state(desk, subscription)
    assert (done["status"], done["paid_count"], done["remaining_count"]) == ("completed", 2, 0)
    assert done["current_start"] == subscription["current_end"]
    assert (done["charge_at"], done["end_at"]) == (None, done["current_start"])
    assert "No cycle" in desk.refused(path)


def test_halted_at_once_leaves_an_open_invoice(desk: Desk) -> None:
    subscription = desk.active_subscription()
    done = desk.press(f"subscriptions/{subscription['id']}/halt")
    assert [event["event"] for event in done["events"]] == ["subscription.halted"]
    assert (done["invoice"]["status"], done["invoice"]["payment_id"]) == ("issued", None)
    assert done["subscription"]["status"] == "halted"
    assert "already" in desk.refused(f"subscriptions/{subscription['id']}/halt")


def test_paying_an_old_invoice_revives_without_a_charged_cycle(desk: Desk) -> None:
    subscription = desk.active_subscription()
    old = desk.press(f"subscriptions/{subscription['id']}/halt")["invoice"]
    desk.press("clock", days=63)
    done = desk.press(f"invoices/{old['id']}/pay")
    assert [event["event"] for event in done["events"]] == [*MONEY, "subscription.activated"]
    assert done["invoice"]["status"] == "paid"
    assert (done["subscription"]["status"], done["subscription"]["paid_count"]) == ("active", 2)
    assert "This invoice is paid" in desk.refused(f"invoices/{old['id']}/pay")


def test_paying_the_current_invoice_charges_its_cycle(desk: Desk) -> None:
    subscription = desk.active_subscription()
    invoice = desk.press(f"subscriptions/{subscription['id']}/halt")["invoice"]
    assert desk.happens(f"invoices/{invoice['id']}/pay") == REVIVED


def test_a_try_by_hand_does_not_count(desk: Desk) -> None:
    subscription = desk.active_subscription()
    desk.press(f"subscriptions/{subscription['id']}/fail")
    invoice = desk.read("books")["invoices"][-1]
    assert desk.happens(f"invoices/{invoice['id']}/fail") == ["payment.failed"]
    assert state(desk, subscription)["auth_attempts"] == 1


def test_late_authorisation_of_a_failed_charge(desk: Desk) -> None:
    subscription = desk.active_subscription()
    failed = desk.press(f"subscriptions/{subscription['id']}/fail")["payment"]
    assert desk.happens(f"payments/{failed['id']}/authorise-late") == REVIVED
    assert state(desk, subscription)["status"] == "active"


def test_orders_of_invoices_are_paid_by_their_invoice(desk: Desk) -> None:
    subscription = desk.active_subscription()
    invoice = desk.press(f"subscriptions/{subscription['id']}/halt")["invoice"]
    assert invoice["id"] in desk.refused(f"orders/{invoice['order_id']}/pay")


def test_pause_resume_cancel_refund(desk: Desk) -> None:
    subscription = desk.active_subscription()
    path = f"subscriptions/{subscription['id']}"
    refund = desk.press(f"{path}/refund")
    assert refund["refund"]["amount"] == 99_900
    assert desk.happens(f"{path}/pause") == ["subscription.paused"]
    assert desk.happens(f"{path}/resume") == ["subscription.resumed"]
    assert desk.happens(f"{path}/cancel") == ["subscription.cancelled"]
    assert "not refunded" in desk.refused(f"{path}/refund")


def test_paused_bodies_name_the_method_and_who(desk: Desk) -> None:
    subscription = desk.active_subscription()
    (paused,) = desk.bodies(f"subscriptions/{subscription['id']}/pause")
    entity = body_of(paused)["payload"]["subscription"]["entity"]
    assert (entity["status"], entity["charge_at"]) == ("paused", None)
    assert (entity["payment_method"], entity["pause_initiated_by"]) == ("card", "self")
    (cancelled,) = desk.bodies(f"subscriptions/{subscription['id']}/cancel")
    entity = body_of(cancelled)["payload"]["subscription"]["entity"]
    assert "payment_method" not in entity
    assert "paused_at" not in entity


@pytest.mark.parametrize("verb", ["charge", "halt", "pause", "resume", "refund"])
def test_before_it_is_paid_little_is_possible(desk: Desk, verb: str) -> None:
    subscription = desk.subscription()
    assert desk.refused(f"subscriptions/{subscription['id']}/{verb}")
    assert state(desk, subscription) == subscription
