"""Disputes: begun and decided by switch, told by webhook, read by API."""

import json
from datetime import datetime

import pytest
import razorpay

from sandbox.cycles import INDIA
from tests.sandbox.desk import LIVE_KEYS, Desk, Doc
from tests.sandbox.receiver import SECRET, Receiver

DAY = 86_400
VERBS = ["review", "ask", "win", "lose", "close"]


@pytest.fixture
def payment(desk: Desk) -> Doc:
    return desk.paid_order()[1]


@pytest.fixture
def dispute(desk: Desk, payment: Doc) -> Doc:
    found: Doc = desk.press(f"payments/{payment['id']}/dispute", amount=20_000)["dispute"]
    return found


def go(desk: Desk, dispute: Doc, verb: str) -> Doc:
    found: Doc = desk.press(f"disputes/{dispute['id']}/{verb}")["dispute"]
    return found


def told(desk: Desk, dispute: Doc, verb: str) -> Doc:
    (event,) = desk.bodies(f"disputes/{dispute['id']}/{verb}")
    found: Doc = json.loads(event["body"])
    return found


def test_a_dispute_of_the_whole_payment(desk: Desk, payment: Doc) -> None:
    done = desk.press(f"payments/{payment['id']}/dispute")
    made = done["dispute"]
    assert [event["event"] for event in done["events"]] == ["payment.dispute.created"]
    assert made["id"].startswith("disp_")
    assert len(made["id"]) == 19
    assert (made["payment_id"], made["amount"], made["currency"]) == (payment["id"], 50_000, "INR")
    assert (made["status"], made["phase"], made["amount_deducted"]) == ("open", "chargeback", 0)
    assert made["reason_code"] == "goods_or_services_not_received_or_partially_received"
    assert made["reason_description"] == "Goods or services not received"
    evidence = made["evidence"]
    assert len(evidence) == 14
    assert {name for name, value in evidence.items() if value is not None} == {"amount"}
    assert evidence["amount"] == 50_000


def test_what_the_bank_says_is_taken_over(desk: Desk, payment: Doc) -> None:
    path = f"payments/{payment['id']}/dispute"
    made = desk.press(path, amount=300, phase="pre_arbitration", reason_code="13.1", days=30)
    found = made["dispute"]
    assert (found["amount"], found["evidence"]["amount"]) == (300, 300)
    assert (found["phase"], found["reason_code"]) == ("pre_arbitration", "13.1")
    assert found["reason_description"] == "Payment disputed"


@pytest.mark.parametrize(("given", "days"), [({}, 7), ({"days": 30}, 30), ({"days": 1}, 1)])
def test_it_is_to_be_answered_by_a_midnight_in_india(
    desk: Desk, payment: Doc, given: dict[str, int], days: int
) -> None:
    found = desk.press(f"payments/{payment['id']}/dispute", **given)["dispute"]
    by = datetime.fromtimestamp(found["respond_by"], INDIA)
    assert (by.hour, by.minute, by.second) == (0, 0, 0)
    assert (by.date() - datetime.fromtimestamp(found["created_at"], INDIA).date()).days == days


def test_it_may_be_late_already(desk: Desk, payment: Doc) -> None:
    found = desk.press(f"payments/{payment['id']}/dispute", days=0)["dispute"]
    assert found["respond_by"] == found["created_at"]


def test_only_captured_payments_can_be_disputed(desk: Desk) -> None:
    failed = desk.press(f"orders/{desk.order()['id']}/fail")["payment"]
    held = desk.press(f"orders/{desk.order(payment_capture=0)['id']}/pay")["payment"]
    for other in (failed, held):
        sentence = desk.refused(f"payments/{other['id']}/dispute")
        assert sentence == "Only a captured payment can be disputed."
    assert desk.read("books")["disputes"] == []
    assert "There is no payment" in desk.refused("payments/pay_x/dispute", 404)


def test_what_was_refunded_can_still_be_disputed(desk: Desk, payment: Doc) -> None:
    desk.press(f"payments/{payment['id']}/refund")
    assert desk.happens(f"payments/{payment['id']}/dispute") == ["payment.dispute.created"]


