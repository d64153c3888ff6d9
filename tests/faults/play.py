"""One run: prepare, send, break, wait until all is applied, check."""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import servers
from tests.faults import ground, machines, schedule, told
from tests.faults.fleet import Fleet, sailing
from tests.faults.history import Fault, History
from tests.faults.kinds import Scene
from tests.faults.options import Plan
from tests.faults.sender import Address, Sender
from tests.faults.told import Life, Told

PATIENCE = 240.0  # seconds without any progress until it is said what is still open
LOOK_EVERY = 0.25


@dataclass(frozen=True)
class Run:
    """What was told, and what came of it. Seconds count from the last healing,
    or from the last delivery that was planned, if that is later."""

    plan: Plan
    lives: list[Life]
    events: list[Told]
    history: History
    shop: ground.Shop
    folder: Path
    accepted_after: float | None
    applied_after: float | None
    mailed_after: float | None
    deaths: int


@contextlib.contextmanager
def played(plan: Plan) -> Iterator[Run]:
    """Play it; nothing that was started for it runs afterwards. Raises NotAvailable."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(servers.scratch(None))
        postgres = stack.enter_context(machines.postgres())
        redis = stack.enter_context(machines.redis_server())
        ground.environment(postgres, redis, folder, brief=plan.brief)
        ground.set_up()
        lives = told.many(plan.events, plan.seed, int(time.time()))
        shop = ground.open_shop("faults")
        shop.sell(lives)
        events = told.events_of(lives)
        with sailing(servers.free_port(), folder) as fleet:
            scene = Scene(fleet, postgres, redis, folder)
            history, ends = send_and_break(plan, scene, shop, events)
            deaths = fleet.deaths
        close_connections()
        yield Run(plan, lives, events, history, shop, folder, *ends, deaths)
        close_connections()


def close_connections() -> None:
    from django.db import connections

    connections.close_all()


def send_and_break(
    plan: Plan, scene: Scene, shop: ground.Shop, events: list[Told]
) -> tuple[History, tuple[float | None, float | None, float | None]]:
    """The history, and when everything was accepted, applied and mailed."""
    faults = schedule.planned(plan)
    seconds = max(schedule.seconds(faults), plan.events * plan.deliveries / plan.rate)
    due = planned_deliveries(plan, events, seconds)
    history = History()
    sender = Sender(events, address(shop, scene.fleet), history, due, plan.seed)
    sender.start()
    try:
        break_things(faults, scene, history, plan.seed)
        machines.until(history.started + seconds)
        return history, settled(sender, history, shop, max(history.last_heal, seconds), plan.brief)
    finally:
        sender.close()


def planned_deliveries(plan: Plan, events: list[Told], seconds: float) -> list[Any]:
    from tests.faults.sender import planned

    return planned(events, plan.deliveries, seconds, plan.seed)


def address(shop: ground.Shop, fleet: Fleet) -> Address:
    path = f"/webhooks/razorpay/{shop.gateway.token}/"
    return Address(fleet.port, path, shop.gateway.webhook_secrets.get().secret)


def break_things(faults: list[schedule.Planned], scene: Scene, history: History, seed: int) -> None:
    """One fault after the other, in this thread."""
    machines.until(history.started + schedule.CALM)
    for fault in faults:
        time.sleep(fault.pause)
        chance = random.Random(f"{seed}/fault {fault.number}")
        begun = Fault(fault.number, fault.kind.name, history.now())
        history.faults.append(begun)
        with fault.kind.breaks(scene, chance) as begun.note:
            time.sleep(fault.lasts)
            begun.until = history.now()
        scene.fleet.wait()  # a process that was killed is healed when its successor works
        begun.healed = history.now()
        say(
            f"{begun.begun:7.1f} s  {begun.kind}: {begun.note} ({begun.healed - begun.begun:.1f} s)"
        )


def settled(
    sender: Sender, history: History, shop: ground.Shop, calm: float, brief: bool
) -> tuple[float | None, float | None, float | None]:
    """Seconds from `calm`, when all is healed and all was sent once, until every delivery is
    accepted, every event applied and every mail sent that was due by then; None if nothing moves
    for PATIENCE before that. Mails are sent four times a minute; a brief run waits for none."""
    close_connections()  # those that this process had before were cut
    accepted = waited(sender.left, calm, history)
    if accepted is None:
        return None, None, None
    applied = waited(lambda: open_events(shop), calm, history)
    if applied is None or brief:
        return accepted, applied, None
    return accepted, applied, waited(mails_due(), calm, history)


def waited(left: Callable[[], int], since: float, history: History) -> float | None:
    """Until nothing is left, while it becomes less: what is late is told from what is stuck."""
    least, moved = left(), history.now()
    while least:
        time.sleep(LOOK_EVERY)
        now = left()
        if now < least:
            least, moved = now, history.now()
        elif history.now() - moved > PATIENCE:
            return None
    return history.now() - since


def open_events(shop: ground.Shop) -> int:
    return shop.gateway.events.filter(processed_at=None).count()


def mails_due() -> Callable[[], int]:
    """How many of the mails that are due by now are still to be sent, whenever that is asked. What
    becomes due meanwhile would hide that others leave."""
    from django.utils import timezone

    from orders.models import Mail

    return Mail.objects.filter(state="waiting", due_at__lte=timezone.now()).count


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
