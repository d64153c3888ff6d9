"""No apps, no middleware, one view."""

from __future__ import annotations

import os
from typing import Any

import environ

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.bench.minimal.receiver"
USE_TZ = True
# The same driver and the same server; connections are kept, as the app keeps them.
database: dict[str, Any] = environ.Env.db_url_config(os.environ["DATABASE_URL"])
DATABASES = {"default": {**database, "CONN_MAX_AGE": None}}
