"""Time, the wire, the API's moods, other people's payments, keys."""

from sandbox import asked, deliveries, merchants, oddities, refunds, strangers, timetable
from sandbox.api import failures
from sandbox.books import Doc
from sandbox.refusals import Refused
from sandbox.switches.press import Press

UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
LONGEST_STEP = 3_700 * 86_400


def move_clock(press: Press) -> Doc:
    world, body = press.world, press.body
    press.only(*UNITS)
    parts = {
        unit: asked.number(body, unit, least=0, most=LONGEST_STEP // seconds)
        for unit, seconds in UNITS.items()
    }
    seconds = sum((part or 0) * UNITS[unit] for unit, part in parts.items())
    if not 0 < seconds <= LONGEST_STEP:
        raise Refused('Say how far to go forward, for example {"days": 1}; ten years at most.')
    happened = timetable.march(world, world.clock.now() + seconds)
    world.keep_time()
    # What waits to be sent again may be due now.
    world.ring_courier()
    return {"now": int(world.clock.now()), "moved": seconds, "events": happened}


def read_clock(press: Press) -> Doc:
    offset = press.world.clock.offset
    return {"now": press.world.now, "ahead_of_real_time": int(offset)}


def delivery(press: Press) -> Doc:
    body, now = press.body, deliveries.manners(press.world)
    press.only(*deliveries.MANNERS)
    given = {
        "duplicate": asked.share(body, "duplicate"),
        "drop": asked.share(body, "drop"),
        "delay": asked.number(body, "delay", least=0, most=86_400),
    }
    now.update({name: found for name, found in given.items() if found is not None})
    now["shuffle"] = asked.flag(body, "shuffle", default=now["shuffle"])
    now["parallel"] = asked.integer(body, "parallel", least=1, most=64) or now["parallel"]
    press.world.books.keep_setting("delivery", now)
    return {"delivery": now}


def read_delivery(press: Press) -> Doc:
    return {"delivery": deliveries.manners(press.world)}


def api(press: Press) -> Doc:
    """Not named share, paths or count: all calls. A seed makes the draw repeatable."""
    body, books = press.body, press.world.books
    press.only(*failures.QUIET, "seed")
    fail = str(body.get("fail") or "none")
    if fail not in failures.KINDS:
        raise Refused(f"fail is one of {', '.join(failures.KINDS)}.", field="fail")
    share = asked.share(body, "share")
    found = {
        "fail": fail,
        "share": 1.0 if share is None else share,
        "paths": asked.text(body, "paths") or "/v1/",
        "count": asked.integer(body, "count", least=1),
    }
    seed = asked.integer(body, "seed")
    if seed is not None:
        press.world.chance.seed(seed)
    books.keep_setting("api", found)
    return {"api": found}


def read_api(press: Press) -> Doc:
    return {"api": failures.plan(press.world)}


def set_oddities(press: Press) -> Doc:
    body, books = press.body, press.world.books
    press.only("on", *oddities.ODDITIES)
    names = list(oddities.ODDITIES)
    every = asked.flag(body, "on") if "on" in body else None
    now = {name: press.world.odd(name) if every is None else every for name in names}
    now.update({name: asked.flag(body, name) for name in names if name in body})
    books.keep_setting("oddities", now)
    return {"oddities": now}


def read_oddities(press: Press) -> Doc:
    return {"oddities": {name: press.world.odd(name) for name in oddities.ODDITIES}}


def refund_outcome(press: Press) -> Doc:
    press.only("outcome")
    outcome = asked.choice(press.body, "outcome", refunds.OUTCOMES, "processed")
    press.world.books.keep_setting("refund_outcome", outcome)
    return {"refunds": outcome}


def bring_strangers(press: Press) -> Doc:
    press.only("n", "key_id")
    n = asked.integer(press.body, "n", least=1, most=500) or 1
    merchant = merchants.of_key(press.world, asked.text(press.body, "key_id"))
    found = [strangers.appear(press.world, merchant) for _ in range(n)]
    return {"payments": [payment["id"] for payment in found]}


def make_key(press: Press) -> Doc:
    press.only("mode", "account")
    mode = asked.choice(press.body, "mode", ["test", "live"], "test")
    account = asked.text(press.body, "account")
    return merchants.shown(merchants.make_key(press.world, mode, account))


def revoke_key(press: Press) -> Doc:
    press.only()
    return merchants.shown(merchants.revoke_key(press.world, press.names["id"]))


def read_keys(press: Press) -> Doc:
    return {"keys": merchants.all_keys(press.world)}
