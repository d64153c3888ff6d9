"""A command as its user meets it: what it prints, and the one sentence when it will not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def run(*words: str) -> str:
    """What the command printed."""
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def refused(*words: str) -> str:
    """The sentence. A CommandError is printed without a traceback and exits with 1."""
    with pytest.raises(CommandError) as caught:
        run(*words)
    said = str(caught.value)
    assert said
    assert caught.value.returncode != 0
    return said
