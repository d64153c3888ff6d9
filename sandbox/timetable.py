"""Works off what falls due as time passes, in order, each thing at its own moment."""

from collections.abc import Callable

from sandbox import (
    billing,
    buyer,
    changes,
    debits,
    deliveries,
    emandates,
    payments,
    refunds,
    subscriptions,
    tokens,
)
from sandbox.books import Doc
from sandbox.world import World


def march(world: World, until: float) -> list[Doc]:
    """Move the clock from one due moment to the next. Other requests may come in between."""
    happened: list[Doc] = []
    with world.marching:
        while not world.closing and (step := _step(world, until)) is not None:
            happened += step
        if not world.closing:
            world.clock.move_to(until)
    return happened


def _step(world: World, until: float) -> list[Doc] | None:
    with world.turn():
        due = world.books.next_due(until)
        if due is None:
            return None
        doc_id, moment = due
        if moment > world.clock.now():
            # Kept with what happens, so that books are never ahead of their clock.
            world.clock.move_to(moment)
            world.books.keep_setting("clock", world.clock.offset)
        world.now = moment
        doc = world.books.the(doc_id)
        HANDLERS[doc["entity"]](world, doc)
        if doc["_due_at"] == moment:
            raise RuntimeError(f"{doc_id} stays due for ever.")
        return world.happened


def tick(world: World) -> None:
    march(world, world.clock.now())
    with world.turn():
        deliveries.give_up_after_a_day(world)


def _payment(world: World, payment: Doc) -> None:
    if payment["status"] == "authorized":
        refunds.give_back(world, payment)
    elif payment["status"] == "failed":
        buyer.authorise_late(world, payment, force=False)
    elif payment.get("_debit"):
        debits.finish(world, payment)
    elif emandates.is_open(payment):
        emandates.answer(world, payment)
    else:
        payments.fail(world, payment, "payment_timed_out")


def _subscription(world: World, subscription: Doc) -> None:
    at_end = subscription["current_end"] == world.now
    if subscription["status"] == "created":
        subscriptions.expire(world, subscription)
    elif at_end and subscription["_cancel_at_end"]:
        changes.cancel(world, subscription)
    elif at_end and _pauses_now(subscription):
        changes.pause(world, subscription)
    elif subscription["status"] == "pending":
        _try(world, subscription, world.books.the(subscription["_invoice"]))
    else:
        _next_cycle(world, subscription)


def _pauses_now(subscription: Doc) -> bool:
    """Only a running one can be paused: who stopped paying meanwhile goes on being tried."""
    asked = subscription["_pause_at_end"]
    subscription["_pause_at_end"] = False
    return bool(asked and subscription["status"] == "active")


def _next_cycle(world: World, subscription: Doc) -> None:
    if subscription["_scheduled"]:
        changes.apply(world, subscription, subscription["_scheduled"])
    if billing.is_last_cycle(subscription):
        billing.complete(world, subscription)
    elif subscription["status"] == "halted":
        # Invoices go on being issued, nothing is charged.
        billing.open_cycle(world, subscription)
        subscription["charge_at"] = subscription["current_end"]
        billing.save(world, subscription)
    else:
        _try(world, subscription, _due_invoice(world, subscription))


def _due_invoice(world: World, subscription: Doc) -> Doc:
    if subscription["status"] == "authenticated":
        return billing.begin(world, subscription)
    return billing.open_cycle(world, subscription)


def _try(world: World, subscription: Doc, invoice: Doc) -> None:
    if subscription["payment_method"] == "emandate":
        emandates.present(world, subscription, invoice)
    elif subscription["_fail_next"]:
        subscription["_fail_next"] -= 1
        billing.fail(world, subscription, invoice)
    else:
        billing.charge(world, subscription, invoice)


HANDLERS: dict[str, Callable[[World, Doc], None]] = {
    "payment": _payment,
    "token": tokens.finish_cancelling,
    "subscription": _subscription,
}
