"""Debits of a mandate by the seller: taken now, and known later, as each method has it."""

from sandbox import asked, buyer, debit_rules, payments, tokens
from sandbox.books import Doc, Merchant
from sandbox.clock import HOUR
from sandbox.entities import mishaps
from sandbox.payments import Payer
from sandbox.refusals import Refused
from sandbox.world import World

FIELDS = (
    *("email", "contact", "amount", "currency", "order_id", "customer_id", "token"),
    *("recurring", "description", "notes"),
)
MINUTE = 60
# After the notice that the card network wants sent before a debit. What is above 15,000 rupees
# the buyer has to approve, within 72 hours.
DOMESTIC_CARD = 36 * HOUR + 5 * MINUTE
APPROVED_BY_THEN = 72 * HOUR
WITHOUT_APPROVAL = 1_500_000
UPI = (10 * MINUTE, 6 * HOUR)
FOREIGN_CARD = (2 * MINUTE, HOUR)


def create(world: World, merchant: Merchant, order: Doc, token: Doc, body: Doc) -> Doc:
    """Accepted is not paid: what becomes of it is told by events, later."""
    _check_amount(order, body)
    if not asked.flag(body, "recurring"):
        raise Refused("The recurring field is required.", field="recurring")
    debit_rules.check(world, order, token)
    amount, currency = order["amount"], order["currency"]
    payer = _payer(body, token)
    payment = payments.start(world, merchant, payer, amount, currency, order=order, by="api")
    payment.update(token_id=token["id"], customer_id=token["customer_id"], _debit=True)
    if token["method"] == "card":
        card = {name: token["card"][name] for name in payment["_card"]}
        payment.update(card_id=card["id"], _card=card)
    wait = _wait(world, token, amount)
    payment["_due_at"] = world.now + wait
    world.books.put(payment)
    if not wait:
        finish(world, payment)
    return payment


def _check_amount(order: Doc, body: Doc) -> None:
    amount = asked.needed_integer(body, "amount", least=1)
    currency = asked.currency({"currency": body.get("currency") or order["currency"]})
    if (amount, currency) != (order["amount"], order["currency"]):
        text = (
            "Your payment amount is different from your order amount."
            " To pay successfully, please try using right amount."
        )
        raise Refused(text, field="amount")


def _payer(body: Doc, token: Doc) -> Payer:
    notes = asked.notes(body)
    return Payer(
        token["method"],
        asked.text(body, "email", longest=254),
        asked.text(body, "contact", longest=20),
        asked.text(body, "description", longest=255),
        notes if isinstance(notes, dict) else None,
        international=bool(token["method"] == "card" and token["card"]["international"]),
    )


def _wait(world: World, token: Doc, amount: int) -> int:
    minutes = debit_rules.preferences(world)["minutes"]
    if minutes is not None:
        return int(minutes * MINUTE)
    if debit_rules.is_domestic_card(token):
        large = amount > WITHOUT_APPROVAL
        return world.chance.randint(DOMESTIC_CARD, APPROVED_BY_THEN) if large else DOMESTIC_CARD
    return world.chance.randint(*(UPI if token["method"] == "upi" else FOREIGN_CARD))


def finish(world: World, payment: Doc) -> Doc:
    """The bank answers. A mandate that ended meanwhile is not debited."""
    token = world.books.the(payment["token_id"])
    reason = _misfortune(world, token) or tokens.objection(world, token)
    return payments.fail(world, payment, reason) if reason else succeed(world, payment)


def _misfortune(world: World, token: Doc) -> str | None:
    if not token["_fail_next"]:
        return None
    token["_fail_next"] -= 1
    world.books.put(token)
    return token["_fail_reason"] or mishaps.DEFAULT


def succeed(world: World, payment: Doc) -> Doc:
    token = world.books.the(payment["token_id"])
    token["used_at"] = world.now
    world.books.put(token)
    return buyer.go_through(world, payment)


def is_open(payment: Doc) -> bool:
    return bool(payment.get("_debit") and payment["status"] == "created")
