"""Logs: one line per event, whatever is in it."""

from __future__ import annotations

import json
from typing import Any

from tests.config.production import python

CODE = """
import os, django, logging, structlog
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
key_secret = "tamarind-seven"
structlog.get_logger("ours").warning("it.happened", note={note!r}, order="ord_1")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("theirs").exception("broken: %s", "in a library")
"""
HOSTILE = 'a\n{"event": "forged"}\x1b[31m\r'


def logged(**env: str) -> list[str]:
    done = python("-c", CODE.format(note=HOSTILE), **env)
    assert done.returncode == 0, done.stderr
    return done.stderr.strip().split("\n")


def test_in_production_each_event_is_one_line_of_json() -> None:
    ours, theirs = (json.loads(line) for line in logged())
    assert (ours["event"], ours["level"], ours["logger"]) == ("it.happened", "warning", "ours")
    assert ours["note"] == HOSTILE
    assert ours["timestamp"].endswith("Z")
    assert theirs["event"] == "broken: in a library"
    assert "ZeroDivisionError" in theirs["exception"]


def test_a_traceback_does_not_tell_what_the_variables_held() -> None:
    for desk in ("true", "false"):
        text = "\n".join(logged(DEBUG=desk))
        assert "ZeroDivisionError" in text
        assert "tamarind-seven" not in text


def test_what_is_less_than_the_level_is_not_logged() -> None:
    assert not any("it.happened" in line for line in logged(LOG_LEVEL="ERROR"))


def test_a_level_that_is_none_is_refused() -> None:
    done: Any = python("-c", CODE.format(note=""), LOG_LEVEL="LOUD")
    assert done.returncode != 0
    assert "LOUD" in done.stderr
