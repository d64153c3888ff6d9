"""Web and worker look for garbage rarely, once their code is loaded."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from celery.signals import worker_init

from config import celery_app, garbage

SAY = "import gc; print(gc.get_threshold()[0], gc.get_freeze_count() > 10_000)"


@pytest.fixture
def _as_python_begins() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_the_web_process() -> None:
    command = [sys.executable, "-c", f"import config.wsgi; {SAY}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.split() == [str(garbage.YOUNG), "True"]


@pytest.mark.usefixtures("_as_python_begins")
def test_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    # Celery's own part would close this process's connections, now and before every task.
    theirs = "celery.fixups.django.DjangoWorkerFixup.install"
    monkeypatch.setattr(theirs, lambda self: self)
    worker_init.send(sender=Mock(app=celery_app))
    assert gc.get_threshold()[0] == garbage.YOUNG
