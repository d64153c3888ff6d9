"""One database, two ways in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import databases

POSTGRES = "postgres://books:secret@db.internal:5432/books"


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "://x", "mysql://u:p@h/n", "weird://u:p@h/n",
        "postgis://u:p@h/n", "redis://h/0", "postgres://", "postgres://h/", "postgres://u:p@h:port/n",
    ],
)  # fmt: skip
def test_what_names_no_database_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_URL "):
        databases.from_url(url)


@pytest.mark.parametrize("url", [POSTGRES, "sqlite://:memory:"])
def test_both_ways_lead_to_the_same_database(url: str) -> None:
    found = databases.from_url(url)
    assert set(found) == {"default", "receiving"}
    for part in ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD"):
        assert found["receiving"].get(part) == found["default"].get(part)
    assert found["receiving"]["TEST"] == {"MIRROR": "default"}


def test_the_receiving_connection_gives_up_before_razorpay_does() -> None:
    options = databases.from_url(POSTGRES)["receiving"]["OPTIONS"]
    assert options["connect_timeout"] + 3 <= 5
    assert "lock_timeout=1000" in options["options"]
    assert "statement_timeout=3000" in options["options"]
    assert databases.from_url("sqlite://:memory:")["receiving"]["OPTIONS"]["timeout"] == 2


def test_migrations_commands_and_pages_wait_as_long_as_it_takes() -> None:
    assert "lock_timeout" not in str(databases.from_url(POSTGRES)["default"])


def test_what_the_url_asks_for_is_kept() -> None:
    found = databases.from_url(f"{POSTGRES}?sslmode=require")
    assert [way["OPTIONS"]["sslmode"] for way in found.values()] == ["require", "require"]


def test_a_connection_that_died_costs_a_page_nothing_and_a_delivery_one_resend() -> None:
    found = databases.from_url(POSTGRES)
    assert found["default"]["CONN_HEALTH_CHECKS"]
    assert not found["receiving"]["CONN_HEALTH_CHECKS"]


def test_the_folder_of_the_embedded_database_is_made(tmp_path: Path) -> None:
    databases.from_url(f"sqlite:///{tmp_path}/deep/down/raseed.sqlite3")
    assert (tmp_path / "deep" / "down").is_dir()
