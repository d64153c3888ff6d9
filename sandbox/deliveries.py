"""Which event has to reach which webhook, when next, and how it went so far."""

import sqlite3

from sandbox import webhooks
from sandbox.books import Doc, Merchant
from sandbox.clock import DAY
from sandbox.world import World

# Measured seconds between one failed delivery and the next: 16 deliveries, the last at 22.76 h.
GAPS = [0.2, 6, 13, 20, 43, 82, 162, 324, 643, 1283, 2563, 5127, 10241, 20481, 40964]
WITHOUT_THE_QUICK_ONE = ("refund.created", "payment.failed")
SHUFFLE_WINDOW = 0.5
MANNERS: Doc = {"duplicate": 0.0, "shuffle": False, "delay": 0.0, "drop": 0.0, "parallel": 4}
KEEP_ANSWER = 200


def manners(world: World) -> Doc:
    chosen: Doc = world.books.setting("delivery", {})
    return MANNERS | chosen


def queue(world: World, merchant: Merchant, event_id: str, name: str) -> None:
    how = manners(world)
    for webhook in webhooks.of_merchant(world, merchant):
        if not webhook["active"] or not webhook["events"].get(name):
            continue
        if world.chance.random() < how["drop"]:
            _add(world, webhook, event_id, name, status="dropped", due_at=None)
            continue
        copies = 2 if world.chance.random() < how["duplicate"] else 1
        for _ in range(copies):
            wait = how["delay"] + (world.chance.random() * SHUFFLE_WINDOW if how["shuffle"] else 0)
            _add(world, webhook, event_id, name, status="pending", due_at=_soon(world) + wait)


def _soon(world: World) -> float:
    # An event of the past (the clock was moved) is sent in its turn, not in the future.
    return min(world.clock.now(), world.now + 1.0)


def _add(
    world: World, webhook: Doc, event_id: str, name: str, *, status: str, due_at: float | None
) -> None:
    """The secret is kept with the delivery: Razorpay signs old events with the old one."""
    world.books.run(
        "INSERT INTO deliveries (event_id, type, webhook_id, url, secret, status, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(event_id, name, webhook["id"], webhook["url"], webhook["_secret"], status, due_at),
    )


def replay(world: World, event: sqlite3.Row) -> int:
    """The same bytes again, signed with today's secret; a disabled webhook is enabled by it."""
    merchant = Merchant(event["account"], event["mode"])
    hooks = [w for w in webhooks.of_merchant(world, merchant) if w["events"].get(event["type"])]
    for webhook in hooks:
        webhooks.set_active(world, webhook, active=True)
        due_at = world.clock.now()
        _add(world, webhook, event["id"], event["type"], status="pending", due_at=due_at)
    return len(hooks)


def succeeded(world: World, job: sqlite3.Row, status: int, answer: str) -> None:
    _note(world, job, "delivered", None, status, answer)
    webhook = world.books.get(job["webhook_id"])
    if webhook and webhook["_failing_since"]:
        webhook.update(_failing_since=None, _failures=0)
        world.books.put(webhook)


def failed(world: World, job: sqlite3.Row, status: int | None, answer: str) -> None:
    now = world.clock.now()
    gaps = GAPS[1:] if job["type"] in WITHOUT_THE_QUICK_ONE else GAPS
    webhook = world.books.get(job["webhook_id"])
    if webhook is None or not webhook["active"]:
        _note(world, job, "stopped", None, status, answer)
        return
    due_at = _next_try(job, now, gaps)
    over = due_at is None
    _note(world, job, "failed" if over else "pending", due_at, status, answer)
    webhook["_failing_since"] = webhook["_failing_since"] or int(now)
    webhook["_failures"] += 1
    world.books.put(webhook)
    disable_if_hopeless(world, webhook)


def _next_try(job: sqlite3.Row, now: float, gaps: list[float]) -> float | None:
    """Not later than a day after the event, however far the clock was moved in between."""
    due_at = now + gaps[job["tries"]] if job["tries"] < len(gaps) else None
    return due_at if due_at and due_at <= job["created_at"] + DAY else None


def _note(
    world: World,
    job: sqlite3.Row,
    state: str,
    due_at: float | None,
    status: int | None,
    answer: str,
) -> None:
    world.books.run(
        "UPDATE deliveries SET status = ?, tries = tries + 1, due_at = ?, answered = ?, answer = ?"
        " WHERE seq = ?",
        *(state, due_at, status, answer[:KEEP_ANSWER], job["seq"]),
    )


def disable_if_hopeless(world: World, webhook: Doc) -> None:
    since = webhook["_failing_since"]
    # One bad answer before the clock was moved is not yet a day of failure.
    hopeless = since and webhook["_failures"] >= 3 and world.clock.now() - since >= DAY
    if webhook["active"] and hopeless:
        webhooks.set_active(world, webhook, active=False)


def give_up_after_a_day(world: World) -> None:
    """The verdict falls when nothing is left to try; before, a delivery may still succeed."""
    for webhook in world.books.all("webhook"):
        if webhook["active"] and webhook["_failing_since"] and not _waiting(world, webhook):
            disable_if_hopeless(world, webhook)


def _waiting(world: World, webhook: Doc) -> bool:
    sql = "SELECT 1 FROM deliveries WHERE webhook_id = ? AND status = 'pending' LIMIT 1"
    return bool(world.books.run(sql, webhook["id"]))