def test_the_amount_is_at_most_that_of_the_payment(desk: Desk, payment: Doc) -> None:
    path = f"payments/{payment['id']}/dispute"
    assert "greater than that of the payment" in desk.refused(path, amount=50_001)
    assert "at least 1" in desk.refused(path, amount=0)
    assert desk.press(path, amount=50_000)["dispute"]["amount"] == 50_000


def test_odd_wishes_are_refused(desk: Desk, payment: Doc) -> None:
    path = f"payments/{payment['id']}/dispute"
    assert "one of fraud, retrieval, chargeback" in desk.refused(path, phase="war")
    assert "reason_code is a word" in desk.refused(path, reason_code="Not a code!")
    assert "greater than 365" in desk.refused(path, days=366)
    assert desk.read("books")["disputes"] == []


def test_contested_and_won(desk: Desk, dispute: Doc) -> None:
    desk.press("clock", days=2)
    reviewed = go(desk, dispute, "review")
    assert reviewed["status"] == "under_review"
    assert reviewed["evidence"]["submitted_at"] == desk.all_events()[-1]["created_at"]
    assert reviewed["evidence"]["submitted_at"] >= dispute["created_at"] + 2 * DAY
    won = go(desk, dispute, "win")
    assert (won["status"], won["amount_deducted"]) == ("won", 0)
    assert won["evidence"] == reviewed["evidence"]


def test_the_bank_may_ask_again(desk: Desk, dispute: Doc) -> None:
    before = go(desk, dispute, "review")["evidence"]
    again = go(desk, dispute, "ask")
    assert again["status"] == "open"
    assert again["evidence"] == before | {"submitted_at": None}
    assert again["respond_by"] == dispute["respond_by"]
    assert go(desk, dispute, "review")["status"] == "under_review"


def test_a_lost_one_is_deducted_and_nothing_else_happens(
    desk: Desk, payment: Doc, dispute: Doc
) -> None:
    assert desk.happens(f"disputes/{dispute['id']}/lose") == ["payment.dispute.lost"]
    found = desk.client.dispute.fetch(dispute["id"])
    assert (found["status"], found["amount_deducted"]) == ("lost", 20_000)
    assert desk.client.payment.fetch(payment["id"]) == payment
    assert desk.read("books")["refunds"] == []


@pytest.mark.parametrize(
    ("verb", "status"), [("win", "won"), ("lose", "lost"), ("close", "closed")]
)
def test_what_is_decided_is_decided(desk: Desk, dispute: Doc, verb: str, status: str) -> None:
    go(desk, dispute, verb)
    decided = desk.client.dispute.fetch(dispute["id"])
    for again in VERBS:
        sentence = desk.refused(f"disputes/{dispute['id']}/{again}")
        assert sentence == f"This dispute is {status} already."
    assert desk.client.dispute.fetch(dispute["id"]) == decided


def test_steps_out_of_order_are_refused(desk: Desk, dispute: Doc) -> None:
    assert "no evidence yet" in desk.refused(f"disputes/{dispute['id']}/ask")
    go(desk, dispute, "review")
    assert "under review already" in desk.refused(f"disputes/{dispute['id']}/review")
    assert desk.refused("disputes/x/win", 404) == "There is no dispute 'x' in the sandbox."


def test_nothing_happens_by_itself(desk: Desk, dispute: Doc) -> None:
    assert desk.press("clock", days=30)["events"] == []
    assert desk.client.dispute.fetch(dispute["id"]) == dispute


