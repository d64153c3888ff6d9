"""A seller with a mandate: customer, authorisation order, token, and debits by it."""

from typing import Any

import pytest
import razorpay

from tests.sandbox.desk import Desk, Doc

AMOUNT = 49_900
FIRST = ["payment.authorized", "token.confirmed", "payment.captured", "order.paid"]
PAID = ["payment.authorized", "payment.captured", "order.paid"]
GIVEN_BACK = ["payment.authorized", "refund.created", "refund.processed"]
DOMESTIC_CARD: Doc = {"method": "card"}
FOREIGN_CARD: Doc = {"method": "card", "international": True}
UPI: Doc = {"method": "upi"}


class Seller:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.customer: Doc = desk.client.customer.create(
            {"name": "Meera Pillai", "email": "meera@example.com"}
        )

    def authorisation(self, **fields: Any) -> Doc:
        """An order whose payment also allows later debits."""
        terms = {"max_amount": 100_000, "frequency": "as_presented"}
        wanted = {"amount": AMOUNT, "customer_id": self.customer["id"], "token": terms}
        return self.desk.order(**wanted | fields)

    def token(self, **how: Any) -> Doc:
        """A confirmed one, unless the desk is told otherwise."""
        done = self.desk.press(f"orders/{self.authorisation()['id']}/pay", **how)
        found: Doc = done["token"]
        return found

    def bill(self) -> Doc:
        return self.desk.order(amount=AMOUNT)

    def terms(self, order: Doc, token: Doc, /, **fields: Any) -> Doc:
        return {
            "email": "meera@example.com",
            "contact": "+919811122233",
            "amount": AMOUNT,
            "currency": "INR",
            "order_id": order["id"],
            "customer_id": token["customer_id"],
            "token": token["id"],
            "recurring": "1",
        } | fields

    def debit(self, order: Doc, token: Doc, /, **fields: Any) -> Doc:
        """The payment that was made."""
        answer = self.desk.client.payment.createRecurring(self.terms(order, token, **fields))
        assert list(answer) == ["razorpay_payment_id"]
        return self.payment(answer["razorpay_payment_id"])

    def refused(self, order: Doc, token: Doc, /, **fields: Any) -> Doc:
        """Razorpay's error object; nothing was made."""
        before = self.order(order)
        wanted = self.terms(order, token, **fields)
        path = "/v1/payments/create/recurring"
        error = self.desk.error("POST", path, json={k: v for k, v in wanted.items() if v != ""})
        assert self.order(order) == before
        return error

    def order(self, order: Doc) -> Doc:
        found: Doc = self.desk.client.order.fetch(order["id"])
        return found

    def payment(self, payment_id: str) -> Doc:
        found: Doc = self.desk.client.payment.fetch(payment_id)
        return found

    def go(self, **time: float) -> list[str]:
        return [event["event"] for event in self.desk.press("clock", **time)["events"]]


def unknown() -> Any:
    return pytest.raises(razorpay.errors.BadRequestError, match="id provided does not exist")
