"""How the statement is run on PostgreSQL: planned once for a connection, whole behind a pooler."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg2
import pytest
from django.db import InterfaceError, connections
from django.test.utils import CaptureQueriesContext

from gateways.models import Gateway
from tests.conftest import Razorpay
from tests.samples import as_bytes, sample
from webhooks import inbox, storing
from webhooks.models import Event
from webhooks.storing import Store

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fresh(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A process that has stored nothing yet."""
    store = Store()
    monkeypatch.setattr(storing, "store", store)
    connections["default"].close()
    return store


def post(gateway: Gateway, number: int) -> str:
    answer: dict[str, Any] = (
        Razorpay(gateway).post(sample("payment.captured", created_at=number)).json()
    )
    return str(answer["status"])


def test_a_connection_plans_once(gateway: Gateway, fresh: Store) -> None:
    with CaptureQueriesContext(connections["default"]) as queries:
        assert [post(gateway, number) for number in (1, 2, 2)] == [
            "accepted", "accepted", "duplicate",
        ]  # fmt: skip
    said = [query["sql"].split()[0] for query in queries if "raseed_store" in query["sql"]]
    assert said == ["PREPARE", "EXECUTE", "EXECUTE", "EXECUTE"]


def test_a_new_connection_plans_again(gateway: Gateway, fresh: Store) -> None:
    assert post(gateway, 1) == "accepted"
    connections["default"].close()
    assert post(gateway, 2) == "accepted"
    assert Event.objects.count() == 2


@pytest.mark.parametrize("deed", ["DEALLOCATE raseed_store", "another server's plan"])
def test_behind_a_pooler_nothing_is_lost(gateway: Gateway, fresh: Store, deed: str) -> None:
    """The next statement meets a server that does not know the plan, or knows it already."""
    assert post(gateway, 1) == "accepted"
    if deed.startswith("DEALLOCATE"):
        connections["default"].cursor().execute(deed)
    else:
        fresh.planned.clear()
    assert [post(gateway, number) for number in (2, 3)] == ["accepted", "accepted"]
    assert fresh.plans is False
    assert Event.objects.count() == 3


@pytest.mark.parametrize("whose_end", ["the server's", "ours"])
def test_a_connection_that_was_closed_is_opened_anew(
    gateway: Gateway, fresh: Store, whose_end: str
) -> None:
    assert post(gateway, 1) == "accepted"
    secret = gateway.webhook_secrets.get()
    raw = connections["default"].connection
    if whose_end == "ours":
        raw.close()
    else:
        with raw.cursor() as cursor, suppress(psycopg2.OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    body = as_bytes(sample("order.paid"))
    assert inbox.accept(gateway.pk, secret.pk, body, None) == "accepted"
    assert Event.objects.count() == 2


def test_a_database_that_is_away_is_503(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    razorpay = Razorpay(gateway)
    assert razorpay.post(sample("payment.captured")).status_code == 200

    def away(*args: object) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(Store, "run", away)
    assert razorpay.post(sample("order.paid")).status_code == 503
