"""What buyers do with orders: which events it causes, in which order, in which shape."""

import json

import pytest

from tests.sandbox.desk import Desk, Doc

PAID = ["payment.authorized", "payment.captured", "order.paid"]
GIVEN_BACK = ["payment.authorized", "refund.created", "refund.processed"]


def payment_in(event: Doc) -> Doc:
    found: Doc = event["payload"]["payment"]["entity"]
    return found


def bodies(desk: Desk, path: str, **how: object) -> list[Doc]:
    return [json.loads(event["body"]) for event in desk.bodies(path, **how)]


def test_paying_makes_three_events_in_one_second(desk: Desk) -> None:
    order = desk.order()
    done = desk.press(f"orders/{order['id']}/pay", method="upi")
    assert [event["event"] for event in done["events"]] == PAID
    assert len({event["created_at"] for event in done["events"]}) == 1
    assert (done["order"]["status"], done["order"]["attempts"]) == ("paid", 1)
    assert (done["order"]["amount_paid"], done["order"]["amount_due"]) == (50_000, 0)
    assert done["payment"]["status"] == "captured"


def test_the_envelope(desk: Desk) -> None:
    order = desk.order()
    event = bodies(desk, f"orders/{order['id']}/pay", method="netbanking")[-1]
    assert list(event) == [
        *("entity", "account_id", "event", "contains", "payload", "created_at"),
    ]
    assert (event["entity"], event["account_id"]) == ("event", "acc_SandboxShop001")
    assert event["contains"] == ["payment", "order"] == list(event["payload"])


def test_snapshots_are_of_their_moment(desk: Desk) -> None:
    order = desk.order()
    authorized, captured, paid = bodies(desk, f"orders/{order['id']}/pay", method="wallet")
    first, second = payment_in(authorized), payment_in(captured)
    assert (first["status"], first["captured"], first["fee"]) == ("authorized", False, None)
    assert (second["status"], second["captured"], second["fee"]) == ("captured", True, 1_180)
    assert "base_amount" not in first
    assert "error_source" not in payment_in(paid)
    assert paid["payload"]["order"]["entity"]["status"] == "paid"


def test_who_gave_no_address_has_razorpays(desk: Desk) -> None:
    assert desk.paid_order()[1]["email"] == "void@razorpay.com"
    known = desk.paid_order(email="Meera@Example.com", contact="+919800000000")[1]
    assert (known["email"], known["contact"]) == ("Meera@Example.com", "+919800000000")


def test_the_oddities_of_cards(desk: Desk) -> None:
    order = desk.order()
    authorized, captured, _ = bodies(desk, f"orders/{order['id']}/pay", method="card")
    assert payment_in(authorized)["captured"] is True
    assert payment_in(captured)["fee"] is None
    assert payment_in(captured)["error_code"] == ""
    assert payment_in(captured)["card"]["id"] == payment_in(captured)["card_id"]
    failed = bodies(desk, f"orders/{desk.order()['id']}/fail", method="card")[0]
    assert (payment_in(failed)["status"], payment_in(failed)["captured"]) == ("failed", True)


def test_every_third_failed_card_gives_no_reason(desk: Desk) -> None:
    def reason() -> object:
        event = bodies(desk, f"orders/{desk.order()['id']}/fail", method="card")[0]
        return payment_in(event)["error_reason"]

    assert [reason() for _ in range(3)] == ["insufficient_funds", "insufficient_funds", None]
    assert desk.read("books")["payments"][-1]["error_reason"] == "insufficient_funds"


def test_plain_bodies_when_oddities_are_off(desk: Desk) -> None:
    desk.press("oddities", on=False)
    authorized, captured, _ = bodies(desk, f"orders/{desk.order()['id']}/pay", method="card")
    assert payment_in(authorized)["captured"] is False
    assert payment_in(authorized)["email"] is None
    assert payment_in(captured)["fee"] == 1_180
    desk.press("oddities", failed_captured=True)
    assert desk.read("oddities")["oddities"]["failed_captured"] is True
    assert desk.read("oddities")["oddities"]["void_email"] is False


def test_failing_and_then_paying(desk: Desk) -> None:
    order = desk.order()
    done = desk.press(f"orders/{order['id']}/fail", method="upi", reason="payment_timed_out")
    assert [event["event"] for event in done["events"]] == ["payment.failed"]
    assert done["order"]["status"] == "attempted"
    assert done["payment"]["error_reason"] == "payment_timed_out"
    assert done["payment"]["error_code"] == "BAD_REQUEST_ERROR"
    assert desk.happens(f"orders/{order['id']}/pay") == PAID
    assert desk.client.order.fetch(order["id"])["attempts"] == 2
    assert "nobody can try" in desk.refused(f"orders/{order['id']}/fail")


