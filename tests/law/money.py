"""Payments, refunds and the orders they pay (spec.md 4)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.law.facts import Entity, Fact
from tests.law.matching import Ties
from tests.law.shapes import DAY, Order, OurOrder, Payment, Refund

PAYMENT_RANKS = ("created", "failed", "authorized", "captured", "refunded")
REFUND_RANKS = ("pending", "failed", "processed")
EXPIRES = 30 * DAY
NO_EMAIL = "void@razorpay.com"
# Of a payment: ids, e-mail, token, notes.
SET_ONCE = ("email", "invoice_id", "notes", "order_id", "token_id")


def snapshots(facts: Iterable[Fact], kind: str) -> dict[str, list[tuple[Fact, Entity]]]:
    """Every snapshot of every entity of a kind, by its id."""
    found: dict[str, list[tuple[Fact, Entity]]] = {}
    for fact in facts:
        entity = fact.entity(kind)
        if entity.get("id"):
            found.setdefault(str(entity["id"]), []).append((fact, entity))
    return found


def says_captured(entity: Entity) -> bool:
    """Whether a snapshot proves that the money was taken."""
    if entity.get("status") == "captured":
        return True
    given_back = entity.get("status") == "refunded" or bool(entity.get("refund_status"))
    if entity.get("status") in ("created", "failed", "authorized"):
        return False
    return given_back and entity.get("captured") in (True, 1, "1")


def payments_of(facts: Sequence[Fact], ties: Ties) -> dict[str, Payment]:
    """Our payments."""
    found = {}
    for key, seen in snapshots(facts, "payment").items():
        owner = ties.owner([key])
        if owner:
            found[key] = _payment(owner, seen)
    return found


def _payment(owner: OurOrder, seen: Sequence[tuple[Fact, Entity]]) -> Payment:
    entities = [entity for _, entity in seen]
    ranks = [PAYMENT_RANKS.index(entity["status"]) for entity in entities]
    return Payment(
        status=PAYMENT_RANKS[max(ranks)],
        captured=any(says_captured(entity) for entity in entities),
        amount=_first(entities, "amount", 0),
        amount_refunded=max(int(entity.get("amount_refunded") or 0) for entity in entities),
        order=owner.name,
        subscription=owner.subscription_id,
        email=next((json.loads(value) for value in _told(seen, "email")), ""),
        flagged=tuple(key for key in SET_ONCE if len(_told(seen, key)) > 1),
    )


def _told(seen: Sequence[tuple[Fact, Entity]], key: str) -> list[str]:
    """The different values of a field that is set once, as JSON, earliest first. Null and empty say
    nothing, nor does what Razorpay writes where there is no e-mail."""
    told = sorted(
        (fact.as_of, json.dumps(entity[key], sort_keys=True))
        for fact, entity in seen
        if entity.get(key) and entity[key] != NO_EMAIL
    )
    return list(dict.fromkeys(value for _when, value in told))


def _first(seen: Sequence[Entity], key: str, otherwise: Any) -> Any:
    return next((entity[key] for entity in seen if entity.get(key)), otherwise)


def refunds_of(facts: Sequence[Fact], ties: Ties) -> dict[str, Refund]:
    """Our refunds: each by its own status, whichever event brings it, upwards only; but as Razorpay
    answered last, when it was asked which end is true."""
    found = {}
    for key, seen in snapshots(facts, "refund").items():
        if not ties.owner([key]):
            continue
        entities = [entity for _, entity in seen]
        found[key] = Refund(
            status=_answered(seen) or _greatest(seen),
            amount=_first(entities, "amount", 0),
            payment=_first(entities, "payment_id", ""),
        )
    return found


def _answered(seen: Sequence[tuple[Fact, Entity]]) -> str:
    """What the newest answer says, "" where there is none or it does not know yet."""
    told = [
        (fact.as_of, fact.digest, str(entity["status"]))
        for fact, entity in seen
        if fact.event == "refund.resolved" and entity.get("status") in ("failed", "processed")
    ]
    return max(told)[2] if told else ""


def _greatest(seen: Sequence[tuple[Fact, Entity]]) -> str:
    return max((_refund_status(fact, entity) for fact, entity in seen), key=REFUND_RANKS.index)


def _refund_status(fact: Fact, entity: Entity) -> str:
    if entity.get("status"):
        return str(entity["status"])
    said = fact.event.partition(".")[2]
    return said if said in REFUND_RANKS else "pending"


def given_back(
    facts: Sequence[Fact], payments: Mapping[str, Payment], refunds: Mapping[str, Refund]
) -> dict[str, int]:
    """How much of each captured payment went back: processed refunds, and lost disputes."""
    back = dict.fromkeys(payments, 0)
    for refund in refunds.values():
        if refund.status == "processed" and refund.payment in back:
            back[refund.payment] += refund.amount
    for _, dispute in lost_disputes(facts):
        if dispute["payment_id"] in back:
            back[dispute["payment_id"]] += int(dispute["amount"])
    return {key: total for key, total in back.items() if payments[key].captured}


def lost_disputes(facts: Sequence[Fact]) -> Iterator[tuple[int, Entity]]:
    """Each dispute that was lost, and when."""
    for seen in snapshots(facts, "dispute").values():
        lost = [(fact.as_of, entity) for fact, entity in seen if entity.get("status") == "lost"]
        if lost:
            yield min(lost, key=lambda pair: pair[0])


def given_back_at(facts: Sequence[Fact], refunds: Mapping[str, Refund]) -> dict[str, int]:
    """When the last of each payment that went back was gone. What failed after all never went."""
    moments: dict[str, int] = {}
    for name, seen in snapshots(facts, "refund").items():
        if name not in refunds or refunds[name].status != "processed":
            continue
        done = [(f.as_of, e) for f, e in seen if _refund_status(f, e) == "processed"]
        if done:
            when, key = min(f for f, _ in done), str(done[0][1]["payment_id"])
            moments[key] = max(when, moments.get(key, 0))
    for when, dispute in lost_disputes(facts):
        key = str(dispute["payment_id"])
        moments[key] = max(when, moments.get(key, 0))
    return moments


def taken_at(facts: Sequence[Fact]) -> dict[str, int]:
    """When each payment's money was taken: the earliest moment of which a dated body of its capture
    says so, else the earliest of which any does."""
    moments = {}
    for key, seen in snapshots(facts, "payment").items():
        told = [(fact, entity) for fact, entity in seen if says_captured(entity)]
        exact = [
            fact.as_of
            for fact, entity in told
            if fact.is_dated and not (entity.get("amount_refunded") or entity.get("refund_status"))
        ]
        if told:
            moments[key] = min(exact or [fact.as_of for fact, _ in told])
    return moments


def order_of(
    order: OurOrder, payments: Mapping[str, Payment], back: Mapping[str, int], now: int
) -> Order:
    """What became of one order, by what was captured and what went back."""
    seen = {key: one for key, one in payments.items() if one.order == order.name}
    paid = sum(one.amount for one in seen.values() if one.captured)
    returned = sum(back.get(key, 0) for key in seen)
    status = _status(order, paid, paid - returned, bool(seen), now)
    opens = status in ("paid", "partially_refunded") and not order.subscription_id
    return Order(status, paid, returned, opens)


def _status(order: OurOrder, paid: int, net: int, seen: bool, now: int) -> str:
    if not paid:
        if now - order.made_at >= EXPIRES:
            return "expired"
        return "attempted" if seen else "created"
    if net >= order.amount:
        return "paid"
    if net <= 0:
        return "refunded"
    return "partially_refunded" if paid >= order.amount else "attempted"
