"""What opens a door never stands on a page of the admin, nor in an address of it."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client
from knox.crypto import hash_token

from accounts.models import Account, ApiToken, User
from accounts.sellers import Seller
from gateways.models import Gateway
from tests.admin.conftest import OURS, change, changelist
from tests.conftest import KEY_SECRET


def column(table: str, name: str) -> set[str]:
    """As the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {table}")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def secrets(stage: None, seller: Seller, gateway: Gateway) -> set[str]:
    """In clear, sealed, and digested."""
    return {
        KEY_SECRET,
        *(row.secret for row in gateway.webhook_secrets.all()),
        *column("gateways_gateway", "key_secret"),
        *column("gateways_webhooksecret", "secret"),
        *column("accounts_user", "password"),
        *column("accounts_apitoken", "digest"),
        *column("orders_buyerlink", "digest"),
        seller.api_token,
        gateway.token,
    }


def pages() -> list[str]:
    rows = [row for model in OURS for row in model._default_manager.all()]
    histories = [change(row).replace("/change/", "/history/") for row in rows]
    confirmations = [
        change(row).replace("/change/", "/delete/") for row in (*User.objects.all(), *accounts())
    ]
    lists = [changelist(model) for model in OURS]
    return ["/admin/", *lists, *map(change, rows), *histories, *confirmations]


def accounts() -> list[Model]:
    return list(Account.objects.all())


def test_no_page_of_the_admin_shows_a_secret(desk: Client, secrets: set[str]) -> None:
    for page in pages():
        response = desk.get(page)
        assert response.status_code == 200
        shown = response.content.decode()
        assert [secret for secret in secrets if secret in shown] == [], page


def test_no_address_of_the_admin_holds_a_secret(desk: Client, secrets: set[str]) -> None:
    assert [page for page in pages() if any(secret in page for secret in secrets)] == []


def test_the_admin_log_keeps_no_password(desk: Client) -> None:
    form = {"email": "new@example.com", "password1": "tamarind-42", "password2": "tamarind-42"}
    desk.post("/admin/accounts/user/add/", form)
    assert User.objects.filter(email="new@example.com").exists()
    logged = [f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all()]
    assert len(logged) == 1
    assert "tamarind" not in logged[0]


def test_of_an_api_token_only_the_digest_is_stored(seller: Seller) -> None:
    (token,) = ApiToken.objects.all()
    assert token.digest == hash_token(seller.api_token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apitoken")
        stored = " ".join(map(str, cursor.fetchall()))
    assert token.digest in stored
    assert seller.api_token not in stored
    # What names it on a page leaves far more than can be guessed.
    assert (len(seller.api_token) - len(token.token_key)) * 4 > 16 * 4
