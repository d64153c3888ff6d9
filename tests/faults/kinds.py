"""The faults: what each does, how long it lasts, and how it is healed."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults import children, clock, dying
from tests.faults.fleet import BEAT, BEATS, WEB, WORKER, Fleet
from tests.faults.machines import Postgres, Redis

HOUR = 3600
BRIEF = 2.5  # seconds, of a brief run
SMALL = "1mb"  # less than an empty Redis uses: every write is refused
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Scene:
    """What can be broken."""

    fleet: Fleet
    postgres: Postgres
    redis: Redis
    folder: Path


Break = Callable[[Scene, random.Random], AbstractContextManager[str]]


@dataclass(frozen=True)
class Kind:
    """Entering `breaks` begins the fault and says what was done; leaving it heals. `seconds` lie
    between; None for those that take as long as it takes somebody to notice."""

    name: str
    seconds: float
    breaks: Break

    def lasts(self, brief: bool) -> float:
        return min(self.seconds, BRIEF) if brief else self.seconds


EVERY: list[Kind] = []


def fault(seconds: float) -> Callable[[Callable[[Scene, random.Random], Iterator[str]]], None]:
    """Register a generator: up to its yield the fault, after it the healing."""

    def register(breaks: Callable[[Scene, random.Random], Iterator[str]]) -> None:
        EVERY.append(Kind(breaks.__name__, seconds, contextmanager(breaks)))

    return register


@fault(seconds=4)
def pool_child_killed(scene: Scene, chance: random.Random) -> Iterator[str]:
    """In the middle of an event: before its n-th write from now. If there is nothing to do in
    these seconds, whichever child."""
    number = chance.randint(1, 30)
    dying.arm(scene.folder, dying.WORKER, number)
    yield f"before write {number}"
    if not dying.disarm(scene.folder, dying.WORKER):
        children.send(signal.SIGKILL, scene.fleet.children_of(WORKER)[:1])


@fault(seconds=1)
def worker_killed(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.fleet.kill(WORKER)
    yield "kill -9 of the worker and its children"


@fault(seconds=1)
def beat_killed(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.fleet.kill(BEAT)
    yield "kill -9"


@fault(seconds=3)
def web_killed_before_the_answer(scene: Scene, chance: random.Random) -> Iterator[str]:
    """A web process, between commit and answer; its parent ends then, and is started again."""
    dying.arm(scene.folder, dying.WEB)
    yield "the next delivery that is stored"
    dying.disarm(scene.folder, dying.WEB)


@fault(seconds=1)
def web_killed(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.fleet.kill(WEB)
    yield "kill -9 of all web processes"


@fault(seconds=1)
def redis_flushed(scene: Scene, chance: random.Random) -> Iterator[str]:
    with scene.redis.client() as client:
        client.flushall()
    yield "FLUSHALL"


@fault(seconds=3)
def redis_killed(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.redis.end(signal.SIGKILL)
    yield "kill -9, and what it held is gone"
    scene.redis.start()


@fault(seconds=20)
def redis_stopped(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.redis.send(signal.SIGSTOP)
    yield "SIGSTOP"
    scene.redis.send(signal.SIGCONT)


@fault(seconds=10)
def redis_out_of_memory(scene: Scene, chance: random.Random) -> Iterator[str]:
    limit(scene.redis, SMALL)
    yield f"maxmemory {SMALL}, noeviction"
    limit(scene.redis, "0")


def limit(redis: Redis, memory: str) -> None:
    with redis.client() as client:
        client.config_set("maxmemory", memory)


@fault(seconds=0)
def postgres_restarted(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.postgres.stop_at_once()
    yield "-m immediate"
    scene.postgres.start()


@fault(seconds=1)
def connections_cut(scene: Scene, chance: random.Random) -> Iterator[str]:
    yield f"{scene.postgres.execute(CUT)} of PostgreSQL's processes told to end"


@fault(seconds=30)
def postgres_down(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.postgres.stop_at_once()
    yield "nothing listens"
    scene.postgres.start()


@fault(seconds=10)
def postgres_hangs(scene: Scene, chance: random.Random) -> Iterator[str]:
    scene.postgres.send(signal.SIGSTOP)
    yield "SIGSTOP of all its processes"
    scene.postgres.send(signal.SIGCONT)


@fault(seconds=15)
def three_beats(scene: Scene, chance: random.Random) -> Iterator[str]:
    for name in BEATS[1:]:
        scene.fleet.start(name)
    yield "two more"
    scene.fleet.stop(*BEATS[1:])


@fault(seconds=1)
def deploy(scene: Scene, chance: random.Random) -> Iterator[str]:
    began = time.monotonic()
    scene.fleet.deploy()
    yield f"stopped gracefully and started again in {time.monotonic() - began:.1f} s"


@fault(seconds=10)
def clock_jumps(scene: Scene, chance: random.Random) -> Iterator[str]:
    minutes = chance.choice([-60, -20, -1, 1, 20, 60])
    clock.move(scene.folder, minutes * 60)
    yield f"by {minutes:+d} minutes"
    clock.move(scene.folder, 0)


@fault(seconds=2)
def worker_killed_by_a_wrong_clock(scene: Scene, chance: random.Random) -> Iterator[str]:
    """What it had leased, it had leased until an hour from now."""
    clock.move(scene.folder, HOUR)
    yield "an hour ahead, and kill -9 of the worker, and back"
    scene.fleet.kill(WORKER)
    clock.move(scene.folder, 0)


BY_NAME = {kind.name: kind for kind in EVERY}
