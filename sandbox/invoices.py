"""Invoices of subscriptions: issued with an order to pay them by, then paid or left open."""

from sandbox import events, payments
from sandbox.books import Doc, owner
from sandbox.entities import bodies
from sandbox.entities.invoices import invoice as new_invoice
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow
from sandbox.world import World

DESCRIPTION = "Recurring Payment via Subscription"


def issue(world: World, subscription: Doc, lines: list[Doc], *, cycle: bool) -> Doc:
    merchant = owner(subscription)
    currency = lines[0]["currency"]
    amount = sum(line["net_amount"] for line in lines)
    order = world.books.add(merchant, bodies.order(amount, currency, at=world.now))
    customer = world.books.the(subscription["customer_id"])
    invoice = new_invoice(order, customer, lines, at=world.now, address=world.address)
    invoice["subscription_id"] = subscription["id"]
    if cycle:
        invoice["billing_start"] = subscription["current_start"]
        invoice["billing_end"] = subscription["current_end"]
    order["_pays"] = invoice["id"]
    world.books.put(order)
    return world.books.add(merchant, invoice)


def start_payment(world: World, invoice: Doc, subscription: Doc, by: str) -> Doc:
    """By its own means. The payment names invoice and order, not the subscription."""
    order = world.books.the(invoice["order_id"])
    payment = start_recurring(world, subscription, order, by)
    payment["invoice_id"] = invoice["id"]
    return world.books.put(payment)


def start_recurring(world: World, subscription: Doc, order: Doc, by: str) -> Doc:
    merchant, payer = owner(subscription), Payer(*subscription["_payer"])
    payment = payments.start(
        world, merchant, payer, order["amount"], order["currency"], order=order, by=by
    )
    payment["customer_id"] = subscription["customer_id"]
    payment["description"] = DESCRIPTION
    return world.books.put(payment)


def _check_open(invoice: Doc) -> None:
    if invoice["status"] != "issued":
        raise NotPossibleNow(f"This invoice is {invoice['status']}.")


def present(world: World, invoice: Doc, subscription: Doc, by: str) -> Doc:
    """Sent to the bank, which has not answered yet."""
    _check_open(invoice)
    return start_payment(world, invoice, subscription, by)


def pay(world: World, invoice: Doc, subscription: Doc, by: str) -> Doc:
    """payment.authorized, payment.captured, order.paid, invoice.paid."""
    payment = present(world, invoice, subscription, by)
    payments.authorise(world, payment)
    payments.capture(world, payment)
    return settle(world, invoice, payment)


def settle(world: World, invoice: Doc, payment: Doc) -> Doc:
    invoice.update(status="paid", payment_id=payment["id"], paid_at=world.now)
    invoice.update(amount_paid=invoice["amount"], amount_due=0)
    world.books.put(invoice)
    events.invoice_paid(world, payment, world.books.the(invoice["order_id"]), invoice)
    return payment


def fail(world: World, invoice: Doc, subscription: Doc, reason: str, by: str) -> Doc:
    return payments.fail(world, present(world, invoice, subscription, by), reason)


def of_subscription(world: World, subscription: Doc) -> list[Doc]:
    return world.books.all("invoice", subscription_id=subscription["id"])
