"""What happens to single payments and their refunds."""

import json

from tests.sandbox.desk import Desk, Doc


def refund_in(event: Doc) -> Doc:
    found: Doc = json.loads(event["body"])["payload"]["refund"]["entity"]
    return found


def payment_in(event: Doc) -> Doc:
    found: Doc = json.loads(event["body"])["payload"]["payment"]["entity"]
    return found


def test_paid_in_the_app_after_a_failure(desk: Desk) -> None:
    order = desk.order()
    failed = desk.press(f"orders/{order['id']}/fail", method="upi")["payment"]
    done = desk.press(f"payments/{failed['id']}/pay")
    assert [event["event"] for event in done["events"]] == ["payment.captured", "order.paid"]
    assert done["payment"]["id"] == failed["id"]
    assert done["payment"]["acquirer_data"]["rrn"]
    assert "captured already" in desk.refused(f"payments/{failed['id']}/pay")


def test_no_retry_in_the_app_once_the_order_is_paid(desk: Desk) -> None:
    order = desk.order()
    failed = desk.press(f"orders/{order['id']}/fail", method="upi")["payment"]
    desk.press(f"orders/{order['id']}/pay")
    assert "paid already" in desk.refused(f"payments/{failed['id']}/pay")


def test_a_started_payment_can_go_either_way(desk: Desk) -> None:
    first = desk.press(f"orders/{desk.order()['id']}/start")["payment"]
    assert desk.happens(f"payments/{first['id']}/fail", reason="card_declined") == [
        "payment.failed"
    ]
    assert "no longer fail" in desk.refused(f"payments/{first['id']}/fail")
    second = desk.press(f"orders/{desk.order()['id']}/start")["payment"]
    assert desk.happens(f"payments/{second['id']}/pay") == ["payment.captured", "order.paid"]


def test_late_authorisation_of_one_payment(desk: Desk) -> None:
    order = desk.order()
    first = desk.press(f"orders/{order['id']}/fail")["payment"]
    desk.press(f"orders/{order['id']}/fail")
    done = desk.press(f"payments/{first['id']}/authorise-late")
    assert done["payment"]["id"] == first["id"]
    assert done["order"]["status"] == "paid"
    assert "not failed" in desk.refused(f"payments/{first['id']}/authorise-late")


def test_capture_in_the_dashboard(desk: Desk) -> None:
    order = desk.order(payment_capture=0)
    payment = desk.press(f"orders/{order['id']}/pay")["payment"]
    names = desk.happens(f"payments/{payment['id']}/capture")
    assert names == ["payment.captured", "order.paid"]


def test_refund_created_already_says_processed(desk: Desk) -> None:
    _, payment = desk.paid_order(method="netbanking")
    created, processed = desk.bodies(f"payments/{payment['id']}/refund", amount=20_000)
    assert (created["type"], refund_in(created)["status"]) == ("refund.created", "processed")
    assert (processed["type"], refund_in(processed)["status"]) == ("refund.processed", "processed")
    assert payment_in(created)["amount_refunded"] == 20_000
    assert payment_in(created)["refund_status"] == "partial"
    desk.press("oddities", refund_processed_at_once=False)
    created, _ = desk.bodies(f"payments/{payment['id']}/refund", amount=30_000)
    assert refund_in(created)["status"] == "pending"
    assert payment_in(created)["status"] == "refunded"


def test_a_refund_that_fails_gives_the_money_back_to_the_payment(desk: Desk) -> None:
    _, payment = desk.paid_order()
    created, failed = desk.bodies(f"payments/{payment['id']}/refund", status="failed")
    assert refund_in(created)["status"] == "pending"
    assert (failed["type"], refund_in(failed)["status"]) == ("refund.failed", "failed")
    assert payment_in(failed)["amount_refunded"] == 0
    assert desk.client.payment.fetch(payment["id"])["status"] == "captured"


def test_a_refund_that_stays_pending(desk: Desk) -> None:
    _, payment = desk.paid_order()
    done = desk.press(f"payments/{payment['id']}/refund", status="pending", amount=100)
    assert [event["event"] for event in done["events"]] == ["refund.created"]
    refund = done["refund"]
    assert desk.happens(f"refunds/{refund['id']}/process") == ["refund.processed"]


def test_refunding_an_order_takes_its_captured_payment(desk: Desk) -> None:
    order, payment = desk.paid_order()
    done = desk.press(f"orders/{order['id']}/refund")
    assert done["refund"]["payment_id"] == payment["id"]
    assert done["order"]["status"] == "paid"
    assert "not refunded" in desk.refused(f"orders/{order['id']}/refund")


def test_too_much_is_refused(desk: Desk) -> None:
    _, payment = desk.paid_order()
    path = f"payments/{payment['id']}/refund"
    assert "greater than amount captured" in desk.refused(path, amount=50_001)
    assert "must be one of" in desk.refused(path, status="eaten")
