"""Doorbells. The work is in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import close_old_connections

from webhooks import doorbell, work
from webhooks.keeping import dropping
from webhooks.rebuilding import sampling
from webhooks.reconciling import runs, turns


@shared_task
def work_inbox() -> None:
    """Apply what is open in the inbox; ring again if there is more than one task should do."""
    # Celery keeps connections between tasks and does not notice that the server closed one.
    close_old_connections()
    if work.work():
        doorbell.ring()


@shared_task
def drop_bodies() -> None:
    """Drop the raw bodies whose time is over; ring again if there is more."""
    close_old_connections()
    if dropping.drop():
        drop_bodies.apply_async(expires=3600)


@shared_task
def reconcile() -> None:
    """Begin the runs of the day that are due, and go on with those that are open."""
    close_old_connections()
    runs.begin_daily()
    turns.work()


@shared_task
def rebuild_sample() -> None:
    """Rebuild the books of a few accounts beside those that stand, and tell where they differ."""
    close_old_connections()
    sampling.nightly()
