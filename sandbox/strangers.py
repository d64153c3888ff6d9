"""Payments that are not ours: a seller's other shops share the Razorpay account."""

from sandbox import events, payments
from sandbox.books import Doc, Merchant
from sandbox.entities import bodies, instruments
from sandbox.entities.invoices import invoice as new_invoice
from sandbox.payments import Payer
from sandbox.world import World

EVERY = 10


def along_with_a_payment(world: World, merchant: Merchant) -> list[Doc]:
    """By default every tenth payment brings one; its events are told apart."""
    count = world.books.setting("pays", 0) + 1
    world.books.keep_setting("pays", count)
    if count % EVERY or not world.odd("strangers"):
        return []
    before = len(world.happened)
    appear(world, merchant)
    brought = world.happened[before:]
    del world.happened[before:]
    return brought


def appear(world: World, merchant: Merchant) -> Doc:
    count = world.books.setting("strangers", 0)
    world.books.keep_setting("strangers", count + 1)
    method = instruments.METHODS[count % len(instruments.METHODS)]
    payer = Payer(method, "someone.else@example.com" if count % 2 else None)
    kinds = [_of_another_shop, _by_qr_code, _of_a_paper_invoice]
    payment = kinds[count % len(kinds)](world, merchant, payer)
    payment["_stranger"] = True
    return world.books.put(payment)


def _by_qr_code(world: World, merchant: Merchant, payer: Payer) -> Doc:
    payment = payments.start(world, merchant, payer._replace(method="upi"), 15_000, "INR")
    payment["description"] = "QRv2 Payment"
    return _take(world, payment)


def _of_another_shop(world: World, merchant: Merchant, payer: Payer) -> Doc:
    notes = {"shop": "चाय की दुकान", "basket": "4711"}
    order = bodies.order(99_00, "INR", at=world.now, receipt="shop-4711", notes=notes)
    order["_stranger"] = True
    world.books.add(merchant, order)
    payment = payments.start(world, merchant, payer, order["amount"], "INR", order=order)
    payment["notes"] = notes
    return _take(world, payment)


def _of_a_paper_invoice(world: World, merchant: Merchant, payer: Payer) -> Doc:
    customer = bodies.customer("Someone Else", payer.email, None, at=world.now)
    order = world.books.add(merchant, bodies.order(47_900, "INR", at=world.now, receipt="16"))
    invoice = new_invoice(order, customer, [], at=world.now, address=world.address)
    payment = payments.start(world, merchant, payer, order["amount"], "INR", order=order)
    payment.update(invoice_id=invoice["id"], description=f"Invoice #{invoice['id']}")
    _take(world, payment)
    invoice.update(status="paid", payment_id=payment["id"], paid_at=world.now)
    invoice.update(amount_paid=invoice["amount"], amount_due=0)
    order["_pays"] = invoice["id"]
    for doc in (customer, order, invoice):
        doc["_stranger"] = True
        world.books.add(merchant, doc)
    events.invoice_paid(world, payment, order, invoice)
    return payment


def _take(world: World, payment: Doc) -> Doc:
    payments.authorise(world, payment)
    return payments.capture(world, payment)
