"""Looking into the books, and beginning again."""

import sqlite3

from sandbox import asked, charges, deliveries, merchants
from sandbox.books import Doc, public
from sandbox.refusals import NotHere
from sandbox.switches.press import Press

KINDS = (
    *("order", "payment", "refund", "dispute", "customer", "plan", "subscription", "invoice"),
    "token",
)
COLUMNS = ("event_id", "type", "webhook_id", "url", "status", "tries")


def books(press: Press) -> Doc:
    """Everything, oldest first, for a checker to compare with."""
    found: Doc = {"now": press.world.now}
    for kind in KINDS:
        docs = press.world.books.all(kind)
        found[f"{kind}s"] = [_with_owner(doc) for doc in docs if _wanted(doc, press.query)]
    return found


def tries(press: Press) -> Doc:
    """?order_id= ?subscription_id= ?token_id= ?account= ?mode= narrow it."""
    query, names = press.query, ("order_id", "subscription_id", "token_id", "account", "mode")
    given = {name: query[name] for name in names if query.get(name)}
    found = charges.rows(press.world, order_id=given.get("order_id"))
    wanted = [row for row in found if all(row[name] == value for name, value in given.items())]
    return {"now": press.world.now, "charges": wanted}


def _wanted(doc: Doc, query: dict[str, str]) -> bool:
    given = {"_account": query.get("account"), "_mode": query.get("mode")}
    return all(doc[name] == value for name, value in given.items() if value)


def _with_owner(doc: Doc) -> Doc:
    stranger = doc.get("_stranger", False)
    return public(doc) | {"account": doc["_account"], "mode": doc["_mode"], "stranger": stranger}


def log(press: Press) -> Doc:
    """Newest first. status is pending, delivered, failed, stopped or dropped."""
    rows = recent_deliveries(press, count=_count(press), only=press.query)
    return {"deliveries": [_delivery(row) for row in rows]}


def recent_deliveries(press: Press, *, count: int, only: dict[str, str]) -> list[sqlite3.Row]:
    given = {name: only[name] for name in ("event_id", "webhook_id", "status") if name in only}
    where = "".join(f" AND {name} = ?" for name in given)
    sql = f"SELECT * FROM deliveries WHERE 1{where} ORDER BY seq DESC LIMIT ?"
    return press.world.books.run(sql, *given.values(), count)


def _delivery(row: sqlite3.Row) -> Doc:
    found = {name: row[name] for name in COLUMNS}
    return found | {"next": row["due_at"], "answered": row["answered"], "answer": row["answer"]}


def events(press: Press) -> Doc:
    """Oldest first, after the given sequence number; body is the exact text that is sent."""
    after = asked.integer(press.query, "after", most=2**53) or 0
    sql = "SELECT * FROM events WHERE seq > ? AND type LIKE ? ORDER BY seq LIMIT ?"
    wanted = press.query.get("type") or "%"
    rows = press.world.books.run(sql, after, wanted, _count(press))
    return {"events": [dict(row) for row in rows]}


def _count(press: Press) -> int:
    return asked.integer(press.query, "count", least=1, most=100_000) or 1_000


def replay(press: Press) -> Doc:
    press.only()
    rows = press.world.books.run("SELECT * FROM events WHERE id = ?", press.names["id"])
    if not rows:
        raise NotHere("event", press.names["id"])
    count = deliveries.replay(press.world, rows[0])
    # Nothing new happened, but there is something to carry.
    press.world.ring_courier()
    return {"replayed": press.names["id"], "webhooks": count}


def reset(press: Press) -> Doc:
    """As new: empty books, real time, every switch as at first."""
    press.only("keep_setup")
    keep = asked.flag(press.body, "keep_setup")
    world = press.world
    for table in ("events", "deliveries", "settings"):
        world.books.run(f"DELETE FROM {table}")
    kept = "('key', 'webhook')" if keep else "('')"
    world.books.run(f"DELETE FROM objects WHERE kind NOT IN {kept}")
    world.books.forget()
    world.clock.offset = 0.0
    world.chance.seed(1)
    world.now = int(world.clock.now())
    merchants.settle_in(world)
    return {"reset": True, "kept_setup": keep}
