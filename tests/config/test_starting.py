"""Production refuses to start with a secret that is missing or public."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import starting
from tests.config.production import GOOD, ROOT, python, refusal, start

EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
SECRETS = {"SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "EMAIL_URL"}


def check(**changed: str) -> None:
    given = {**GOOD, **changed}
    keys = environ.Env.parse_value(given["ENCRYPTION_KEYS"], list)
    starting.check(given["SECRET_KEY"], keys, given)


def test_with_secrets_of_its_own_it_starts() -> None:
    done = start()
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS"])
def test_without_a_secret_it_does_not(name: str) -> None:
    assert name in refusal(without=name)
    assert name in refusal(**{name: ""})


def test_even_a_desk_has_secrets_of_its_own() -> None:
    assert "SECRET_KEY" in refusal(without="SECRET_KEY", DEBUG="true")


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_value_of_the_example_is_refused(name: str) -> None:
    assert refusal(**{name: EXAMPLE[name]}).startswith(
        f"django.core.exceptions.ImproperlyConfigured: {name} "
    )


def test_the_example_shows_no_other_secret() -> None:
    """A new variable of .env.example that looks like one belongs into `starting`."""
    looks_like_one = re.compile(r"KEY|SECRET|TOKEN|PASS|//[^/@]+:[^/@]+@")
    shown = {name for name, value in EXAMPLE.items() if looks_like_one.search(f"{name}={value}")}
    assert shown == SECRETS


@pytest.mark.parametrize(
    "changed",
    [
        {"SECRET_KEY": "change-me-please-" + GOOD["SECRET_KEY"]},
        {"ENCRYPTION_KEYS": ","},
        {"PUBLIC_URL": "books.example.com"},
        {"PUBLIC_URL": "ftp://books.example.com"},
        {"PUBLIC_URL": "https://"},
        {"DATABASE_URL": "postgres://raseed:raseed@db.internal/books"},
    ],
    ids=str,
)
def test_it_starts_with_nothing_shown_or_half(changed: dict[str, str]) -> None:
    check()
    with pytest.raises(ImproperlyConfigured, match=next(iter(changed))):
        check(**changed)


@pytest.mark.parametrize("key", ["short", "c2hvcnQ=", "no base64 at all!!"])
def test_an_encryption_key_of_another_form_is_refused(key: str) -> None:
    assert "ENCRYPTION_KEYS must hold keys of 32 bytes" in refusal(ENCRYPTION_KEYS=key)


def test_a_refusal_does_not_repeat_the_secret() -> None:
    secret = "tamarind-seven"
    for changed in (
        {"ENCRYPTION_KEYS": secret},
        {"DATABASE_URL": f"mysql://u:{secret}@h/n"},
        {"DATABASE_URL": f"weird://u:{secret}@h/n"},
        {"DATABASE_URL": f"postgres://u:{secret}@h:port/n"},
    ):
        done = start(**changed)
        assert done.returncode != 0
        assert secret not in done.stderr


def test_djangos_own_checks_for_production_find_nothing() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_desk_makes_secrets_that_production_would_take() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ".env"
        assert python("-m", "config.desk.secrets", str(file)).returncode == 0
        assert file.stat().st_mode & 0o777 == 0o600
        made = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    check(SECRET_KEY=made["SECRET_KEY"], ENCRYPTION_KEYS=made["ENCRYPTION_KEYS"])


def test_no_password_is_a_setting() -> None:
    """Error pages show settings; DATABASES is the one place, and Django hides it there."""
    code = (
        "import config.settings as s; "
        "names = [n for n in dir(s) if n.isupper() and n != 'LANGUAGES']; "
        "print([n for n in names if 'a-password-of' in repr(getattr(s, n))])"
    )
    assert python("-c", code).stdout.strip() == "['DATABASES', 'EMAIL_HOST_PASSWORD']"
