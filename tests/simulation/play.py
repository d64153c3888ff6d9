"""Play one run from its first day to its last, and judge it on the way."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any
from unittest.mock import patch

from django.core import mail
from django.test import override_settings

from gateways import connecting
from sandbox import merchants
from sandbox.world import World
from tests.simulation import books, cast, clock, daily, knowing, rounds, wire
from tests.simulation.actors import act, ask, follow
from tests.simulation.cases import Case, Purchase, Shop
from tests.simulation.clock import DAY, HOUR, START
from tests.simulation.judge import Judge
from tests.simulation.options import Plan
from tests.simulation.post import entities
from tests.simulation.stage import Stage
from webhooks import doorbell

ACTORS: dict[str, ModuleType] = {"follow": follow, "act": act, "ask": ask}
# How long a task that could not be done yet is left alone, to save time: it may always be late.
REST = 900
WHOLE = DAY  # how often every task runs, due or not
JOINING = 25 * DAY  # the cast arrives within this time


@contextmanager
def stage_of(plan: Plan, share: tuple[int, int] = (0, 1)) -> Iterator[Stage]:
    """A stage with its cast, time standing still at the beginning."""
    with (
        override_settings(DEBUG=False),
        patch.object(mail, "outbox", [], create=True),
        # The tasks are run by the beat of this play.
        patch.object(doorbell, "ring", lambda: None),
        clock.stopped() as watch,
    ):
        stage = Stage(plan, watch, new_world(plan))
        stage.before_debit = act.before_debit
        with wire.laid(stage.wire):
            stage.shops = cast.make_shops(plan, stage.world)
            stage.cases = cast.make_cases(plan, stage.shops, share)
            for case in stage.cases:
                stage.later(arrival(plan, case), partial(ACTORS[case.kind].begin, stage, case))
            yield stage
        stage.world.close()


def new_world(plan: Plan) -> World:
    world = World(":memory:")
    world.chance.seed(plan.seed)
    with world.turn():
        merchants.settle_in(world)
    return world


def arrival(plan: Plan, case: Case) -> int:
    """On some day, at one of a few hours: what falls due together is worked on together."""
    days = min(JOINING, plan.days * DAY // 3)
    hour = case.chance.choice((4, 7, 10, 13, 16, 18)) * HOUR
    return START + int(case.chance.random() * days) // DAY * DAY + hour


def play(
    stage: Stage, minutes: float | None = None, tell: Callable[[str], None] = lambda text: None
) -> Judge:
    """Until the last day is over, or the time is; the judge knows what was seen."""
    judge = Judge(stage)
    schedulers = rounds.Schedulers(stage.plan.schedulers)
    plan_faults(stage)
    next_day = START + DAY
    began, told = time.perf_counter(), 0
    while stage.clock.now < stage.ends:
        stage.opened = True
        moment = min(next_moment(stage), next_day, stage.ends)
        turn(stage, schedulers, moment)
        judge.ticks += 1
        if moment >= next_day:
            rounds.daily()
            daily.look(stage, judge)
            next_day += DAY
            day, seconds = (moment - START) // DAY, time.perf_counter() - began
            for violation in judge.violations[told:]:
                tell(str(violation))
            told = len(judge.violations)
            if day % 10 == 0:
                tell(f"{len(stage.cases)} objects, day {day}: {seconds:.0f} s")
            if minutes is not None and seconds > minutes * 60:
                break
    judge.figures["object-days"] += len(stage.cases) * ((stage.clock.now - START) // DAY)
    judge.hear_errors()
    books.compare(stage, judge)
    schedulers.close()
    return judge


def plan_faults(stage: Stage) -> None:
    """Keys that are revoked, and mended by the seller."""
    for shop in stage.shops:
        for window in stage.faults.revoked[shop.number]:
            stage.later(window.start, partial(revoke, stage, shop))
            stage.later(window.end, partial(mend, stage, shop))
    for start, end, _by in stage.faults.behind:
        stage.later(start, lambda: None)
        stage.later(end, lambda: None)


def revoke(stage: Stage, shop: Shop) -> None:
    with stage.world.turn():
        merchants.revoke_key(stage.world, shop.key_id)


def mend(stage: Stage, shop: Shop) -> None:
    """The seller puts in new keys; while Razorpay is away, again in an hour."""
    if stage.faults.mood(shop.number, stage.clock.now) != wire.FINE:
        stage.later(stage.clock.now + HOUR, partial(mend, stage, shop))
        return
    with stage.world.turn():
        old = stage.world.books.the(shop.key_id)
        key = merchants.make_key(stage.world, old["_mode"], old["_account"])
    shop.gateway.refresh_from_db()
    with stage.calmly():
        connecting.replace_keys(shop.gateway, key["id"], key["secret"], user=None)
    shop.key_id = key["id"]


def next_moment(stage: Stage) -> int:
    """When anything happens next, on the beat; at least one beat from now."""
    now = stage.clock.now
    ours, overdue = rounds.next_due()
    beat = stage.plan.beat
    moments = [
        stage.next_due_at_razorpay(stage.ends),
        stage.post.next(),
        stage.agenda[0][0] if stage.agenda else None,
        late(stage, ours + stage.clock.behind) if ours else None,
        now + REST if overdue else None,
    ]
    soonest = min((moment for moment in moments if moment is not None), default=stage.ends)
    return max(now + beat, -(-soonest // beat) * beat)


def late(stage: Stage, moment: int) -> int:
    """While Razorpay is away from somebody our tasks ask again and again: less often, to save time.

    They may always be late.
    """
    away = any(stage.faults.mood(shop.number, stage.clock.now) != wire.FINE for shop in stage.shops)
    return -(-moment // REST) * REST if away else moment


def turn(stage: Stage, schedulers: rounds.Schedulers, moment: int) -> None:
    """One moment. Razorpay first, then people, then what reaches us, then our own tasks."""
    stage.clock.behind = stage.faults.wrong_by(moment)
    stage.clock.go(moment)
    stage.march()
    stage.act()
    carry(stage)
    stage.post.deliver()
    hourly = moment // HOUR > stage.last_moment // HOUR
    schedulers.run(whole=moment // WHOLE > stage.last_moment // WHOLE)
    rounds.housekeeping(hourly=hourly)
    stage.last_moment = moment
    carry(stage)


def carry(stage: Stage) -> None:
    """Tell the actors what happened at Razorpay, and put it in the post."""
    while rows := stage.post.collect():
        for row in rows:
            told = entities(row)
            purchase = stage.purchase_of(told)
            if purchase is None:
                continue
            may_drop = knowing.may_drop(stage, purchase, row["type"], told)
            arrives = stage.post.send(row, purchase, may_drop=may_drop)
            note(stage, purchase, row, arrives, told)
            knowing.expect(stage, purchase, row["type"], arrives, told)
            ACTORS[purchase.case.kind].heard(stage, purchase, row["type"], told)


def note(
    stage: Stage, purchase: Purchase, row: sqlite3.Row, arrives: int | None, told: dict[str, Any]
) -> None:
    """The history that the model reads. Webhooks may leave out why a payment failed; then we know
    only what we are told when we ask."""
    fact: dict[str, Any] = {
        "name": row["type"], "at": row["created_at"], "arrives": arrives, **told
    }  # fmt: skip
    if row["type"] == "payment.failed" and arrives is not None:
        fact["reason"] = told["payment"].get("error_reason")
    purchase.facts.append(fact)
