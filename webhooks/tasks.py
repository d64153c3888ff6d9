"""Doorbells. The work is in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import close_old_connections

from webhooks import doorbell, work


@shared_task
def work_inbox() -> None:
    """Apply what is open in the inbox; ring again if there is more than one task should do."""
    # Celery keeps connections between tasks and does not notice that the server closed one.
    close_old_connections()
    if work.work():
        doorbell.ring()
