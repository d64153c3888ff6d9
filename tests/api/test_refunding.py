"""POST /api/v1/refunds/: a script gives money back, and a repeated request gives it back once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from gateways.models import Gateway
from orders import refunding
from orders.models import Order, Payment, Product, RefundInstruction, Resource
from tests.api.caller import Caller, problem, shape
from tests.conftest import Razorpay
from tests.gateways.stand_in import Desk
from webhooks import work

KEY = {"Idempotency-Key": "refund-of-order-7"}


@pytest.fixture
def payment(script: Caller, desk: Desk, connected: Gateway, product: Product) -> Payment:
    """₹499.00, really paid at the sandbox."""
    made = script.make("orders", product=product.uid, email="ananya.iyer@example.com", name="A")
    desk.press(f"orders/{made['razorpay_order_id']}/pay")
    order = Order.objects.get(uid=made["id"])
    tell(desk, connected)
    return order.payments.get()


def tell(desk: Desk, gateway: Gateway) -> None:
    for event in sorted(desk.all_events(), key=lambda event: int(event["seq"])):
        Razorpay(gateway).post(event["body"].encode())
        work.work()


def post(script: Caller, payment: Payment | str, **asked: Any) -> Any:
    """As a script sends it: fields, and headers that hold a dash."""
    headers = {name: asked.pop(name) for name in list(asked) if "-" in name}
    name = payment if isinstance(payment, str) else payment.uid
    return script.client.post(
        "/api/v1/refunds/", {"payment": name, **asked},
        content_type="application/json", headers=headers,
    )  # fmt: skip


def given_back(desk: Desk, payment: Payment) -> int:
    found = desk.call("GET", f"/v1/payments/{payment.razorpay_payment_id}").json()
    return int(found["amount_refunded"])


class TestMaking:
    @pytest.mark.parametrize("column", ["uid", "razorpay_payment_id"])
    def test_in_full_by_either_id(
        self, script: Caller, desk: Desk, payment: Payment, column: str
    ) -> None:
        response = post(script, getattr(payment, column))
        assert response.status_code == 201, response.content
        made = response.json()
        shape(made, payment=payment.uid, order=payment.order.uid, amount=49900, status="processed")
        assert made == script.one("refunds", payment=payment.uid)
        assert given_back(desk, payment) == 49900
        shape(script.one("orders"), status="refunded", amount_refunded=49900)
        done = RefundInstruction.objects.get()
        assert (done.made_by, done.user, done.state) == ("script", None, "done")

    def test_in_part_with_a_reason_and_an_end(
        self, script: Caller, product: Product, payment: Payment
    ) -> None:
        recipes = product.resources.get(title="Recipes")
        response = post(script, payment, amount=10000, reason="Late", ends=[recipes.uid])
        assert response.status_code == 201, response.content
        said = script.get("access", email="ananya.iyer@example.com", resource=recipes.uid)
        shape(said, allowed=False, because="ended_by_hand")
        assert said["story"][-1]["why"] == "By hand, through the API: Refunded in part: Late"
        videos = product.resources.get(title="Videos")
        shape(
            script.get("access", email="ananya.iyer@example.com", resource=videos.uid),
            allowed=True,
        )

    def test_without_a_key_each_request_is_another_refund(
        self, script: Caller, desk: Desk, payment: Payment
    ) -> None:
        assert [post(script, payment, amount=100).status_code for _ in range(2)] == [201, 201]
        assert given_back(desk, payment) == 200


class TestRefusing:
    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"amount": 49901}, "too_much"),
            ({"amount": 99}, "too_small"),
            ({"amount": 0}, "min_value"),
            ({"amount": "100"}, "invalid"),
            ({"amount": 100, "speed": "optimum"}, "unknown_field"),
            ({"reason": "x" * 201}, "max_length"),
            ({"ends": ["res_none"]}, "unknown_resource"),
            ({"ends": "res_none"}, "not_a_list"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_asked(
        self, script: Caller, desk: Desk, payment: Payment, asked: dict[str, Any], code: str
    ) -> None:
        said = problem(post(script, payment, **asked), code)
        if code == "too_much":
            assert said["detail"] == "At most ₹499.00 of this payment can be refunded."
        assert not RefundInstruction.objects.exists()
        assert given_back(desk, payment) == 0

    def test_a_payment_that_is_not_theirs_or_nobodys(
        self, script: Caller, their_script: Caller, payment: Payment
    ) -> None:
        for name in (payment.uid, payment.razorpay_payment_id):
            problem(post(their_script, name), "unknown_payment")
        for name in ("pmt_none", "pay_none"):
            problem(post(script, name), "unknown_payment")
        problem(script.post("refunds", {}), "required")

    def test_a_resource_of_another_product(
        self, script: Caller, payment: Payment, product: Product
    ) -> None:
        other = Resource.objects.create(account=product.account, title="Other", text="…")
        problem(post(script, payment, amount=100, ends=[other.uid]), "unknown_resource")

    def test_nothing_left(self, script: Caller, payment: Payment) -> None:
        post(script, payment)
        problem(post(script, payment), "nothing_left")

    def test_not_captured(self, script: Caller, desk: Desk, payment: Payment) -> None:
        order = payment.order
        failed = desk.press(f"orders/{desk.order()['id']}/fail")["payment"]["id"]
        row = Payment.objects.create(
            gateway=payment.gateway, order=order, razorpay_payment_id=failed, amount=50000,
            currency="INR", status="failed",
        )  # fmt: skip
        problem(post(script, row), "not_captured")

    def test_a_disconnected_account(
        self, script: Caller, payment: Payment, connected: Gateway
    ) -> None:
        Gateway.objects.update(disconnected_at=timezone.now())
        problem(post(script, payment), "no_gateway", 409)

    @pytest.mark.parametrize(
        ("fail", "code", "status"),
        [("401", "keys_refused", 502), ("429", "razorpay_unavailable", 503)],
    )
    def test_razorpay_that_does_nothing(
        self, script: Caller, desk: Desk, payment: Payment, fail: str, code: str, status: int
    ) -> None:
        desk.press("api", fail=fail)
        problem(post(script, payment, **KEY), code, status)
        desk.press("api", fail="none")
        assert post(script, payment, **KEY).status_code == 201, "the same key may be used again"
        assert given_back(desk, payment) == 49900

    def test_razorpays_own_sentence(
        self, script: Caller, desk: Desk, payment: Payment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(refunding, "what_razorpay_says", lambda _payment: 0)
        desk.press(f"payments/{payment.razorpay_payment_id}/refund", amount=40000)
        said = problem(post(script, payment, amount=20000, **KEY), "razorpay_refused", 502)
        assert "Razorpay refused: The refund amount provided is greater" in said["detail"]
        assert post(script, payment, amount=9900, **KEY).status_code == 201


class TestOnce:
    def test_the_same_key_and_body_is_the_same_refund(
        self, script: Caller, desk: Desk, payment: Payment
    ) -> None:
        made = [post(script, payment, amount=100, reason="Late", **KEY) for _ in range(3)]
        assert [response.status_code for response in made] == [201] * 3
        assert len({response.json()["id"] for response in made}) == 1
        assert RefundInstruction.objects.count() == 1
        assert given_back(desk, payment) == 100

    def test_another_body_is_refused(
        self, script: Caller, desk: Desk, payment: Payment, product: Product
    ) -> None:
        post(script, payment, amount=100, **KEY)
        videos = product.resources.get(title="Videos").uid
        for other in ({"amount": 200}, {}, {"amount": 100, "ends": [videos]}):
            problem(post(script, payment, **other, **KEY), "idempotency_key_reused", 409)
        assert given_back(desk, payment) == 100

    def test_another_accounts_key_is_another_key(
        self, script: Caller, their_script: Caller, payment: Payment
    ) -> None:
        post(script, payment, amount=100, **KEY)
        problem(post(their_script, payment, amount=100, **KEY), "unknown_payment")
        (kept,) = Session.objects.all()
        assert KEY["Idempotency-Key"] not in kept.session_key + kept.session_data

    def test_a_key_is_forgotten_after_thirty_days(
        self, script: Caller, desk: Desk, payment: Payment
    ) -> None:
        post(script, payment, amount=100, **KEY)
        for days, together in ((29, 100), (31, 200)):
            with time_machine.travel(timezone.now() + timedelta(days=days)):
                assert post(script, payment, amount=100, **KEY).status_code == 201
            assert given_back(desk, payment) == together

    @pytest.mark.parametrize("fail", ["lost", "502"])
    def test_what_is_not_known_is_kept_and_made_once(
        self, script: Caller, desk: Desk, payment: Payment, fail: str
    ) -> None:
        desk.press("api", fail=fail, paths=f"/v1/payments/{payment.razorpay_payment_id}/refund")
        said = problem(post(script, payment, amount=100, **KEY), "outcome_unknown", 504)
        assert "Raseed keeps asking with the same key, so that it is made once." in said["detail"]
        again = post(script, payment, amount=100, **KEY)
        assert problem(again, "outcome_unknown", 504) == said
        assert RefundInstruction.objects.get().state == "requested"
        desk.press("api", fail="none")
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            assert refunding.make_due() == 1
            made = post(script, payment, amount=100, **KEY)
        assert made.status_code == 201
        assert given_back(desk, payment) == 100
