"""Subscriptions from their creation to the buyer's first payment."""

from sandbox import asked, billing, customers, cycles, events, invoices, payments, refunds
from sandbox.books import Doc, Merchant, owner
from sandbox.entities import bodies, recurring
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow, Refused
from sandbox.world import World

FIELDS = (
    *("plan_id", "total_count", "quantity", "start_at", "expire_by", "customer_notify"),
    *("addons", "offer_id", "notes", "customer_id"),
)
# What Razorpay takes, and gives back, to see whether a mandate works.
TOKEN_AMOUNT = 500


def create(world: World, merchant: Merchant, plan: Doc, body: Doc) -> Doc:
    asked.only(body, *FIELDS)
    subscription = recurring.subscription(
        plan["id"],
        asked.needed_integer(body, "total_count", least=1, most=36_500),
        asked.integer(body, "quantity", least=1, most=500) or 1,
        at=world.now,
        address=world.address,
    )
    subscription["customer_notify"] = asked.flag(body, "customer_notify", default=True)
    subscription["offer_id"] = asked.text(body, "offer_id")
    subscription["notes"] = asked.notes(body)
    subscription["_upfront"] = _upfront(body, plan)
    _set_dates(world, subscription, body, plan)
    world.books.add(merchant, subscription)
    if subscription["start_at"]:
        billing.set_calendar(world, subscription)
    return billing.save(world, subscription)


def _set_dates(world: World, subscription: Doc, body: Doc, plan: Doc) -> None:
    start_at = asked.integer(body, "start_at")
    expire_by = asked.integer(body, "expire_by")
    if start_at is not None and start_at <= world.now:
        raise Refused("start_at cannot be lesser than the current time.", field="start_at")
    if expire_by is not None and expire_by <= world.now:
        raise Refused("expire_by cannot be lesser than the current time.", field="expire_by")
    _check_length(world, subscription, plan)
    subscription.update(start_at=start_at, charge_at=start_at, expire_by=expire_by)


def _check_length(world: World, subscription: Doc, plan: Doc) -> None:
    period, interval = plan["period"], plan["interval"]
    days = cycles.DAYS.get(period) or 28 * cycles.MONTHS[period]
    # A cheap bound first: the calendar itself ends in the year 9999.
    if days * interval * subscription["total_count"] * 86_400 > cycles.LONGEST:
        text = "Exceeds the maximum total_count allowed: subscriptions last at most 100 years."
        raise Refused(text, field="total_count")


def _upfront(body: Doc, plan: Doc) -> list[Doc]:
    addons = body.get("addons") or []
    if not isinstance(addons, list) or not all(isinstance(addon, dict) for addon in addons):
        raise Refused("The addons must be an array.", field="addons")
    return [_addon(addon, plan["item"]["currency"]) for addon in addons]


def _addon(addon: Doc, currency: str) -> Doc:
    item = asked.table(addon, "item")
    if asked.currency(item) != currency:
        text = "The currency of the addon must match the currency of the plan."
        raise Refused(text, field="currency")
    amount = asked.amount(item, currency)
    quantity = asked.integer(addon, "quantity", least=1, most=500) or 1
    name = asked.text(item, "name") or "Upfront amount"
    return recurring.line_item(name, amount, quantity, currency, "addon")


def authenticate(world: World, subscription: Doc, payer: Payer) -> Doc:
    """The buyer's first payment: charges at once, or only proves the mandate for later."""
    _be_paid_by(world, subscription, payer)
    if subscription["start_at"] is None:
        subscription["start_at"] = world.now
        billing.set_calendar(world, subscription)
        invoice = billing.open_cycle(world, subscription)
        return billing.charge(world, subscription, invoice, by="buyer")
    if subscription["_upfront"]:
        return _take_upfront(world, subscription)
    return _prove_mandate(world, subscription)


def _be_paid_by(world: World, subscription: Doc, payer: Payer) -> None:
    if subscription["status"] != "created":
        text = f"This subscription is {subscription['status']}: it was authenticated before."
        raise NotPossibleNow(text)
    merchant = owner(subscription)
    contact = payer.contact or payments.CONTACT
    customer = customers.of_buyer(world, merchant, payer.email, contact)
    subscription.update(customer_id=customer["id"], payment_method=payer.method)
    # Later charges are paid by the same means; leave for debits is for orders.
    subscription["_payer"] = list(payer._replace(recurring=False))


def take_means(world: World, subscription: Doc, method: str | None, who: Payer) -> None:
    """The hosted page lets a buyer take another method; what is not given stays."""
    before = Payer(*subscription["_payer"])
    email, contact = who.email or before.email, who.contact or before.contact
    abroad = who.international if method else before.international
    payer = Payer(method or before.method, email, contact, international=abroad)
    subscription.update(payment_method=payer.method, _payer=list(payer))
    billing.save(world, subscription)


def _authenticated(world: World, subscription: Doc) -> None:
    subscription["status"] = "authenticated"
    billing.save(world, subscription)
    events.of_subscription(world, "subscription.authenticated", subscription)


def _take_upfront(world: World, subscription: Doc) -> Doc:
    lines = subscription["_upfront"]
    subscription["_upfront"] = []
    invoice = invoices.issue(world, subscription, lines, cycle=False)
    payment = invoices.pay(world, invoice, subscription, by="buyer")
    _authenticated(world, subscription)
    return payment


def _prove_mandate(world: World, subscription: Doc) -> Doc:
    payment = _first_payment(world, subscription, TOKEN_AMOUNT)
    payments.authorise(world, payment)
    _authenticated(world, subscription)
    refunds.give_back(world, payment)
    return payment


def prove_means(world: World, subscription: Doc) -> Doc:
    """Another method has to show that it works, and nobody waits to be authenticated."""
    payment = _first_payment(world, subscription, TOKEN_AMOUNT)
    payments.authorise(world, payment)
    refunds.give_back(world, payment)
    return payment


def fail_proof(world: World, subscription: Doc, reason: str) -> Doc:
    return payments.fail(world, _first_payment(world, subscription, TOKEN_AMOUNT), reason)


def _first_payment(world: World, subscription: Doc, amount: int) -> Doc:
    """On an order of Razorpay's own making, before there is an invoice."""
    currency = billing.plan_of(world, subscription)["item"]["currency"]
    order = bodies.order(amount, currency, at=world.now)
    order.update(_capture="manual", _pays=subscription["id"])
    world.books.add(owner(subscription), order)
    return invoices.start_recurring(world, subscription, order, by="buyer")


def fail_authentication(world: World, subscription: Doc, payer: Payer, reason: str) -> Doc:
    """The first payment fails: the subscription stays created, and the buyer may try again."""
    _be_paid_by(world, subscription, payer)
    amount = first_amount(world, subscription)
    payment = payments.fail(world, _first_payment(world, subscription, amount), reason)
    subscription.update(customer_id=None)
    subscription.pop("payment_method")
    billing.save(world, subscription)
    return payment


def first_amount(world: World, subscription: Doc) -> int:
    upfront: int = sum(line["net_amount"] for line in subscription["_upfront"])
    if subscription["start_at"] is None:
        item = billing.plan_of(world, subscription)["item"]
        return int(item["amount"]) * int(subscription["quantity"]) + upfront
    return upfront or TOKEN_AMOUNT


def expire(world: World, subscription: Doc) -> None:
    """Never authenticated in time. Razorpay sends no event for this."""
    subscription["status"] = "expired"
    billing.save(world, subscription)
