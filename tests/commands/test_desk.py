"""`./dev run` and `./dev manage`, without starting Raseed itself (tests/journeys does that)."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from accounts.models import Account, ApiToken, User
from config.desk import __main__ as desk
from config.desk import opening, secrets, surroundings
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
NAMED = ("PUBLIC_URL", "RAZORPAY_API_URL", "RAZORPAY_CHECKOUT_URL", "DATA_DIR", "DEBUG",
         "DJANGO_SETTINGS_MODULE", "EMAIL_URL", "LOG_LEVEL")  # fmt: skip


@pytest.fixture(autouse=True)
def bare(tmp_path: Path) -> Iterator[None]:
    """Neither an environment nor an `.env` of this desk's own; and the shipped settings."""
    with patch.dict(os.environ, ENV_FILE=str(tmp_path / ".env")):
        for name in NAMED:
            os.environ.pop(name, None)
        yield


def write_env(tmp_path: Path, *lines: str) -> None:
    (tmp_path / ".env").write_text("\n".join(lines))


def test_the_addresses_follow_the_ports() -> None:
    sandbox = surroundings.settle(18000, 18001)
    assert os.environ["PUBLIC_URL"] == "http://127.0.0.1:18000"
    assert os.environ["RAZORPAY_API_URL"] == sandbox == "http://127.0.0.1:18001"
    assert os.environ["RAZORPAY_CHECKOUT_URL"] == "http://127.0.0.1:18001/v1/checkout.js"


def test_what_env_says_stands(tmp_path: Path) -> None:
    write_env(tmp_path, "PUBLIC_URL=https://x.example", "DATA_DIR=/data")
    assert surroundings.read() == Path("/data")
    surroundings.settle(8000, 8001)
    assert os.environ["PUBLIC_URL"] == "https://x.example"


def test_who_names_razorpay_itself_gets_its_own_checkout_page(tmp_path: Path) -> None:
    write_env(tmp_path, "RAZORPAY_API_URL=https://api.razorpay.com")
    surroundings.read()
    sandbox = surroundings.settle(8000, 8001)
    assert "RAZORPAY_CHECKOUT_URL" not in os.environ
    assert "not the sandbox" in desk.greeting({}, sandbox, tmp_path)


def test_commands_name_the_ports_of_the_latest_run(tmp_path: Path) -> None:
    assert surroundings.recall(tmp_path) == (8000, 8001)
    surroundings.remember(tmp_path, 18000, 18001)
    assert surroundings.recall(tmp_path) == (18000, 18001)
    (tmp_path / "ports.json").write_text("half of i")
    assert surroundings.recall(tmp_path) == (8000, 8001)


@pytest.mark.parametrize(
    ("debug", "address"),
    [("true", "http://127.0.0.1:8001"), ("false", "https://api.razorpay.com")],
    ids=["desk", "production"],
)
def test_only_at_a_desk_do_commands_speak_to_the_sandbox(
    tmp_path: Path, debug: str, address: str
) -> None:
    secrets.write(tmp_path / ".env")
    os.environ.update(DEBUG=debug, DATA_DIR=str(tmp_path))
    os.environ.pop("SECRET_KEY", None)
    os.environ.pop("ENCRYPTION_KEYS", None)
    asked = "from django.conf import settings; print(settings.RAZORPAY_API_URL)"
    done = subprocess.run(
        [sys.executable, "-m", "config.desk.manage", "shell", "-v0", "-c", asked],
        cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == address, done.stderr


def test_secrets_are_this_desks_own_and_its_owners_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    secrets.write(first)
    secrets.write(second)
    assert first.read_text() != second.read_text()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    before = first.read_text()
    secrets.write(first)
    assert first.read_text() == before


@pytest.mark.django_db
def test_the_first_login_is_made_once_and_works(tmp_path: Path) -> None:
    kept = tmp_path / "first-login.json"
    made = opening.first_login(kept)
    assert set(made) == {"email", "password", "api_token"}
    assert User.objects.get().check_password(made["password"])
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert opening.first_login(kept) == made
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_only_what_is_still_true_is_said(tmp_path: Path) -> None:
    kept = tmp_path / "first-login.json"
    made = opening.first_login(kept)
    ApiToken.objects.all().delete()
    user = User.objects.get()
    user.set_password("another")
    user.save()
    assert opening.first_login(kept) == {"email": made["email"]}


@pytest.mark.django_db
def test_where_others_sign_in_already_nobody_is_made(tmp_path: Path) -> None:
    User.objects.create_user("meera@example.com", "pw")
    assert opening.first_login(tmp_path / "none.json") == {}
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_login_of_another_database_is_not_shown(tmp_path: Path) -> None:
    kept = tmp_path / "first-login.json"
    opening.first_login(kept)
    User.objects.all().delete()
    User.objects.create_user("meera@example.com", "pw")
    assert opening.first_login(kept) == {}


def test_the_greeting_says_where_and_with_what(tmp_path: Path) -> None:
    sandbox = surroundings.settle(8000, 8001)
    login = {"email": "s@example.com", "password": "pass-word", "api_token": "tok"}
    said = desk.greeting(login, sandbox, tmp_path)
    for needed in ("http://127.0.0.1:8000", "http://127.0.0.1:8001", *login.values(),
                   "rzp_test_sandbox0000001", "sandbox-secret", "Ctrl-C"):  # fmt: skip
        assert needed in said
    changed = desk.greeting({"email": "s@example.com"}, sandbox, tmp_path)
    assert "password as you chose it" in changed
    assert "create_seller" in desk.greeting({}, sandbox, tmp_path)


def start(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`./dev run` where it is to refuse."""
    return subprocess.run(
        [sys.executable, "-m", "config.desk", *options],
        cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "99999"], "99999 is no port; they go from 1 to 65535"),
        (["--port", "x"], "invalid port value: 'x'"),
        (["--port", "9000", "--sandbox-port", "9000"], "need a port each"),
        (["--prt", "1"], "unrecognized arguments"),
    ],
    ids=" ".join,
)
def test_ports_that_cannot_be_are_refused(tmp_path: Path, options: list[str], words: str) -> None:
    done = start(*options, DATA_DIR=str(tmp_path))
    assert words in done.stderr
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = start("--port", str(number), DATA_DIR=str(tmp_path))
    assert f"Port {number} is in use." in done.stderr
    assert done.returncode == 1
    assert not (tmp_path / "raseed.sqlite3").exists()


def test_two_desks_do_not_share_their_data(tmp_path: Path) -> None:
    with desk.hold(tmp_path):
        done = start("--port", str(free_port()), DATA_DIR=str(tmp_path))
    assert "Raseed is running already on the data in" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"SECRET_KEY": "change-me", "DEBUG": "false"}, "Raseed cannot start: SECRET_KEY"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DEBUG": "true"},
         "The database does not answer as it should"),
    ],
    ids=["secret", "database"],
)  # fmt: skip
def test_what_keeps_it_from_starting_is_a_sentence(
    tmp_path: Path, env: dict[str, str], words: str
) -> None:
    ports = ["--port", str(free_port()), "--sandbox-port", str(free_port())]
    done = start(*ports, DATA_DIR=str(tmp_path), **env)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_a_first_login_is_printed_as_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(*_args: Any, **_options: Any) -> None:
        """The database of the tests is migrated already."""

    monkeypatch.setattr(opening, "call_command", nothing)
    monkeypatch.setattr(opening, "first_login", lambda kept: {"email": kept.name})
    assert json.loads(opening.main(tmp_path / "file")) == {"email": "file"}
