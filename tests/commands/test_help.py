from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from gateways.razorpay import events

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("accounts", "gateways", "orders", "subscriptions", "webhooks")
OURS = sorted((app, name) for name, app in get_commands().items() if app in ROOMS)


def help_of(app: str, name: str) -> str:
    text = load_command_class(app, name).create_parser("manage.py", name).format_help()
    return " ".join(text.split())


def test_the_commands_of_the_readme_are_there() -> None:
    wanted = {"create_seller", "connect_razorpay", "simulate_webhook", "replay_events"}
    wanted |= {"make_reattempts", "rebuild_books"}
    assert wanted <= {name for _app, name in OURS}


@pytest.mark.parametrize(("app", "name"), OURS, ids=[name for _app, name in OURS])
def test_each_command_and_each_of_its_options_explains_itself(app: str, name: str) -> None:
    command = load_command_class(app, name)
    assert len(command.help.split()) >= 12, "a sentence or two for somebody who never saw it"
    actions = command.create_parser("manage.py", name)._actions
    assert [action.dest for action in actions if not action.help] == []


def test_the_help_says_what_is_not_obvious() -> None:
    assert "stored only as digests" in help_of("accounts", "create_seller")
    connecting = help_of("gateways", "connect_razorpay")
    assert "RAZORPAY_KEY_SECRET or from standard input" in connecting
    assert "owner's e-mail" in connecting
    assert "never mails, never charges" in help_of("webhooks", "replay_events")
    simulating = help_of("webhooks", "simulate_webhook")
    assert [name for name in events.EVENTS if name not in simulating] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["create_seller", "meera", "--business", "B"], "“meera”: Enter a valid email address."),
        (
            ["create_seller", "meera@example.com"],
            "the following arguments are required: --business",
        ),
        (["replay_events"], "Which events? Choose some, or say --all."),
    ],
    ids=" ".join,
)
def test_a_mistake_ends_with_a_sentence_a_status_and_no_traceback(
    words: list[str], sentence: str
) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode != 0
    assert done.stdout == ""
