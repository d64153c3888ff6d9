"""A production of its own, as far as its settings: in another process, with nothing of ours set."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "Xw3-production-of-the-tests-0123456789-abcdefghijklmn",
    "ENCRYPTION_KEYS": base64.urlsafe_b64encode(bytes(range(32))).decode(),
    "DATABASE_URL": "postgres://books:a-password-of-its-own@db.internal:5432/books",
    "EMAIL_URL": "smtp+tls://books:a-password-of-its-own@mail.internal:587",
    "PUBLIC_URL": "https://books.example.com",
    "REDIS_URL": "redis://127.0.0.1:6379/1",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
}


def python(*args: str, without: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these variables and no others."""
    given = {**GOOD, "ENV_FILE": os.devnull, "PATH": os.environ["PATH"], **env}
    given.pop(without, None)
    return subprocess.run(
        [sys.executable, *args], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )


def start(without: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """As far as `django.setup()`, where every process of an installation begins."""
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; "
        "django.setup(); print('started')"
    )
    return python("-c", code, without=without, **env)


def refusal(without: str = "", **env: str) -> str:
    """The last line of what a process says that does not start."""
    done = start(without, **env)
    assert done.returncode != 0, f"it started: {env or without}"
    return done.stderr.strip().splitlines()[-1]
