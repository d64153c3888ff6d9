"""What there is to pay, in sentences, and which deeds the buyer has for it."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox import billing, mandates, subscriptions
from sandbox.books import Doc
from sandbox.checkout.ask import Ask
from sandbox.cycles import INDIA
from sandbox.money import shown
from sandbox.refusals import Refused
from sandbox.subscriber import CHANGEABLE, UNPAID
from sandbox.world import World

LATE = "Pay, but the answer comes late (authorised later)"
PERIODS = {
    "daily": ("day", "days"),
    "weekly": ("week", "weeks"),
    "monthly": ("month", "months"),
    "quarterly": ("quarter", "quarters"),
    "yearly": ("year", "years"),
}

HOW_OFTEN = {
    "as_presented": "whenever the shop asks",
    "daily": "daily",
    "weekly": "weekly",
    "fortnightly": "every fortnight",
    "bimonthly": "every two months",
    "monthly": "monthly",
    "quarterly": "every quarter",
    "half_yearly": "every half year",
    "yearly": "yearly",
}


@dataclass(frozen=True)
class Bill:
    """kind: order, mandate, first (of a subscription), invoice, or change (of the method)."""

    kind: str
    thing: Doc
    title: str
    amount: int
    currency: str
    terms: list[str] = field(default_factory=list)
    deeds: dict[str, str] = field(default_factory=dict)
    # Why there is nothing to do, where that is so; paid is the good reason.
    closed: str = ""
    paid: bool = False


def of(world: World, ask: Ask, thing: Doc) -> Bill:
    if thing["entity"] == "subscription":
        return _of_subscription(world, ask, thing)
    if thing["entity"] == "invoice":
        return _of_invoice(world, thing)
    bill = _of_order(world, ask, thing)
    _check_amount(ask, thing)
    return bill


def _of_order(world: World, ask: Ask, order: Doc) -> Bill:
    invoice = world.books.get(order.get("_pays", ""))
    if invoice and invoice["entity"] == "invoice" and invoice["subscription_id"]:
        return _of_invoice(world, invoice)
    title = f"Order {order['receipt'] or order['id']}"
    if order["status"] == "paid":
        closed = "This order is paid already. Nothing more is due."
        amount, currency = order["amount"], order["currency"]
        return Bill("order", order, title, amount, currency, closed=closed, paid=True)
    if "_pays" in order:
        raise Refused("This order belongs to a subscription, which has a page of its own.")
    amount, currency = order["amount_due"], order["currency"]
    deeds = _to_pay(amount, currency)
    if ask.recurring or (ask.place == "link" and mandates.is_asked_by(order)):
        return Bill("mandate", order, title, amount, currency, _leave(ask, order), deeds)
    return Bill("order", order, title, amount, currency, deeds=deeds)


def _leave(ask: Ask, order: Doc) -> list[str]:
    """What the buyer allows besides: it must be read before the button is pressed."""
    if not mandates.is_asked_by(order):
        text = "recurring needs an order that was made with a customer_id and a token."
        raise Refused(text, field="recurring")
    if ask.place != "link" and ask.customer_id != order["customer_id"]:
        text = f"The order is for the customer {order['customer_id']}: the page must say the same."
        raise Refused(text, field="customer_id")
    token = order["token"]
    most = shown(token["max_amount"], order["currency"])
    how_often = HOW_OFTEN[token["frequency"]]
    until = datetime.fromtimestamp(token["expire_at"], INDIA).strftime("%d %b %Y")
    return [
        f"You also allow later debits of up to {most} each, {how_often}, without asking you again.",
        f"This mandate ends on {until}. You can end it earlier at your bank.",
    ]


def _check_amount(ask: Ask, order: Doc) -> None:
    """Razorpay refuses as well when the page and the order do not say the same."""
    if ask.amount not in (None, order["amount"], order["amount_due"]):
        text = (
            f"The page asks for {shown(ask.amount or 0, order['currency'])}, and the order is for"
            f" {shown(order['amount'], order['currency'])}: they must be the same."
        )
        raise Refused(text, field="amount")
    if ask.currency not in (None, order["currency"]):
        text = f"The page asks for {ask.currency}, and the order is in {order['currency']}."
        raise Refused(text, field="currency")


def _to_pay(amount: int, currency: str) -> dict[str, str]:
    return {"pay": f"Pay {shown(amount, currency)}", "late": LATE, "fail": "Fail"}


def _of_invoice(world: World, invoice: Doc) -> Bill:
    title = f"Invoice {invoice['id']}"
    amount, currency = invoice["amount"], invoice["currency"]
    if invoice["subscription_id"]:
        title = _name(world, world.books.the(invoice["subscription_id"]))
    if invoice["status"] == "issued" and invoice["subscription_id"]:
        deeds = _to_pay(amount, currency)
        terms = ["One open invoice of this subscription."]
        return Bill("invoice", invoice, title, amount, currency, terms, deeds)
    paid = invoice["status"] == "paid"
    closed = f"This invoice is {invoice['status']}: there is nothing more to pay."
    return Bill("invoice", invoice, title, amount, currency, closed=closed, paid=paid)


def _of_subscription(world: World, ask: Ask, subscription: Doc) -> Bill:
    status = subscription["status"]
    if status == "created" and not ask.change:
        return _first(world, subscription)
    if status in UNPAID and not ask.change:
        return _unpaid(world, subscription)
    if status in CHANGEABLE and (ask.change or ask.place == "link"):
        return _change(world, subscription)
    title, (price, currency) = _name(world, subscription), _price(world, subscription)
    what = "no method to change" if ask.change else "nothing to pay"
    said = f"This subscription is {status}: there is {what}."
    paid = status in ("authenticated", "active", "completed")
    return Bill("closed", subscription, title, price, currency, closed=said, paid=paid)


def _first(world: World, subscription: Doc) -> Bill:
    title, (price, currency) = _name(world, subscription), _price(world, subscription)
    amount = subscriptions.first_amount(world, subscription)
    terms = [_rhythm(world, subscription)]
    deeds = _to_pay(amount, currency)
    del deeds["late"]
    if subscription["start_at"] and not subscription["_upfront"]:
        terms.append(f"{shown(amount, currency)} only proves the method, and is given back.")
        deeds["pay"] = f"Approve with {shown(amount, currency)}"
    elif amount != price:
        terms.append(f"{shown(amount, currency)} is taken now, at the beginning.")
    return Bill("first", subscription, title, amount, currency, terms, deeds)


def _unpaid(world: World, subscription: Doc) -> Bill:
    invoice = world.books.the(subscription["_invoice"])
    title, amount, currency = _name(world, subscription), invoice["amount"], invoice["currency"]
    terms = [_rhythm(world, subscription), "The last charge failed, and its invoice is open."]
    deeds = _to_pay(amount, currency)
    if subscription["status"] == "halted":
        deeds["change"] = "Only change the method; the open invoice stays unpaid"
    return Bill("invoice", invoice, title, amount, currency, terms, deeds)


def _change(world: World, subscription: Doc) -> Bill:
    title, (price, currency) = _name(world, subscription), _price(world, subscription)
    terms = [_rhythm(world, subscription), f"Paid by {subscription['payment_method']} so far."]
    proof = shown(subscriptions.TOKEN_AMOUNT, currency)
    if subscription["status"] == "pending":
        terms.append("The open invoice is charged at once.")
    else:
        terms.append(f"{proof} only proves the new method, and is given back.")
    deeds = {"pay": "Use this method from now on", "fail": "Fail"}
    return Bill("change", subscription, title, price, currency, terms, deeds)


def _name(world: World, subscription: Doc) -> str:
    return str(billing.plan_of(world, subscription)["item"]["name"])


def _price(world: World, subscription: Doc) -> tuple[int, str]:
    item = billing.plan_of(world, subscription)["item"]
    return int(item["amount"]) * int(subscription["quantity"]), str(item["currency"])


def _rhythm(world: World, subscription: Doc) -> str:
    plan, (price, currency) = billing.plan_of(world, subscription), _price(world, subscription)
    one, many = PERIODS[plan["period"]]
    every = one if plan["interval"] == 1 else f"{plan['interval']} {many}"
    count = subscription["total_count"]
    times = "once" if count == 1 else f"{count} times"
    return f"{shown(price, currency)} every {every}, {times}."