def test_each_step_is_told_with_what_is_true_then(desk: Desk, payment: Doc, dispute: Doc) -> None:
    desk.press("oddities", evidence_apart=False)
    verbs = ["review", "ask", "lose"]
    bodies = [told(desk, dispute, verb) for verb in verbs]
    names = [body["event"] for body in bodies]
    assert names == [f"payment.dispute.{n}" for n in ("under_review", "action_required", "lost")]
    found = [body["payload"]["dispute"]["entity"] for body in bodies]
    assert [each["status"] for each in found] == ["under_review", "open", "lost"]
    assert [each["amount_deducted"] for each in found] == [0, 0, 20_000]
    assert {body["payload"]["payment"]["entity"]["id"] for body in bodies} == {payment["id"]}
    assert all(body["contains"] == ["payment", "dispute"] for body in bodies)
    assert told(desk, _another(desk, payment), "close")["event"] == "payment.dispute.closed"
    assert told(desk, _another(desk, payment), "win")["event"] == "payment.dispute.won"


def _another(desk: Desk, payment: Doc) -> Doc:
    found: Doc = desk.press(f"payments/{payment['id']}/dispute")["dispute"]
    return found


def test_evidence_asked_for_again_stands_apart(desk: Desk, dispute: Doc) -> None:
    go(desk, dispute, "review")
    part = told(desk, dispute, "ask")["payload"]["dispute"]
    assert "evidence" not in part["entity"]
    assert part["evidence"] == desk.client.dispute.fetch(dispute["id"])["evidence"]
    desk.press("oddities", evidence_apart=False)
    go(desk, dispute, "review")
    part = told(desk, dispute, "ask")["payload"]["dispute"]
    assert list(part) == ["entity"]
    assert "evidence" in part["entity"]


def test_they_arrive_signed_where_they_are_ticked(desk: Desk, receiver: Receiver) -> None:
    ticked = ["payment.dispute.created", "payment.dispute.lost"]
    desk.press("webhooks", url=receiver.url, secret=SECRET, events=ticked)
    dispute = _another(desk, desk.paid_order()[1])
    go(desk, dispute, "review")
    go(desk, dispute, "lose")
    got = receiver.wait(2)
    assert {delivery.name for delivery in got} == set(ticked)
    assert all(delivery.is_signed_with(SECRET) for delivery in got)


def test_they_are_read_by_api(desk: Desk, payment: Doc) -> None:
    first = _another(desk, payment)
    desk.press("clock", hours=1)
    second = _another(desk, payment)
    assert desk.client.dispute.fetch(second["id"]) == second
    assert desk.client.dispute.all()["items"] == [first]
    desk.wait_out_the_lag()
    client = desk.client
    assert client.dispute.all() == {"entity": "collection", "count": 2, "items": [second, first]}
    assert client.dispute.all({"count": 1, "skip": 1})["items"] == [first]
    assert client.dispute.all({"from": second["created_at"]})["items"] == [second]
    assert client.dispute.all({"to": first["created_at"]})["items"] == [first]
    assert "greater than 100" in desk.error("GET", "/v1/disputes?count=101")["description"]


def test_others_do_not_see_them(desk: Desk, dispute: Doc) -> None:
    desk.wait_out_the_lag()
    live = desk.client_with(LIVE_KEYS)
    assert live.dispute.all()["count"] == 0
    with pytest.raises(razorpay.errors.BadRequestError, match="does not exist"):
        live.dispute.fetch(dispute["id"])
    path = f"/v1/disputes/{dispute['payment_id']}"
    assert "does not exist" in desk.error("GET", path)["description"]
    assert "not a valid id" in desk.error("GET", "/v1/disputes/disp_1")["description"]


def test_the_api_neither_accepts_nor_contests(desk: Desk, dispute: Doc) -> None:
    for method, verb in (("POST", "accept"), ("PATCH", "contest")):
        error = desk.error(method, f"/v1/disputes/{dispute['id']}/{verb}", 404, json={})
        assert "was not found" in error["description"]
    assert desk.client.dispute.fetch(dispute["id"])["status"] == "open"


def test_a_checker_sees_them_in_the_books(desk: Desk, dispute: Doc) -> None:
    go(desk, dispute, "lose")
    (found,) = desk.read("books?mode=test")["disputes"]
    assert found["id"] == dispute["id"]
    assert (found["status"], found["amount_deducted"]) == ("lost", 20_000)
    assert found["account"] == "acc_SandboxShop001"
    assert desk.read("books?mode=live")["disputes"] == []
