"""Tables of routes that read like a urls.py, and the calls they are handed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import Any

from sandbox.books import Doc
from sandbox.world import World


@dataclass(frozen=True)
class Call:
    """What a handler gets: the world, the path's names, and what was sent."""

    world: World
    names: dict[str, str]
    query: dict[str, str]
    body: Doc
    headers: "Message[str, str]"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    handler: Callable[[Any], Any]
    about: str = ""
    example: Doc = field(default_factory=dict)
    # Moves the clock and so takes many turns of its own, instead of one.
    many_turns: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path))


def find(routes: list[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    wanted = path.rstrip("/") or "/"
    for route in routes:
        match = route.pattern.fullmatch(wanted)
        if match and route.method == method:
            return route, match.groupdict()
    return None
