"""Who decides, and what the API then says of the buyer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from orders import by_hand
from orders.models import AccessDecision, Order, Resource
from tests.gateways.people import meera, signed_in
from tests.lives import T
from tests.scripts import EMAIL, Api

__all__ = ["meera", "signed_in"]

Kind = AccessDecision.Kind
Decide = Callable[..., AccessDecision]
Ask = Callable[..., tuple[bool, str | None, str]]
SOON = datetime.fromtimestamp(T + 10 * 86_400, UTC)


@pytest.fixture
def move(clock: Any) -> Callable[[int], None]:
    """To a time, in unix seconds."""
    return lambda seconds: clock.move_to(datetime.fromtimestamp(seconds, UTC))


@pytest.fixture
def decide(owner: User) -> Decide:
    """Meera decides."""

    def decided(order: Order, resource: Resource, kind: str, until: Any = None) -> AccessDecision:
        if isinstance(until, int):
            until = datetime.fromtimestamp(until, UTC)
        reason = "A friend of the house"
        return by_hand.decide(order, resource, Kind(kind), reason=reason, user=owner, until=until)

    return decided


@pytest.fixture
def ask(api: Api) -> Ask:
    """(allowed, until, because) of Ananya and a resource."""

    def asked(resource: Resource, **query: str) -> tuple[bool, str | None, str]:
        found = api.get("access", email=EMAIL, resource=resource.uid, **query)
        return found["allowed"], found["until"], found["because"]

    return asked
