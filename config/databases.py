"""One database, two ways in: `default` for everything, `receiving` for Razorpay's deliveries.

Razorpay waits five seconds for an answer. The receiving connection therefore gives up early, so
that the answer is a 503 in time (Razorpay then sends again) and never a silence. On `default` a
migration, a command or a page waits for a lock as long as it takes; while an event is applied it
does not (webhooks/clashes.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"postgres", "postgresql", "sqlite"}
RECEIVING_OPTIONS: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {"timeout": 2},
    "django.db.backends.postgresql": {
        "connect_timeout": 2,
        "options": "-c lock_timeout=1000 -c statement_timeout=3000",
    },
}
OPTIONS: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {
        "timeout": 20,
        # A transaction that reads first and writes later would fail when another wrote between.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
    "django.db.backends.postgresql": {"connect_timeout": 5},
}


def from_url(url: str) -> dict[str, Any]:
    """Django's DATABASES for one URL (`postgres://...` or `sqlite:///...`)."""
    default = read(url)
    engine = default["ENGINE"]
    if engine.endswith("sqlite3"):
        Path(default["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    default["CONN_MAX_AGE"] = None
    # A connection that died with its server is replaced, and the page that finds it is not lost.
    default["CONN_HEALTH_CHECKS"] = True
    default["OPTIONS"] = {**OPTIONS[engine], **default.get("OPTIONS", {})}
    receiving = {
        **default,
        # Would cost each delivery a round trip; one that is answered 503 is sent again.
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {**default["OPTIONS"], **RECEIVING_OPTIONS[engine]},
        "TEST": {"MIRROR": "default"},
    }
    return {"default": default, "receiving": receiving}


def read(url: str) -> dict[str, Any]:
    """The URL taken apart. Raises ImproperlyConfigured, without repeating the password in it."""
    wrong = ImproperlyConfigured(
        "DATABASE_URL must name PostgreSQL or SQLite: postgres://user:password@host:5432/name"
    )
    if url.partition("://")[0] not in SCHEMES:
        raise wrong  # before environ warns of it, password and all
    try:
        parts: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError:  # a port that is none; the message would hold the address
        raise wrong from None
    if not parts["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL names no database after the host.")
    return parts
