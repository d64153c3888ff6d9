"""The shipped settings, with secrets and folders of the tests' own."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 40)
os.environ.setdefault("ENCRYPTION_KEYS", "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE=")
os.environ["DEBUG"] = "true"
os.environ["ENV_FILE"] = os.devnull  # a desk's own .env is not the tests' business
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["LOG_LEVEL"] = "WARNING"

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# One connection, so that a test's transaction sees what the receiver stored. The tests of the
# receiver itself use the real one.
RECEIVING_DATABASE = "default"
# What a power failure would cost is not looked at here, and waiting for disks is slow.
for database in DATABASES.values():  # noqa: F405
    if "postgresql" in database["ENGINE"]:
        given = database.setdefault("OPTIONS", {}).get("options", "")
        database["OPTIONS"]["options"] = f"{given} -c synchronous_commit=off".strip()
# Two runs on one server do not share a database.
if run := os.environ.get("TEST_RUN"):
    for database in DATABASES.values():  # noqa: F405
        database.setdefault("TEST", {})["NAME"] = f"test_raseed_{run}"
