"""The life of a subscription in time: cycles begin, are charged, fail, are tried again, end."""

from sandbox import cycles, events, invoices
from sandbox.books import Doc
from sandbox.clock import DAY
from sandbox.entities import mishaps, recurring
from sandbox.world import World

# The first try and the three daily ones after it.
TRIES = 4
OVER = ("cancelled", "completed", "expired")
WAITING = ("created", "pending", "halted")


def plan_of(world: World, subscription: Doc) -> Doc:
    return world.books.the(subscription["plan_id"])


def cycle_start(world: World, subscription: Doc, n: int) -> int:
    plan = plan_of(world, subscription)
    return cycles.start_of(
        n,
        anchor=subscription["start_at"],
        period=plan["period"],
        interval=plan["interval"],
    )


def set_calendar(world: World, subscription: Doc) -> None:
    """end_at is the start of the last cycle, as in Razorpay's published bodies."""
    last = subscription["total_count"] - 1
    subscription["end_at"] = cycle_start(world, subscription, last)


def save(world: World, subscription: Doc) -> Doc:
    subscription["_due_at"] = _due(subscription)
    return world.books.put(subscription)


def _due(subscription: Doc) -> int | None:
    status = subscription["status"]
    if status in OVER:
        return None
    if status == "created":
        moments = [subscription["expire_by"], subscription["start_at"]]
    else:
        ends = subscription["_cancel_at_end"] or subscription["_pause_at_end"]
        # An authenticated one has no cycle yet, so nothing of it can be ended.
        moments = [_next_charge(subscription), subscription["current_end"] if ends else None]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None


def _next_charge(subscription: Doc) -> int | None:
    """By e-mandate the bank is waited for, and charge_at does not tell when it is tried again."""
    if subscription.get("_presented"):
        return None
    found: int | None = subscription.get("_retry_at") or subscription["charge_at"]
    return found


def is_last_cycle(subscription: Doc) -> bool:
    return bool(subscription["_cycle"] >= subscription["total_count"] - 1)


def open_cycle(world: World, subscription: Doc) -> Doc:
    """The next cycle starts: its invoice is issued, nothing is charged yet."""
    n = subscription["_cycle"] + 1
    start = cycle_start(world, subscription, n)
    subscription.update(
        _cycle=n,
        current_start=start,
        current_end=cycle_start(world, subscription, n + 1),
        charge_at=start,
        auth_attempts=0,
        # Invoiced cycles are no longer remaining, whether they are ever paid or not.
        remaining_count=max(0, subscription["total_count"] - n - 1),
    )
    lines = [_plan_line(world, subscription), *subscription["_upfront"]]
    invoice = invoices.issue(world, subscription, lines, cycle=True)
    subscription.update(_upfront=[], _invoice=invoice["id"])
    save(world, subscription)
    return invoice


def _plan_line(world: World, subscription: Doc) -> Doc:
    item = plan_of(world, subscription)["item"]
    quantity = subscription["quantity"]
    return recurring.line_item(item["name"], item["amount"], quantity, item["currency"], "plan")


def begin(world: World, subscription: Doc) -> Doc:
    """The first cycle of one that was authenticated before: active before it is charged."""
    invoice = open_cycle(world, subscription)
    subscription["status"] = "active"
    save(world, subscription)
    events.of_subscription(world, "subscription.activated", subscription)
    return invoice


def charge(world: World, subscription: Doc, invoice: Doc, by: str = "razorpay") -> Doc:
    payment = invoices.pay(world, invoice, subscription, by)
    _count(world, subscription, invoice, payment)
    return payment


def money_arrived(world: World, payment: Doc) -> None:
    """A failed try was paid after all: late authorisation, or a retry inside the UPI app."""
    invoice = world.books.get(payment["invoice_id"] or "")
    if invoice and invoice["status"] == "issued" and invoice["subscription_id"]:
        invoices.settle(world, invoice, payment)
        subscription = world.books.the(invoice["subscription_id"])
        _count(world, subscription, invoice, payment)


def _count(world: World, subscription: Doc, invoice: Doc, payment: Doc) -> None:
    was = subscription["status"]
    current = invoice["id"] == subscription["_invoice"]
    subscription["paid_count"] += 1 if invoice["billing_start"] else 0
    if was in ("created", "active", "pending", "halted"):
        subscription.update(status="active", charge_at=subscription["current_end"])
        subscription.update(auth_attempts=0, _retry_at=None)
    save(world, subscription)
    if was in OVER:
        return
    if current:
        _say_charged(world, subscription, payment, revived=was in WAITING)
    elif was in ("pending", "halted"):
        # Not charged: its current cycle would not be the one that this old invoice pays.
        events.of_subscription(world, "subscription.activated", subscription, payment)
    if current and is_last_cycle(subscription):
        complete(world, subscription, payment)


def _say_charged(world: World, subscription: Doc, payment: Doc, *, revived: bool) -> None:
    names = ["subscription.charged"]
    if revived:
        names.insert(1 if world.odd("activated_last") else 0, "subscription.activated")
    for name in names:
        events.of_subscription(world, name, subscription, payment)


def fail(world: World, subscription: Doc, invoice: Doc, reason: str = mishaps.DEFAULT) -> Doc:
    """An automatic charge fails: pending and tried again a day later, after the fourth halted."""
    payment = invoices.fail(world, invoice, subscription, reason, "razorpay")
    count_failure(world, subscription)
    return payment


def count_failure(world: World, subscription: Doc) -> None:
    subscription["auth_attempts"] += 1
    _set_next_try(world, subscription)
    late = (subscription["_retry_at"] or 0) >= subscription["current_end"]
    if subscription["auth_attempts"] >= TRIES or late:
        halt(world, subscription)
    else:
        subscription["status"] = "pending"
        save(world, subscription)
        events.of_subscription(world, "subscription.pending", subscription)


def _set_next_try(world: World, subscription: Doc) -> None:
    """A day later, but for e-mandates: those are tried again when the bank is ready."""
    by_mandate = subscription.get("payment_method") == "emandate"
    subscription["_retry_at"] = world.now + world.chance.randint(1, 3) * DAY if by_mandate else None
    if not by_mandate:
        subscription["charge_at"] += DAY


def halt(world: World, subscription: Doc) -> Doc:
    subscription.update(status="halted", auth_attempts=TRIES, _retry_at=None)
    subscription["charge_at"] = subscription["current_end"]
    save(world, subscription)
    events.of_subscription(world, "subscription.halted", subscription)
    return subscription


def revive(world: World, subscription: Doc) -> None:
    """A halted one got another method: it goes on, and what is unpaid stays unpaid."""
    subscription.update(status="active", charge_at=subscription["current_end"], auth_attempts=0)
    save(world, subscription)
    events.of_subscription(world, "subscription.activated", subscription)


def complete(world: World, subscription: Doc, payment: Doc | None = None) -> None:
    subscription.update(status="completed", charge_at=None, ended_at=world.now)
    save(world, subscription)
    events.of_subscription(world, "subscription.completed", subscription, payment)
