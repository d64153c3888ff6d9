"""A whole Raseed of its own - web, worker, beat, sandbox - started as `./dev run` starts it."""

from __future__ import annotations

import email.policy
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0  # seconds to start; these machines are slow at times
GRACE = 40.0

# django.core.mail.backends.filebased
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"

SANDBOX_KEY, SANDBOX_SECRET = "rzp_test_sandbox0000001", "sandbox-secret"
LIVE_KEYS = "rzp_live_sandbox0000001", "sandbox-live-secret"


class Mail(str):
    """A mail as its reader sees it."""

    def links(self, path: str) -> list[str]:
        """The addresses in it whose path is of this form, as they come."""
        return [word for word in self.split() if re.fullmatch(path, urlsplit(word).path)]

    def link(self, path: str) -> str:
        (found,) = self.links(path)
        return found


@dataclass
class Installation:
    """One running installation with its own data."""

    data: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def log(self) -> Path:
        return self.data / "run.log"

    @property
    def database(self) -> Path:
        return self.data / "raseed.sqlite3"

    @property
    def post(self) -> Path:
        """The folder in which mails end that are sent."""
        return self.data / "mails"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            # Not the tests' own settings: it is a real one.
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": os.devnull,
            "DEBUG": "true",
            "SECRET_KEY": "journeys-only-" + "x" * 40,
            "ENCRYPTION_KEYS": "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE=",
            "DATA_DIR": str(self.data),
            "PUBLIC_URL": self.url,
            "RAZORPAY_API_URL": self.sandbox,
            "RAZORPAY_CHECKOUT_URL": f"{self.sandbox}/v1/checkout.js",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "CELERY_BROKER_URL": "filesystem://",
            "REDIS_URL": "",
            "EMAIL_URL": f"filemail:///{self.post}",
            **self.env,
        }

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "config.desk", "--port", str(self.port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--sandbox-port", str(self.sandbox_port)],
                cwd=ROOT, env=self.environment(), stdout=log, stderr=log, text=True,
            )  # fmt: skip
        eventually(lambda: ok(f"{self.url}/readyz") and ok(f"{self.sandbox}/sandbox/clock"), self)

    def stop(self) -> int:
        """As Ctrl-C or a SIGTERM stops it; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(GRACE)

    def migrate(self) -> None:
        self.command("migrate", "--verbosity", "0")

    def manage(self, *args: str, env: dict[str, str] | None = None) -> Any:
        """A management command that prints JSON."""
        return json.loads(self.command(*args, env=env))

    def command(self, *args: str, env: dict[str, str] | None = None) -> str:
        """What it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT, env={**self.environment(), **(env or {})}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails(self, to: str) -> list[str]:
        """What was sent to an address: subject, an empty line, text."""
        sent = b"".join(path.read_bytes() for path in sorted(self.post.glob("*.log")))
        read = email.message_from_bytes
        letters = [read(raw, policy=email.policy.default) for raw in sent.split(BETWEEN_MAILS)]
        theirs = [letter for letter in letters if letter["To"] == to]
        return [f"{letter['Subject'].strip()}\n\n{letter.get_content()}" for letter in theirs]

    def mail(self, to: str, subject: str) -> Mail:
        """The newest mail to an address whose subject begins so, once it is there."""

        def found() -> str | None:
            theirs = [letter for letter in self.mails(to) if letter.startswith(subject)]
            return theirs[-1] if theirs else None

        return Mail(eventually(found, self))

    def switch(self, path: str, **body: Any) -> Any:
        """Turn one of the sandbox's switches."""
        response = requests.post(f"{self.sandbox}/sandbox/{path}", json=body, timeout=30)
        assert response.status_code == 200, response.text
        return response.json()

    def read(self, path: str) -> Any:
        """What the sandbox knows."""
        response = requests.get(f"{self.sandbox}/sandbox/{path}", timeout=30)
        assert response.status_code == 200, response.text
        return response.json()


def ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def eventually(true: Callable[[], Any], installation: Installation) -> Any:
    """Ask until it is so; what it said. The log tells the rest when it never is."""
    ends = time.monotonic() + PATIENCE
    while True:
        found = true()
        if found:
            return found
        assert time.monotonic() < ends, installation.log.read_text()[-4000:]
        time.sleep(0.05)
