"""Whoever watches the processes asks these two, from anywhere and without HTTPS."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connections
from django.test import Client

PROBES = ["/healthz", "/readyz"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PROBES)
def test_a_process_that_is_well_says_so(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("path", PROBES)
@pytest.mark.parametrize("host", ["10.0.0.7", "127.0.0.1:8000", "books.internal"])
def test_a_probe_may_ask_by_any_name_and_without_https(
    client: Client, settings: Any, path: str, host: str
) -> None:
    settings.ALLOWED_HOSTS = ["books.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_its_database_it_is_alive_and_not_ready(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def away() -> None:
        raise error("could not connect to server at db.internal as books")

    monkeypatch.setattr(connections[settings.RECEIVING_DATABASE], "cursor", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "detail": "The database does not answer.",
    }
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_only_reads(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", PROBES)
def test_a_probe_begins_no_session(client: Client, path: str) -> None:
    assert not client.get(path).cookies
