"""What the buyer does: through the functions that the switches use, and once for each try."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import asked, buyer, ids, payments, strangers, subscriber, subscriptions
from sandbox.books import Doc, owner
from sandbox.checkout.ask import Ask
from sandbox.checkout.bill import Bill
from sandbox.entities import mishaps
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow, Refused
from sandbox.world import World

TIMED_OUT = "payment_timed_out"


@dataclass(frozen=True)
class Outcome:
    payment: Doc
    # pay, late, fail or change, as the button said.
    deed: str

    @property
    def went_through(self) -> bool:
        return self.deed in ("pay", "change")


def new_try() -> str:
    """In each form that is shown: the same form sent twice is one try."""
    return ids.fresh()


def earlier(world: World, ask: Ask, fields: Doc) -> Outcome | None:
    """A double click, or the page loaded again: what became of this try the first time."""
    memory = world.books.get(_name(ask, fields))
    if memory is None:
        return None
    outcome = Outcome(world.books.the(memory["payment"]), memory["deed"])
    # What failed and went through later is no longer what the buyer was told.
    return outcome if outcome.went_through or outcome.payment["status"] == "failed" else None


def do(world: World, ask: Ask, bill: Bill, fields: Doc) -> Outcome:
    if bill.closed:
        raise NotPossibleNow(bill.closed)
    if fields.get("kind") != bill.kind:
        raise NotPossibleNow("Nothing was done: this was paid or changed meanwhile, elsewhere.")
    deed = asked.choice(fields, "deed", list(bill.deeds), "pay")
    payment = _act(world, bill, _payer(ask, bill), deed, fields)
    memory = {"id": _name(ask, fields), "entity": "try", "created_at": world.now}
    memory |= {"payment": payment["id"], "deed": deed}
    world.books.add(owner(bill.thing), memory)
    return Outcome(payment, deed)


def _name(ask: Ask, fields: Doc) -> str:
    thing = ask.order_id or ask.subscription_id or ask.link
    return f"try {thing} {asked.needed_text(fields, 'try', longest=40)}"


def _payer(ask: Ask, bill: Bill) -> Payer:
    """Later charges of a subscription have nothing of what this page said."""
    if bill.kind not in ("order", "mandate"):
        return ask.payer
    if ask.payer.method == "emandate":
        raise Refused("An e-mandate pays subscriptions only.", field="method")
    payer = ask.payer._replace(description=ask.description, notes=ask.notes or None)
    return payer._replace(recurring=bill.kind == "mandate")


def _act(world: World, bill: Bill, payer: Payer, deed: str, fields: Doc) -> Doc:
    if deed == "fail":
        reason = asked.text(fields, "reason", longest=60) or mishaps.DEFAULT
        return FAIL[bill.kind](world, bill.thing, payer, reason)
    if deed == "late":
        payment = FAIL[bill.kind](world, bill.thing, payer, TIMED_OUT)
        return payments.answer_later(world, payment)
    payment = PAY["change" if deed == "change" else bill.kind](world, bill.thing, payer)
    strangers.along_with_a_payment(world, owner(bill.thing))
    return payment


def _pay_order(world: World, order: Doc, payer: Payer) -> Doc:
    amount, currency = order["amount_due"], order["currency"]
    return buyer.pay(world, order, payer, amount=amount, currency=currency, force=False)


def _fail_order(world: World, order: Doc, payer: Payer, reason: str) -> Doc:
    return buyer.fail(world, order, payer, amount=order["amount_due"], reason=reason)


def _pay_invoice(world: World, invoice: Doc, payer: Payer) -> Doc:
    return subscriber.pay_by_hand(world, _subscription(world, invoice), invoice, payer)


def _fail_invoice(world: World, invoice: Doc, payer: Payer, reason: str) -> Doc:
    subscription = _subscription(world, invoice)
    return subscriber.fail_by_hand(world, subscription, invoice, payer, reason)


def _change(world: World, thing: Doc, payer: Payer) -> Doc:
    """The shop is handed a payment in every case, so a method that charges nothing is proved."""
    subscription = _subscription(world, thing)
    charged = subscriber.change_method(world, subscription, payer, method=payer.method)
    return charged or subscriptions.prove_means(world, subscription)


def _subscription(world: World, thing: Doc) -> Doc:
    if thing["entity"] == "subscription":
        return thing
    return world.books.the(thing["subscription_id"])


PAY: dict[str, Callable[[World, Doc, Payer], Doc]] = {
    "order": _pay_order,
    # The same: the payer brings along that later debits are allowed.
    "mandate": _pay_order,
    "first": subscriptions.authenticate,
    "invoice": _pay_invoice,
    "change": _change,
}
FAIL: dict[str, Callable[[World, Doc, Payer, str], Doc]] = {
    "order": _fail_order,
    "mandate": _fail_order,
    "first": subscriptions.fail_authentication,
    "invoice": _fail_invoice,
    "change": subscriber.fail_to_change,
}
