"""The rules of docs/odd-money.md as lives: what comes, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.lives import DAY, Life, T
from tests.samples import sample

ASKED = 49900


def came(number: int, at: int, amount: int = ASKED, currency: str = "INR") -> dict[str, Any]:
    """Payment `number` was captured, `at` seconds after the samples' time."""
    payment = {"id": f"pay_RsdOddMoney000{number}", "amount": amount, "currency": currency}
    return sample("payment.captured", created_at=T + at, payment=payment)


def went(number: int, at: int, amount: int = ASKED, currency: str = "INR") -> dict[str, Any]:
    """So much of payment `number` was refunded."""
    payment = came(number, 0, max(amount, ASKED), currency)["payload"]["payment"]["entity"]
    # What it was worth is only told by its own event.
    del payment["amount"]
    refund = {
        "id": f"rfnd_RsdOdd00{number}{at:06d}", "payment_id": payment["id"], "amount": amount,
        "currency": currency,
    }  # fmt: skip
    body = sample("refund.processed", created_at=T + at, refund=refund)
    body["payload"]["payment"] = {"entity": payment}
    return body


def failed_to_go(number: int, at: int) -> dict[str, Any]:
    """A refund of all of it was made, and the bank did not take it."""
    body = went(number, at)
    body["event"] = "refund.failed"
    body["payload"]["refund"]["entity"]["status"] = "failed"
    return body


def lost(number: int, at: int, amount: int = ASKED) -> dict[str, Any]:
    """The buyer's bank took payment `number` back."""
    payment = came(number, 0)["payload"]["payment"]["entity"]
    dispute = {
        "id": f"disp_RsdOdd0000{number}", "payment_id": payment["id"], "amount": amount,
        "status": "lost",
    }  # fmt: skip
    body = sample("payment.dispute.lost", created_at=T + at, dispute=dispute)
    body["payload"]["payment"] = {"entity": payment}
    return body


@dataclass(frozen=True)
class Case:
    """`problem` is what the seller is asked about, without the order's name; "" for nothing."""

    name: str
    life: Life
    status: str
    paid: int
    refunded: int = 0
    because: str = "paid"
    problem: str = ""

    @property
    def allowed(self) -> bool:
        return self.because == "paid"


MORE = "₹499.00 more than was asked came in and was kept."
USD = "$499.00 came in, but the order asks for INR: it does not count."
ATTEMPT = {"status": "authorized", "id": "pay_RsdLate0000001"}

CASES = [
    Case("what was asked", [came(1, 1)], "paid", ASKED),
    Case("after it had expired", [came(1, 31 * DAY)], "paid", ASKED),
    Case("a second payment", [came(1, 1), came(2, 60)], "paid", 2 * ASKED, problem=MORE),
    Case("two in one second", [came(1, 1), came(2, 1)], "paid", 2 * ASKED, problem=MORE),
    Case("the second given back", [came(1, 1), came(2, 60), went(2, 90)], "paid", 99800, ASKED),
    Case("the first given back", [came(1, 1), came(2, 60), went(1, 90)], "paid", 99800, ASKED),
    Case(
        "more than was asked", [came(1, 1, 50000)], "paid", 50000,
        problem="₹1.00 more than was asked came in and was kept.",
    ),
    Case(
        "less than was asked", [came(1, 1, 20000)], "attempted", 20000, because="not_paid",
        problem="₹200.00 came in; ₹299.00 is missing, so it is not paid.",
    ),
    Case("in two parts", [came(1, 1, 20000), came(2, 60, 29900)], "paid", ASKED),
    Case(
        "a part given back", [came(1, 1, 20000), went(1, 60, 20000)], "refunded", 20000, 20000,
        because="refunded",
    ),
    Case(
        "a part given back before the other came",
        [came(1, 1, 20000), went(1, 60, 20000), came(2, 90, 29900)],
        "attempted", ASKED, 20000, because="not_paid",
        problem="₹299.00 came in; ₹200.00 is missing, so it is not paid.",
    ),
    Case(
        "a part given back after the other came",
        [came(1, 1, 20000), came(2, 60, 29900), went(1, 90, 20000)],
        "partially_refunded", ASKED, 20000,
    ),
    Case("a part given back, then all of it", [came(1, 1, 20000), went(1, 60, 20000), came(2, 90)],
         "paid", 69900, 20000),
    Case(
        "another currency", [came(1, 1, currency="USD")], "attempted", 0, because="not_paid",
        problem=USD,
    ),
    Case(
        "another currency, given back", [came(1, 1, currency="USD"), went(1, 60, currency="USD")],
        "attempted", 0, because="not_paid",
    ),
    Case(
        "another currency, then the right one", [came(1, 1, currency="USD"), came(2, 60)], "paid",
        ASKED, problem=USD,
    ),
    Case("given back in full", [came(1, 1), went(1, 60)], "refunded", ASKED, ASKED, "refunded"),
    Case("given back in part", [came(1, 1), went(1, 60, 100)], "partially_refunded", ASKED, 100),
    Case(
        "given back in parts to the last",
        [came(1, 1), went(1, 60, 19900), went(1, 90, 30000)],
        "refunded", ASKED, ASKED, "refunded",
    ),
    Case("a refund that failed", [came(1, 1), failed_to_go(1, 60)], "paid", ASKED),
    Case(
        "again after a full refund", [came(1, 1), went(1, 60), came(2, 90)], "paid", 99800, ASKED,
        problem="All of it had been given back; then ₹499.00 came in: paid again.",
    ),
    Case(
        "too little after a full refund", [came(1, 1), went(1, 60), came(2, 90, 100)],
        "partially_refunded", 50000, ASKED, "refunded",
        problem="All of it had been given back; then ₹1.00 came in. That is less than was asked "
        "and opens nothing.",
    ),
    Case(
        "again and given back again", [came(1, 1), went(1, 60), came(2, 90), went(2, 120)],
        "refunded", 99800, 99800, "refunded",
    ),
    Case(
        "authorised, never captured, given back by Razorpay",
        [sample("payment.authorized", created_at=T, payment=ATTEMPT),
         sample("refund.processed.auto", created_at=T + 60)],
        "attempted", 0, because="not_paid",
    ),
    Case(
        "the same beside a payment",
        [came(1, 1), sample("payment.authorized", created_at=T + 2, payment=ATTEMPT),
         sample("refund.processed.auto", created_at=T + 60)],
        "paid", ASKED,
    ),
    Case("lost to the bank", [came(1, 1), lost(1, 60)], "refunded", ASKED, ASKED, "refunded"),
    Case(
        "refunded and lost as well", [came(1, 1), went(1, 60), lost(1, 90)], "refunded", ASKED,
        ASKED, "refunded",
    ),
    Case("the extra lost", [came(1, 1), came(2, 60), lost(2, 90)], "paid", 99800, ASKED),
]  # fmt: skip
