"""One database, two ways in: `default` for everything, `receiving` for Razorpay's deliveries.

Razorpay waits five seconds for an answer. The receiving connection therefore gives up early, so
that the answer is a 503 in time (Razorpay then sends again) and never a silence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

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
    default: dict[str, Any] = environ.Env.db_url_config(url)
    engine = default["ENGINE"]
    if engine not in OPTIONS:
        raise environ.ImproperlyConfigured("DATABASE_URL must name PostgreSQL or SQLite.")
    if engine.endswith("sqlite3"):
        Path(default["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    default["CONN_MAX_AGE"] = None
    default["OPTIONS"] = {**OPTIONS[engine], **default.get("OPTIONS", {})}
    receiving = {
        **default,
        "OPTIONS": {**default["OPTIONS"], **RECEIVING_OPTIONS[engine]},
        "TEST": {"MIRROR": "default"},
    }
    return {"default": default, "receiving": receiving}
