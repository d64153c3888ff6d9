"""What Razorpay tells of one refund of the whole payment, ends and answers."""

from __future__ import annotations

from typing import Any

from gateways.models import Gateway
from orders import asking
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import sample

PAYMENT = "pay_RsdCard0000001"
NAME = "rfnd_RsdTwoEnds001"
WHOLE = 49900

CAPTURED = sample("payment.captured", created_at=T)


def refund(status: str, name: str = NAME, amount: int = WHOLE) -> dict[str, Any]:
    body = sample("refund.processed", refund=said(status, name, amount))
    found: dict[str, Any] = body["payload"]["refund"]["entity"]
    return found


def said(status: str, name: str = NAME, amount: int = WHOLE) -> dict[str, Any]:
    return {"id": name, "payment_id": PAYMENT, "amount": amount, "status": status}


def told(event: str, status: str, at: int, name: str = NAME, amount: int = WHOLE) -> dict[str, Any]:
    """An event that tells of it alone, `at` seconds after the samples' time."""
    body = sample(f"refund.{event}", created_at=T + at, refund=said(status, name, amount))
    body["payload"].pop("payment", None)
    return body


# As Razorpay publishes it: the announcement says processed already.
CREATED = told("created", "processed", 60)
FAILED = told("failed", "failed", 120)


def answered(status: str, at: int) -> dict[str, Any]:
    """Asked at that time which end is true, Razorpay says so."""
    return {"event": "refund.resolved", "status": status, "at": T + at}


def tell(razorpay: Razorpay, *facts: dict[str, Any]) -> None:
    """Webhooks are posted, answers passed on."""
    for fact in facts:
        if fact["event"] == "refund.resolved":
            answer(razorpay.gateway, fact["status"], fact["at"])
        else:
            razorpay.tell(fact)


def answer(gateway: Gateway, status: str, at: int = 0) -> None:
    """Without a time: an answer to another question, which says nothing of when."""
    name = "refund.resolved" if at else "refund.fetched"
    asking.pass_on(gateway.pk, name, {"refund": refund(status)}, at)