def test_late_authorisation_is_of_the_same_payment(desk: Desk) -> None:
    order = desk.order()
    assert "No payment" in desk.refused(f"orders/{order['id']}/authorise-late")
    failed = desk.press(f"orders/{order['id']}/fail")["payment"]
    done = desk.press(f"orders/{order['id']}/authorise-late")
    assert [event["event"] for event in done["events"]] == PAID
    assert done["payment"]["id"] == failed["id"]
    assert done["payment"]["late_authorized"] is True
    assert done["payment"]["error_reason"] is None
    assert done["order"]["status"] == "paid"


def test_a_late_payment_of_a_paid_order_is_given_back(desk: Desk) -> None:
    order = desk.order()
    failed = desk.press(f"orders/{order['id']}/fail")["payment"]
    desk.press(f"orders/{order['id']}/pay")
    assert desk.happens(f"payments/{failed['id']}/authorise-late") == GIVEN_BACK
    found = desk.client.payment.fetch(failed["id"])
    assert (found["status"], found["captured"]) == ("refunded", False)


def test_a_second_payment_is_given_back_unless_forced(desk: Desk) -> None:
    order, _ = desk.paid_order()
    events = bodies(desk, f"orders/{order['id']}/pay", method="upi")
    assert [event["event"] for event in events] == GIVEN_BACK
    assert payment_in(events[-1])["captured"] is False
    forced = desk.press(f"orders/{order['id']}/pay", force=True)
    assert [event["event"] for event in forced["events"]] == PAID[:2]
    assert forced["order"]["amount_paid"] == 100_000


def test_parts_and_odd_amounts(desk: Desk) -> None:
    order = desk.order(partial_payment=True, first_payment_min_amount=10_000)
    assert desk.happens(f"orders/{order['id']}/pay", amount=20_000) == PAID[:2]
    part = desk.client.order.fetch(order["id"])
    assert (part["status"], part["amount_due"]) == ("attempted", 30_000)
    assert desk.happens(f"orders/{order['id']}/pay") == PAID
    assert desk.client.order.fetch(order["id"])["amount_paid"] == 50_000


def test_another_currency_pays_nothing(desk: Desk) -> None:
    order = desk.order()
    done = desk.press(f"orders/{order['id']}/pay", currency="USD")
    assert [event["event"] for event in done["events"]] == PAID[:2]
    assert done["order"]["amount_paid"] == 0


def test_a_payment_that_is_under_way(desk: Desk) -> None:
    order = desk.order()
    started = desk.press(f"orders/{order['id']}/start", method="upi")
    assert started["events"] == []
    assert started["payment"]["status"] == "created"
    assert [e["event"] for e in desk.press("clock", minutes=11)["events"]] == ["payment.failed"]
    failed = desk.client.payment.fetch(started["payment"]["id"])
    assert failed["error_reason"] == "payment_timed_out"


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("pay", {"method": "gold"}, "method must be one of"),
        ("pay", {"amount": -1}, "at least 1"),
        ("pay", {"amount": "x"}, "must be an integer"),
        ("pay", {"amont": 1}, "should not be sent"),
        ("pay", {"force": "perhaps"}, "true or false"),
        ("fail", {"reason": "Because!"}, "insufficient_funds"),
        ("refund", {}, "No payment"),
    ],
)
def test_a_switch_says_what_it_does_not_understand(
    desk: Desk, path: str, body: Doc, text: str
) -> None:
    assert text in desk.refused(f"orders/{desk.order()['id']}/{path}", **body)


def test_every_tenth_payment_brings_a_stranger(desk: Desk) -> None:
    answers = [desk.press(f"orders/{desk.order()['id']}/pay") for _ in range(10)]
    assert all("strangers" not in answer for answer in answers[:9])
    assert [event["event"] for event in answers[9]["events"]] == PAID
    assert [event["event"] for event in answers[9]["strangers"]] == PAID
    strangers = [p for p in desk.read("books")["payments"] if p["stranger"]]
    assert len(strangers) == 1
    desk.press("oddities", strangers=False)
    answers = [desk.press(f"orders/{desk.order()['id']}/pay") for _ in range(10)]
    assert all("strangers" not in answer for answer in answers)


def test_three_kinds_of_strangers(desk: Desk) -> None:
    done = desk.press("strangers", n=3)
    names = [event["event"] for event in done["events"]]
    assert names == [*PAID, *PAID[:2], *PAID, "invoice.paid"]
    shop, code, paper = (desk.client.payment.fetch(pay_id) for pay_id in done["payments"])
    assert shop["notes"]["shop"] == "चाय की दुकान"
    assert (code["order_id"], code["notes"]) == (None, [])
    assert desk.client.invoice.fetch(paper["invoice_id"])["subscription_id"] is None
