"""Plans: how much, how often. They are never edited nor deleted."""

from sandbox import asked, cycles
from sandbox.books import Doc, Merchant
from sandbox.entities import recurring
from sandbox.refusals import Refused
from sandbox.world import World

LEAST_DAYS = 7


def create(world: World, merchant: Merchant, body: Doc) -> Doc:
    asked.only(body, "period", "interval", "item", "notes")
    period = asked.needed_text(body, "period")
    if period not in cycles.PERIODS:
        raise Refused("The selected period is invalid.", field="period")
    interval = asked.needed_integer(body, "interval", least=1, most=4_000)
    if period == "daily" and interval < LEAST_DAYS:
        text = f"Interval for daily plans should be at least {LEAST_DAYS}"
        raise Refused(text, field="interval")
    item = _item(asked.table(body, "item"))
    plan = recurring.plan(period, interval, item, at=world.now, notes=asked.notes(body))
    return world.books.add(merchant, plan)


def _item(given: Doc) -> Doc:
    if not given:
        raise Refused("The item field is required.", field="item")
    asked.only(given, "name", "amount", "currency", "description")
    name = asked.needed_text(given, "name")
    currency = asked.currency(given)
    return {
        "name": name,
        "amount": asked.amount(given, currency),
        "currency": currency,
        "description": asked.text(given, "description"),
    }
