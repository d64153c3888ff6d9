"""Authorisation orders: paying one of these also allows later debits, within its terms."""

from sandbox import asked
from sandbox.books import Doc, Merchant, owner
from sandbox.entities import instruments
from sandbox.refusals import Refused
from sandbox.world import World

FREQUENCIES = [
    *("as_presented", "daily", "weekly", "fortnightly", "bimonthly", "monthly"),
    *("quarterly", "half_yearly", "yearly"),
]
YEAR = 365 * 86_400
# The largest debit that may be allowed: Razorpay's own ceilings, in paise.
CEILING = {"card": 100_000_000, "upi": 9_999_900}


def terms(world: World, merchant: Merchant, body: Doc, amount: int) -> Doc:
    """What is new on an order with a customer, a method or a token; nothing on a plain one."""
    found: Doc = {}
    if body.get("customer_id"):
        found["customer_id"] = _customer(world, merchant, body)["id"]
    token = asked.table(body, "token")
    if token:
        found["token"] = _token(world, token, amount, asked.text(body, "method"))
        if "customer_id" not in found:
            raise Refused("The customer id field is required.", field="customer_id")
    if body.get("method"):
        allowed = instruments.DEBITABLE if token else instruments.METHODS
        found["method"] = asked.choice(body, "method", allowed, allowed[0])
    return found


def _customer(world: World, merchant: Merchant, body: Doc) -> Doc:
    customer = world.books.get(asked.text(body, "customer_id", longest=40) or "")
    if customer is None or customer["entity"] != "customer" or owner(customer) != merchant:
        raise Refused("The id provided does not exist", field="customer_id")
    return customer


def _token(world: World, given: Doc, amount: int, method: str | None) -> Doc:
    asked.only(given, "max_amount", "expire_at", "frequency", "recurring_type", "recurring_value")
    most = CEILING.get(method or "card", CEILING["card"])
    max_amount = asked.needed_integer(given, "max_amount", least=100, most=most)
    if max_amount < amount:
        text = "The max amount must be greater than or equal to the amount of the order."
        raise Refused(text, field="max_amount")
    expire_at = asked.integer(given, "expire_at") or world.now + 10 * YEAR
    if not world.now < expire_at <= world.now + 31 * YEAR:
        raise Refused("expire_at must lie in the future, within 30 years.", field="expire_at")
    frequency = asked.choice(given, "frequency", FREQUENCIES, "as_presented")
    return {"max_amount": max_amount, "expire_at": expire_at, "frequency": frequency}


def is_asked_by(order: Doc) -> bool:
    return bool(order.get("token"))


def check_method(order: Doc, method: str) -> None:
    """Only a card or UPI can be debited again, and an order may want one of the two."""
    allowed = [order["method"]] if order.get("method") else instruments.DEBITABLE
    if method not in allowed:
        text = f"Later debits can be allowed by {' or '.join(allowed)} only, not by {method}."
        raise Refused(text, field="method")
