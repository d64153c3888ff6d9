"""The keys of webhook bodies, as Razorpay publishes them for each event and method."""

import json

import pytest

from tests.sandbox.desk import Desk, Doc

SHORT = {
    *("id", "entity", "amount", "currency", "status", "order_id", "invoice_id", "international"),
    *("method", "amount_refunded", "refund_status", "captured", "description", "card_id", "bank"),
    *("wallet", "vpa", "email", "contact", "notes", "fee", "tax", "error_code"),
    *("error_description", "created_at"),
}
FULL = SHORT | {"error_source", "error_step", "error_reason", "acquirer_data"}
CAPTURED = FULL | {"base_amount", "amount_transferred"}
CARD = FULL | {"card", "token_id", "amount_transferred"}
ORDER = {
    *("id", "entity", "amount", "amount_paid", "amount_due", "currency", "receipt", "offer_id"),
    *("status", "attempts", "notes", "created_at"),
}
REFUND = {
    *("id", "entity", "amount", "currency", "payment_id", "notes", "receipt", "acquirer_data"),
    *("created_at", "batch_id", "status", "speed_processed", "speed_requested"),
}
DISPUTE = {
    *("id", "entity", "payment_id", "amount", "currency", "amount_deducted", "reason_code"),
    *("respond_by", "status", "phase", "created_at", "evidence"),
}
SUBSCRIPTION = {
    *("id", "entity", "plan_id", "customer_id", "status", "current_start", "current_end"),
    *("ended_at", "quantity", "notes", "charge_at", "start_at", "end_at", "auth_attempts"),
    *("total_count", "paid_count", "customer_notify", "created_at", "expire_by", "short_url"),
    *("has_scheduled_changes", "change_scheduled_at", "source", "offer_id", "remaining_count"),
}
PAUSED = {"type", "payment_method", "pause_initiated_by", "cancel_initiated_by"}
CHARGED_BY_CARD = SHORT | {"card", "amount_transferred", "customer_id", "token_id"}


def keys(desk: Desk, path: str, **body: object) -> dict[str, dict[str, set[str]]]:
    """For each event that a switch causes, the keys of each entity in it."""
    found: dict[str, dict[str, set[str]]] = {}
    for event in desk.bodies(path, **body):
        payload = json.loads(event["body"])["payload"]
        found[event["type"]] = {
            name: set(part["entity"]) for name, part in payload.items() if name != "created_at"
        }
    return found


@pytest.mark.parametrize(
    ("method", "more"), [("netbanking", set()), ("wallet", set()), ("upi", {"upi"})]
)
def test_payments_without_a_card(desk: Desk, method: str, more: set[str]) -> None:
    paid = keys(desk, f"orders/{desk.order()['id']}/pay", method=method)
    assert paid["payment.authorized"] == {"payment": FULL | more}
    assert paid["payment.captured"] == {"payment": CAPTURED | more}
    assert paid["order.paid"] == {"payment": SHORT, "order": ORDER}
    failed = keys(desk, f"orders/{desk.order()['id']}/fail", method=method)
    assert failed["payment.failed"] == {"payment": FULL | more}


def test_payments_by_card(desk: Desk) -> None:
    paid = keys(desk, f"orders/{desk.order()['id']}/pay", method="card")
    assert paid["payment.authorized"] == paid["payment.captured"] == {"payment": CARD}
    assert paid["order.paid"] == {"payment": SHORT | {"card"}, "order": ORDER}


def test_refunds(desk: Desk) -> None:
    _, payment = desk.paid_order(method="netbanking")
    refunded = keys(desk, f"payments/{payment['id']}/refund")
    assert refunded["refund.created"] == {"refund": REFUND, "payment": CAPTURED}
    assert refunded["refund.processed"] == refunded["refund.created"]


@pytest.mark.parametrize("method", ["card", "upi", "netbanking"])
def test_disputes(desk: Desk, method: str) -> None:
    _, payment = desk.paid_order(method=method)
    done = keys(desk, f"payments/{payment['id']}/dispute")
    assert done == {"payment.dispute.created": {"payment": CAPTURED, "dispute": DISPUTE}}
    path = f"disputes/{desk.read('books')['disputes'][0]['id']}"
    without = {"payment": CAPTURED - {"acquirer_data"}, "dispute": DISPUTE}
    assert keys(desk, f"{path}/review") == {"payment.dispute.under_review": without}
    assert keys(desk, f"{path}/ask") == {
        "payment.dispute.action_required": {"payment": CAPTURED, "dispute": DISPUTE - {"evidence"}}
    }
    assert keys(desk, f"{path}/lose") == {"payment.dispute.lost": without}


def test_a_charged_subscription(desk: Desk) -> None:
    paid = keys(desk, f"subscriptions/{desk.subscription()['id']}/pay")
    wanted = {"subscription": SUBSCRIPTION | {"type"}, "payment": CHARGED_BY_CARD}
    assert paid["subscription.charged"] == paid["subscription.activated"] == wanted
    assert paid["invoice.paid"]["order"] == ORDER | {"offers"}
    invoice = paid["invoice.paid"]["invoice"]
    assert invoice >= {"order_id", "payment_id", "billing_start", "billing_end", "customer_details"}
    assert not invoice & {"subscription_id", "line_items"}


def test_a_subscription_without_a_payment(desk: Desk) -> None:
    later: Doc = desk.subscription(start_at=desk.now() + 86_400)
    proven = keys(desk, f"subscriptions/{later['id']}/pay")
    assert proven["subscription.authenticated"] == {"subscription": SUBSCRIPTION}
    path = f"subscriptions/{desk.active_subscription()['id']}"
    plain = {"subscription": SUBSCRIPTION | {"type"}}
    assert keys(desk, f"{path}/pause")["subscription.paused"] == {
        "subscription": SUBSCRIPTION | PAUSED
    }
    assert keys(desk, f"{path}/resume")["subscription.resumed"] == {
        "subscription": SUBSCRIPTION | PAUSED
    }
    assert keys(desk, f"{path}/fail")["subscription.pending"] == plain
    assert keys(desk, f"{path}/halt")["subscription.halted"] == plain
    assert keys(desk, f"{path}/cancel")["subscription.cancelled"] == plain
