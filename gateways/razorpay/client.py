"""Calls to Razorpay's API with one gateway's keys, through the official package.

Every call raises one of `gateways.razorpay.errors`. Amounts are integers in the currency's smallest
unit. Answers are Razorpay's entities as dicts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import certifi
from django.conf import settings

from gateways.razorpay import errors

if TYPE_CHECKING:
    from gateways.models import Gateway

LIMITS = (3.0, 10.0)  # seconds to connect, to answer
BUYER_LIMITS = (2.0, 4.0)  # a buyer waits, and the webhook comes anyway
CHECK_LIMITS = (3.0, 7.0)  # a person waits
PAGE = 100  # the most that Razorpay lists at once
CHECK_TIME = 10.0  # seconds for all that is asked before keys are saved

Json = dict[str, Any]


class Razorpay:
    """One pair of keys. Not shared between threads or sellers."""

    def __init__(self, key_id: str, key_secret: str, limits: tuple[float, float] = LIMITS) -> None:
        # Here, because the package and requests are 9 MB: most processes never ask Razorpay.
        import razorpay

        from gateways.razorpay.session import Session

        self.api = razorpay.Client(
            session=Session(limits),
            # As bytes: requests would encode text as Latin-1, and fail on what that lacks.
            auth=(key_id.encode(), key_secret.encode()),
            base_url=settings.RAZORPAY_API_URL,
        )
        # The package brings a bundle of 2015, which lacks roots that are in use today.
        self.api.cert_path = certifi.where()
        # It would repeat a POST whose answer was lost.
        self.api.enable_retry(False)
        self.note: Callable[[str], None] = lambda _razorpay_id: None

    @classmethod
    def of(cls, gateway: Gateway, limits: tuple[float, float] = LIMITS) -> Razorpay:
        """A client with this gateway's keys. What is made with them becomes its witness."""
        client = cls(gateway.key_id, gateway.key_secret, limits)
        client.note = gateway.note_witness
        return client

    @property
    def calls(self) -> int:
        """How many calls were made with it."""
        made: int = self.api.session.calls
        return made

    def sees(self, witness: str) -> bool:
        """Whether these keys see this order or subscription: then it is of their account."""
        fetch = self.subscription if witness.startswith("sub_") else self.order
        try:
            fetch(witness)
        except errors.KeysRefused:
            raise
        except errors.Refused:
            return False
        return True

    # https://razorpay.com/docs/api/orders/
    def newest_order(self) -> Json | None:
        """The account's newest order, if any. The cheapest question that needs right keys."""
        items: list[Json] = self.api.order.all({"count": 1}).get("items") or []
        return items[0] if items else None

    def create_order(self, *, amount: int, currency: str, receipt: str, notes: Json) -> Json:
        """Create an order, or get the one that has this receipt already (`unique_receipt`)."""
        created = made(
            self.api.order.create(
                {
                    "amount": amount,
                    "currency": currency,
                    "receipt": receipt,
                    "unique_receipt": True,
                    "notes": notes,
                    "payment": {
                        "capture": "automatic",
                        "capture_options": {
                            "automatic_expiry_period": 4320,
                            "refund_speed": "normal",
                        },
                    },
                }
            )
        )
        self.note(created["id"])
        return created

    def create_mandate_order(
        self, *, amount: int, currency: str, receipt: str, notes: Json, mandate: Json
    ) -> Json:
        """An order whose payment is also the buyer's leave for debits; sent again it is the same.

        `mandate` is customer_id, method and token: {max_amount, expire_at, frequency}.
        https://razorpay.com/docs/api/payments/recurring-payments/cards/create-authorization-transaction/
        """
        terms = {"amount": amount, "currency": currency, "receipt": receipt, "notes": notes}
        asked = {**terms, "unique_receipt": True, "payment_capture": True, **mandate}
        created = made(self.api.order.create(asked))
        self.note(created["id"])
        return created

    def order(self, order_id: str) -> Json:
        found: Json = self.api.order.fetch(order_id)
        return found

    def order_payments(self, order_id: str) -> list[Json]:
        """Every try to pay this order. https://razorpay.com/docs/api/orders/fetch-payments/"""
        found: list[Json] = self.api.order.payments(order_id).get("items") or []
        return found

    # https://razorpay.com/docs/api/payments/subscriptions/
    def create_plan(self, *, period: str, interval: int, item: Json, notes: Json) -> Json:
        terms = {"period": period, "interval": interval, "item": item, "notes": notes}
        return made(self.api.plan.create(terms))

    def find_plan(self, price_uid: str) -> str | None:
        """The id of the plan that carries our note, among the newest hundred."""
        items: list[Json] = self.api.plan.all({"count": 100}).get("items") or []
        for item in items:
            if notes_of(item).get("raseed_price") == price_uid:
                return str(item["id"])
        return None

    def plan(self, plan_id: str) -> Json:
        found: Json = self.api.plan.fetch(plan_id)
        return found

    def create_subscription(self, terms: Json) -> Json:
        created = made(self.api.subscription.create(terms))
        self.note(created["id"])
        return created

    def subscription(self, subscription_id: str) -> Json:
        found: Json = self.api.subscription.fetch(subscription_id)
        return found

    def subscriptions_of(self, plan_id: str, *order_uids: str) -> list[Json]:
        """Those of a plan that carry our orders' ids, among the newest hundred. The list lags."""
        query = {"plan_id": plan_id, "count": 100}
        items: list[Json] = self.api.subscription.all(query).get("items") or []
        return [item for item in items if notes_of(item).get("raseed_order") in order_uids]

    def cancel_subscription(self, subscription_id: str, *, at_cycle_end: bool = False) -> Json:
        terms = {"cancel_at_cycle_end": int(at_cycle_end)}
        return made(self.api.subscription.cancel(subscription_id, terms))

    def pause_subscription(self, subscription_id: str) -> Json:
        return made(self.api.subscription.pause(subscription_id, {"pause_at": "now"}))

    def resume_subscription(self, subscription_id: str) -> Json:
        return made(self.api.subscription.resume(subscription_id, {"resume_at": "now"}))

    def update_subscription(self, subscription_id: str, terms: Json) -> Json:
        """https://razorpay.com/docs/api/payments/subscriptions/update-subscription/"""
        return made(self.api.subscription.edit(subscription_id, terms))

    # https://razorpay.com/docs/api/refunds/
    def refund(self, payment_id: str, *, amount: int, key: str, notes: Json) -> Json:
        """Give back so much (smallest unit). Sent again with the same key it is the same refund."""
        headers = {"X-Refund-Idempotency": key}
        terms = {"amount": amount, "speed": "normal", "notes": notes}
        return made(self.api.payment.refund(payment_id, terms, headers=headers))

    def refunds(self, payment_id: str) -> list[Json]:
        """The newest hundred of a payment. The list lags."""
        found: list[Json] = self.api.payment.fetch_multiple_refund(payment_id, {"count": 100}).get(
            "items"
        )
        return found or []

    def refund_made(self, refund_id: str) -> Json:
        found: Json = self.api.refund.fetch(refund_id)
        return found

    # https://razorpay.com/docs/api/disputes/fetch/
    def dispute(self, dispute_id: str) -> Json:
        found: Json = self.api.dispute.fetch(dispute_id)
        return found

    # https://razorpay.com/docs/api/payments/fetch-all-payments/
    def listed(self, what: str, *, since: int, until: int | None, skip: int) -> list[Json]:
        """A page of the "payment"s, "refund"s or "dispute"s made in a span of time (unix seconds,
        both ends included), newest first, at most PAGE. The list lags."""
        query = {"from": since, "to": until, "count": PAGE, "skip": skip}
        given = {name: value for name, value in query.items() if value is not None}
        found: list[Json] = getattr(self.api, what).all(given).get("items") or []
        return found

    # https://razorpay.com/docs/api/payments/
    def payment(self, payment_id: str) -> Json:
        found: Json = self.api.payment.fetch(payment_id)
        return found

    def capture(self, payment_id: str, *, amount: int, currency: str) -> Json:
        """Take an authorized payment; refused for any other, and for any other amount.

        https://razorpay.com/docs/api/payments/capture/
        """
        return made(self.api.payment.capture(payment_id, amount, {"currency": currency}))

    # https://razorpay.com/docs/api/customers/
    def customer(self, *, name: str, email: str, notes: Json) -> Json:
        """The customer with this address, made if there is none: the same however often asked."""
        terms = {"name": name, "email": email, "fail_existing": "0", "notes": notes}
        named = {key: value for key, value in terms.items() if value}
        return made(self.api.customer.create(named))

    # https://razorpay.com/docs/api/payments/recurring-payments/cards/tokens/
    def token(self, customer_id: str, token_id: str) -> Json:
        found: Json = self.api.token.fetch(customer_id, token_id)
        return found

    def cancel_token(self, customer_id: str, token_id: str, *, method: str) -> str:
        """End a mandate; its status then. Refused where Razorpay no longer knows it, or it ended.

        A token of UPI that is deleted stays a mandate at the bank; of cards only that is offered.
        https://razorpay.com/docs/api/payments/recurring-payments/upi/tokens/
        """
        if method == "upi":
            answer: Json = self.api.token.cancel(customer_id, token_id)
            return str(answer.get("status") or "cancellation_initiated")
        self.api.token.delete(customer_id, token_id)
        return "cancelled"

    def debit(self, terms: Json) -> str:
        """Charge a mandate; the id of the payment that Razorpay made of it, whatever becomes of it.

        https://razorpay.com/docs/api/payments/recurring-payments/cards/create-subsequent-payments/
        """
        answer: Json = self.api.payment.createRecurring(terms)
        payment_id = answer.get("razorpay_payment_id")
        if not isinstance(payment_id, str):
            raise errors.unknown(ValueError("charged, but without an id"))
        return payment_id

    # https://razorpay.com/docs/api/payments/subscriptions/fetch-invoices/
    def invoices_of(self, subscription_id: str, skip: int = 0) -> list[Json]:
        """The newest hundred of a subscription, or those before them. The list lags."""
        query = {"subscription_id": subscription_id, "count": PAGE, "skip": skip}
        found: list[Json] = self.api.invoice.all(query).get("items") or []
        return found

    def invoice(self, invoice_id: str) -> Json:
        found: Json = self.api.invoice.fetch(invoice_id)
        return found


def notes_of(entity: Json) -> Json:
    """Empty notes are a list."""
    notes = entity.get("notes")
    return notes if isinstance(notes, dict) else {}


def made(entity: Json) -> Json:
    """What was created. An answer that does not name it leaves open what was done."""
    if not isinstance(entity.get("id"), str):
        raise errors.unknown(ValueError("created, but without an id"))
    return entity
