"""The one statement that stores an event, and how it is run.

Planning it costs PostgreSQL as much as carrying it out, so each connection plans it once. Behind a
pooler that changes servers between statements there is no such connection; then it is sent whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from webhooks.deadline import watch

# Checks in the same breath that the gateway is connected and the secret live, and that the body is
# new. No row stored means one of the three.
STORE = """
INSERT INTO webhooks_event
    (gateway_id, event_id, type, account_ref, body, body_sha256, secret_id, received_at, status,
     outcome)
SELECT g.id, %s, %s, %s, %s, %s, s.id, %s, %s, '{}'
FROM gateways_webhooksecret s JOIN gateways_gateway g ON g.id = s.gateway_id
WHERE s.id = %s AND g.disconnected_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > %s)
ON CONFLICT (gateway_id, body_sha256) DO NOTHING
"""
TYPES = "varchar, varchar, varchar, bytea, bytea, timestamptz, varchar, bigint, timestamptz"
numbers = itertools.count(1)
PLAN = f"PREPARE raseed_store ({TYPES}) AS " + re.sub("%s", lambda _: f"${next(numbers)}", STORE)
RUN_PLAN = f"EXECUTE raseed_store ({', '.join(['%s'] * STORE.count('%s'))})"
# https://www.postgresql.org/docs/current/errcodes-appendix.html: no such statement, or one already
POOLED = {"26000", "42P05"}


class Store:
    """Runs the statement on the receiving connection of this thread."""

    def __init__(self) -> None:
        self.planned: WeakSet[Any] = WeakSet()
        self.plans = True

    def __call__(self, values: Sequence[Any]) -> bool:
        """Whether a row was stored. A connection that the server has closed is opened anew, once.

        Raises DatabaseError or InterfaceError.
        """
        connection = connections[settings.RECEIVING_DATABASE]
        try:
            return self.run(connection, values)
        except (DatabaseError, InterfaceError) as error:
            if getattr(error.__cause__, "pgcode", None) in POOLED:
                self.plans = False
            elif not was_closed(connection):
                raise
        return self.run(connection, values)

    def run(self, connection: BaseDatabaseWrapper, values: Sequence[Any]) -> bool:
        with connection.cursor() as cursor:
            if self.plans and connection.vendor == "postgresql":
                if connection.connection not in self.planned:
                    cursor.execute(PLAN)
                    self.planned.add(connection.connection)
                cursor.execute(RUN_PLAN, values)
            else:
                cursor.execute(STORE, values)
            return bool(cursor.rowcount)


def was_closed(connection: BaseDatabaseWrapper) -> bool:
    """Whether the server has hung up meanwhile, and there is time to connect again."""
    if watch.passed() or connection.in_atomic_block or connection.connection is None:
        return False
    if connection.is_usable():
        return False
    connection.close()
    return True


store = Store()
