"""What every page tells the browser, and what production asks of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.sellers import Seller
from orders.models import Order
from tests.config.production import python

CODE = (
    "import json, config.settings as s; "
    "found = {n: getattr(s, n) for n in dir(s) if n.isupper()}; "
    "print(json.dumps(found, default=lambda it: type(it).__name__))"
)


def settings_of(**env: str) -> dict[str, Any]:
    done = python("-c", CODE, **env)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def paths(order: Order) -> list[str]:
    return [
        "/accounts/login/", "/settings/gateways/", "/events/", f"/pay/{order.uid}/", "/admin/",
        "/api/docs/", "/nothing/",
    ]  # fmt: skip


def test_no_page_is_framed_sniffed_or_named_to_others(
    client: Client, seller: Seller, paths: list[str]
) -> None:
    seller.user.is_staff = seller.user.is_superuser = True
    seller.user.save()
    client.force_login(seller.user)
    for path in paths:
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0], path


def test_scripts_do_not_read_the_cookies(client: Client, seller: Seller) -> None:
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "meera@example.com", "password": "pw"})
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_production_behind_https_sends_its_cookies_over_nothing_else() -> None:
    found = settings_of(BEHIND_PROXY="true")
    assert not found["DEBUG"]
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert found[name], name
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["ALLOWED_HOSTS"] == ["books.example.com"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://books.example.com"]


def test_a_proxy_is_believed_only_where_there_is_one() -> None:
    behind, bare = settings_of(BEHIND_PROXY="true"), settings_of()
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert behind["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert bare["SECURE_PROXY_SSL_HEADER"] is None
    assert bare["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0


def test_a_variable_left_empty_is_one_left_out() -> None:
    empty = dict.fromkeys(["DATABASE_URL", "EMAIL_URL", "CELERY_BROKER_URL", "REDIS_URL"], "")
    found = settings_of(**empty, ALLOWED_HOSTS="", DATA_DIR="/tmp/raseed-tests")
    assert found["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert found["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert found["CELERY_BROKER_URL"] == "filesystem://"
    assert found["CACHES"]["default"]["BACKEND"].endswith("FileBasedCache")


def test_sign_in_limits_are_counted_where_every_process_sees_them() -> None:
    assert settings_of()["CACHES"]["default"]["BACKEND"].endswith("RedisCache")
