"""Doorbells of this room."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.db import close_old_connections


@shared_task
def clear_sessions() -> None:
    """Forget visits that are over."""
    close_old_connections()
    call_command("clearsessions")
